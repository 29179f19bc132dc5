import { readConfig } from '../config/config.js';
import { EspalierError } from '../value/espalier-error.js';

/** OpenTelemetry in this process. */
export interface ProcessTracing {
  /** For client, worker and service. */
  readonly tracing: boolean;
  /** Sends the spans that are left. */
  stop(): Promise<void>;
}

/** A collector that is away must not hold a process that ends, in milliseconds. */
const LAST_SENDING = 3000;

/**
 * Starts OpenTelemetry's SDK as the OTEL_* variables say; without them nothing of it is loaded. `service` is what the
 * process is called unless they say so. Throws `missing_package`.
 */
export async function startTracing(service: string): Promise<ProcessTracing> {
  if (!readConfig().tracing) return { tracing: false, stop: async () => {} };
  const { NodeSDK, resources } = await loadSdk();
  const sdk = new NodeSDK({
    resource: resources.defaultResource().merge(resources.resourceFromAttributes({ 'service.name': service })),
    // Not that of processes: the command line of this one may hold the password of a database.
    resourceDetectors: [resources.envDetector, resources.hostDetector],
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    tracing: true,
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<void>(resolve => (timer = setTimeout(resolve, LAST_SENDING)));
      await Promise.race([sdk.shutdown().catch(() => {}), over]);
      clearTimeout(timer);
    },
  };
}

async function loadSdk() {
  try {
    return await import('@opentelemetry/sdk-node');
  } catch (cause) {
    const message = 'tracing needs two more packages: npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node@0.223';
    throw new EspalierError('missing_package', message, { cause });
  }
}
