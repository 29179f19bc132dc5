/** What is injected and is no class. */
export const LOG_SINK = Symbol('espalier.log');
export const DATABASE = Symbol('espalier.database');
/** Milliseconds between two looks for what is to be archived; 0: never. */
export const ARCHIVE_EVERY = Symbol('espalier.archive-every');
export const SDK_METRICS = Symbol('espalier.sdk-metrics');
