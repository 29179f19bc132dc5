import { makeTelemetryFilterString, Runtime, type Logger } from '@temporalio/worker';

/**
 * The SDK's runtime, once per process: everything it logs, its native core included, goes to `logger`, and signals are left
 * to us. An application that has installed one before keeps its own.
 */
export function installRuntime(logger: Logger): void {
  if (Runtime._instance) return;
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
}
