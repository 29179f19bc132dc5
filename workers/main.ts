/**
 * A worker, in a process of its own or of a user's: connects, runs, drains.
 * 1. A process may have any number of them; what there is once per process (the SDK's runtime) is installed once.
 * 2. It listens to signals only if asked to: an application that embeds it has its own way to stop.
 */
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker, type Logger, type WorkflowBundleOption } from '@temporalio/worker';
import { readConfig } from '../src/config/config.js';
import { createLogSink } from '../src/log/log-sink.js';
import { createRegistry, type Registered } from '../src/step/registry.js';
import type { BlobStore } from '../src/store/blob-store.js';
import { createDataConverter } from '../src/store/external-storage.js';
import { createFolderStore } from '../src/store/folder-store.js';
import { createMemoryMergeCache, createMergeCache } from '../src/store/merge-cache.js';
import { createActivities } from './activities/index.js';
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
  /** Values lie in `blobs` below it, what operates have merged in `merges`. Default ESPALIER_DATA, else `./.espalier`. */
  readonly dataDir?: string;
  /** Instead of a folder. Clients of the same runs must use the same one. */
  readonly store?: BlobStore;
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
  installRuntime(options.logger ?? createLogger(createLogSink({ level: config.logLevel, format: config.logFormat })), {
    ...(options.metricsAddress !== undefined && { metricsAddress: options.metricsAddress }),
  });
  const { connection, namespace } = await connect(options);
  const dataDir = options.dataDir ?? config.dataDir;
  const store = options.store ?? createFolderStore(join(dataDir, 'blobs'));
  // Beside the store, where that is a folder.
  const mergeCache = options.store ? createMemoryMergeCache() : createMergeCache(join(dataDir, 'merges'));
  const taskQueue = options.taskQueue ?? config.taskQueue;
  const shared = {
    ...workerSettings(options),
    connection,
    namespace,
    dataConverter: createDataConverter(store),
    activities: createActivities(registry, store, mergeCache),
  };
  const queues = options.queues ?? queuesOf((registered.graphs ?? []).map(graph => graph.document));
  const bundle = options.workflowBundle ?? (await workflowBundle());
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue, workflowBundle: bundle }),
    ...queues.filter(queue => queue !== taskQueue).map(queue => Worker.create({ ...shared, taskQueue: queue })),
  ]);
  const close = options.connection ? async () => {} : () => connection.close();
  return runTogether(workers, close, options.handleSignals ?? false);
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
