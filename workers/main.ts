/**
 * A worker, in a process of its own or of a user's: connects, runs, drains.
 * 1. A process may have any number of them; what there is once per process (the SDK's runtime) is installed once.
 * 2. It listens to signals only if asked to: an application that embeds it has its own way to stop.
 */
import { join } from 'node:path';
import type { PayloadCodec } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker, type Logger, type WorkflowBundleOption } from '@temporalio/worker';
import { blobsFor, databaseFor, readConfig } from '../src/config/config.js';
import { createLogSink } from '../src/log/log-sink.js';
import { ParkedStreams } from '../src/step/parked-streams.js';
import { createRegistry, type Registered } from '../src/step/registry.js';
import type { Keys } from '../src/seal/keys.js';
import { defaultCodecs, defaultKeys } from '../src/seal/defaults.js';
import type { BlobStore } from '../src/store/blob-store.js';
import { createDataConverter } from '../src/store/external-storage.js';
import { lazyStepCache } from '../src/store/lazy-step-cache.js';
import { tenantFolder } from '../src/store/blob-target.js';
import { createMemoryMergeCache, createMergeCache } from '../src/store/merge-cache.js';
import type { Database } from '../src/store/database/open-database.js';
import { openStorage } from '../src/store/storage.js';
import { openTracing, type TracingOption } from '../src/tracing/tracing.js';
import { createActivities } from './activities/index.js';
import { buildIdOf, programFolders } from '../src/store/build-id.js';
import { workflowBundle } from './bundle.js';
import { createLogger } from './logger.js';
import { queuesOf } from './queues.js';
import { runTogether } from './run-together.js';
import { installRuntime } from './runtime.js';
import { workerSettings } from './worker-settings.js';

export interface EspalierWorkerOptions {
  /** `host:port`. Without it (and without `connection`) TEMPORAL_* variables and profiles say, else localhost:7233. */
  readonly address?: string;
  /** One of your own: it is not closed when the worker ends. */
  readonly connection?: NativeConnection;
  readonly namespace?: string;
  /** Where runs and their steps wait for this worker. Default TASK_QUEUE, else `espalier`. */
  readonly taskQueue?: string;
  /** Further queues to execute steps of. Default: every queue that a cluster of a registered graph names. */
  readonly queues?: readonly string[];
  /** What operates have merged lies in `merges` below it. Default ESPALIER_DATA, else `./.espalier`. */
  readonly dataDir?: string;
  /** Default: ESPALIER_BLOBS, else a folder in `dataDir`. Clients of the same runs must use the same one. */
  readonly store?: BlobStore;
  /**
   * What steps that are cached gave before, and where workflows are saved: `postgres://…`, a file, or a database that is open
   * (it stays so). Default ESPALIER_DATABASE, else a file in `dataDir`. Clients of the same runs must use the same one.
   */
  readonly database?: string | Database;
  /**
   * What this worker's code is called: it counts in the cache for steps whose contract has no `version`. Default: a digest
   * of the lock file and the files of the packages that `folders` are in.
   */
  readonly buildId?: string;
  /** Where the registered code lies: folders, or files in them. Default: where the program does. */
  readonly folders?: readonly string[];
  /** What opens the contexts of runs. Default: ESPALIER_KEY_FILE, else the data folder. Clients must have the same. */
  readonly keys?: Keys;
  /** What payloads go through, in this order. Default: as ESPALIER_CODEC says. Clients must have the same. */
  readonly codecs?: readonly PayloadCodec[];
  /** How many steps run at once in this worker, per queue. Default 100. */
  readonly concurrency?: number;
  /** How long running steps get to end when the worker stops, in milliseconds. Default 30 s. */
  readonly shutdownGrace?: number;
  /** SIGTERM and SIGINT stop the worker; the second one ends the process at once. */
  readonly handleSignals?: boolean;
  /** For everything the SDK and the steps log. Counts only for the first worker of a process. */
  readonly logger?: Logger;
  /** `host:port` at which the SDK's metrics are told to Prometheus. Counts only for the first worker of a process. */
  readonly metricsAddress?: string;
  /** Whether steps have spans of OpenTelemetry, and with which provider. Default: no. */
  readonly tracing?: TracingOption;
  readonly workflowBundle?: WorkflowBundleOption;
}

export interface EspalierWorker {
  /** Works until `shutdown` has drained it; rejects when it can't go on. */
  run(): Promise<void>;
  /** Takes no more work and lets what runs end. May be called at any time, and again. */
  shutdown(): void;
}

/** Connects; the worker takes work from `run` on. Throws if the server is not reachable or a step is registered twice. */
export async function createWorker(
  registered: Registered,
  options: EspalierWorkerOptions = {},
): Promise<EspalierWorker> {
  const registry = createRegistry(registered);
  const config = readConfig();
  const logger = options.logger ?? createLogger(createLogSink({ level: config.logLevel, format: config.logFormat }));
  installRuntime(logger, {
    ...(options.metricsAddress !== undefined && { metricsAddress: options.metricsAddress }),
  });
  const tracing = await openTracing(options.tracing);
  const { connection, namespace } = await connect(options);
  const dataDir = options.dataDir ?? config.dataDir;
  const storage = await openStorage({
    blobs: options.store ?? blobsFor(dataDir),
    database: typeof options.database === 'object' ? options.database : databaseFor(dataDir, options.database),
    tenant: namespace,
  });
  const store = storage.blobs;
  const merges = join(dataDir, 'merges', tenantFolder(namespace));
  const mergeCache = options.store ? createMemoryMergeCache() : createMergeCache(merges);
  const keys = options.keys ?? defaultKeys(config, dataDir);
  const payloadCodecs = [...(options.codecs ?? defaultCodecs(config, keys, namespace))];
  const cache = lazyStepCache(storage.database, namespace);
  const buildId = options.buildId ?? (await buildIdFor(registered, dataDir, options.folders, logger));
  const cached = { cache, ...(buildId !== undefined && { buildId }) };
  const parked = new ParkedStreams();
  const taskQueue = options.taskQueue ?? config.taskQueue;
  const shared = {
    ...workerSettings(options),
    // History then says of each execution which code it was.
    ...(buildId !== undefined && { buildId }),
    connection,
    namespace,
    dataConverter: { ...createDataConverter(store), payloadCodecs },
    activities: createActivities(registry, {
      ...{ store, mergeCache, keys, parked, cached, ...(tracing && { tracing }) },
      workflows: async () => (await storage.database()).workflows(namespace),
    }),
  };
  const queues = options.queues ?? queuesOf((registered.graphs ?? []).map(graph => graph.document));
  const bundle = options.workflowBundle ?? (await workflowBundle());
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue, workflowBundle: bundle }),
    ...queues.filter(queue => queue !== taskQueue).map(queue => Worker.create({ ...shared, taskQueue: queue })),
  ]);
  const close = async (): Promise<void> => {
    await parked.close();
    await storage.close();
    if (!options.connection) await connection.close();
  };
  return runTogether(workers, close, options.handleSignals ?? false);
}

/** Only where a step needs it: it takes reading all of the code. */
async function buildIdFor(
  { steps = [] }: Registered,
  dataDir: string,
  folders: readonly string[] | undefined,
  logger: Logger,
): Promise<string | undefined> {
  if (steps.every(({ contract }) => !('cache' in contract) || contract.version !== undefined)) return undefined;
  return buildIdOf(folders ?? programFolders(), { without: [dataDir], warn: message => logger.warn(message) });
}

async function connect(options: EspalierWorkerOptions): Promise<{ connection: NativeConnection; namespace: string }> {
  // An address of one's own leaves no room for what a profile says about another server.
  const found = (options.address ?? options.connection) ? undefined : loadClientConnectConfig();
  const namespace = options.namespace ?? found?.namespace ?? 'default';
  const connection =
    options.connection ??
    (await NativeConnection.connect(options.address ? { address: options.address } : found?.connectionOptions));
  return { connection, namespace };
}
