import { makeTelemetryFilterString, Runtime, type Logger } from '@temporalio/worker';
import { EspalierError } from '../src/value/espalier-error.js';

/**
 * The SDK's runtime, once per process: everything it logs, its native core included, goes to `logger`, its metrics are told
 * at `metricsAddress`, and signals are left to us. An application that has installed one before keeps its own. Throws
 * `metrics_unavailable` when nothing can listen there.
 */
export function installRuntime(logger: Logger, { metricsAddress }: { readonly metricsAddress?: string } = {}): void {
  if (Runtime._instance) return;
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  try {
    Runtime.install({
      logger,
      shutdownSignals: [],
      telemetryOptions: {
        logging: { filter, forward: {} },
        ...(metricsAddress !== undefined && { metrics: { prometheus: { bindAddress: metricsAddress } } }),
      },
    });
  } catch (cause) {
    if (metricsAddress === undefined) throw cause;
    const expected = 'expected an IP address of this machine and a free port, such as 0.0.0.0:9464';
    const message = `metrics can't be told at ${metricsAddress}; ${expected}`;
    throw new EspalierError('metrics_unavailable', message, { cause });
  }
}
