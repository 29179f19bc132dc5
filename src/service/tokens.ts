/** What is injected and is no class. */
export const LOG_SINK = Symbol('espalier.log');
export const DATABASE = Symbol('espalier.database');
export const SDK_METRICS = Symbol('espalier.sdk-metrics');
