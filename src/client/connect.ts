import { Connection, WorkflowClient } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { blobsFor, databaseFor, readConfig } from '../config/config.js';
import { SEARCH_ATTRIBUTES } from '../protocol/names.js';
import { defaultCodecs, defaultKeys } from '../seal/defaults.js';
import type { Keys } from '../seal/keys.js';
import type { BlobStore } from '../store/blob-store.js';
import { createDataConverter } from '../store/external-storage.js';
import type { Database } from '../store/database/open-database.js';
import { openStorage } from '../store/storage.js';
import { openTracing, type TracingOption } from '../tracing/tracing.js';
import type { Access } from './access.js';
import { grpcCode, NOT_FOUND } from './call.js';
import { findServer, type FoundServer, type ServerOptions } from './find-server.js';
import { NotReachableError } from './not-reachable-error.js';
import { unknownNamespace } from './unknown-namespace.js';

export interface ConnectOptions extends ServerOptions {
  /** Runs of one tenant see nothing of another's: a tenant is a Temporal namespace. */
  readonly tenant?: string;
  /** As `tenant`, by its Temporal name. */
  readonly namespace?: string;
  /** Where larger values lie. Default: ESPALIER_BLOBS, else a folder in the data folder. The workers must use the same. */
  readonly store?: BlobStore;
  /**
   * Where it stands what is kept of runs that Temporal has forgotten: as `ESPALIER_DATABASE`, which is the default, or a
   * database that is open (it stays so).
   */
  readonly database?: string | Database;
  /** What seals the contexts of runs. Default: ESPALIER_KEY_FILE, else the data folder. The workers must have the same. */
  readonly keys?: Keys;
  /** What payloads go through, in this order. Default: as ESPALIER_CODEC says. The workers must have the same. */
  readonly codecs?: readonly PayloadCodec[];
  /** Whether starts have spans of OpenTelemetry, and with which provider: steps then belong to them. Default: no. */
  readonly tracing?: TracingOption;
  /** Where runs are started if they do not say. Default: TASK_QUEUE, else `espalier`. */
  readonly taskQueue?: string;
  /** Connects with the first call: the server may be down until then, and calls say so. Default: now. */
  readonly lazy?: boolean;
  /** How long a call may take, further tries included, before it throws `NotReachableError`, in milliseconds. Default 10 s. */
  readonly callTimeout?: number;
}

/** Long enough for a server that is just starting, short enough for someone who waits. Milliseconds. */
const CONNECT_LIMIT = 4_000;
const CALL_LIMIT = 10_000;
const CHANNEL = {
  // A server that comes back is found soon; left alone, gRPC waits up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // A page of a history may be larger than gRPC's 4 MB: a server parts it only between transactions.
  'grpc.max_receive_message_length': 128 * 1024 * 1024,
};

/** Throws `NotReachableError`, or `unknown_namespace`. */
export async function connect(options: ConnectOptions = {}): Promise<Access> {
  const config = readConfig();
  const dataDir = options.dataDir ?? config.dataDir;
  const tracing = await openTracing(options.tracing);
  const server = await findServer({ ...options, dataDir });
  const namespace = options.namespace ?? options.tenant ?? server.namespace ?? 'default';
  const connection = lazyConnection(server);
  const storageOptions = {
    blobs: options.store ?? blobsFor(dataDir),
    database: typeof options.database === 'object' ? options.database : databaseFor(dataDir, options.database),
    tenant: namespace,
  };
  const storage = await openStorage(storageOptions);
  const store = storage.blobs;
  const keys = options.keys ?? defaultKeys(config, dataDir);
  const payloadCodecs = [...(options.codecs ?? defaultCodecs(config, keys, namespace))];
  const callLimit = options.callTimeout ?? CALL_LIMIT;
  const limit = Math.min(callLimit, CONNECT_LIMIT);
  const isSearchable = onceItWorks(() => askSearchable(connection, namespace, server, limit));
  try {
    if (!options.lazy) await ensureConnected(connection, server);
    const dataConverter = { ...createDataConverter(store), payloadCodecs };
    const client = new WorkflowClient({ connection, namespace, dataConverter });
    if (!options.lazy) await isSearchable();
    return {
      client,
      converter: client.options.loadedDataConverter,
      store,
      storage,
      storageOptions,
      keys,
      address: server.address,
      foundBy: server.foundBy,
      namespace,
      taskQueue: options.taskQueue ?? config.taskQueue,
      ...(config.historyEventsLimit !== undefined && { linkLimits: { events: config.historyEventsLimit } }),
      ...(tracing && { tracing }),
      callLimit,
      isSearchable,
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

const lazyConnection = ({ address, connectionOptions }: FoundServer): Connection =>
  Connection.lazy({
    ...connectionOptions,
    address,
    connectTimeout: CONNECT_LIMIT,
    channelArgs: CHANNEL,
    interceptors: [],
  });

async function ensureConnected(connection: Connection, { address, foundBy }: FoundServer): Promise<void> {
  try {
    await connection.ensureConnected();
  } catch (cause) {
    throw new NotReachableError(address, foundBy, { cause });
  }
}

/** What `ask` resolves to; it is asked again only after it has failed. */
function onceItWorks<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch(error => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

/**
 * Whether our search attributes are registered in the namespace. A server that will not say (a cloud) is taken as one
 * where they are not: its runs go unmarked, all else works.
 */
async function askSearchable(
  connection: Connection,
  namespace: string,
  { address, foundBy }: FoundServer,
  limit: number,
): Promise<boolean> {
  const deadline = Date.now() + limit;
  const { workflowService, operatorService } = connection;
  try {
    await connection.withDeadline(deadline, () => workflowService.describeNamespace({ namespace }));
  } catch (cause) {
    if (grpcCode(cause) !== NOT_FOUND) throw new NotReachableError(address, foundBy, { cause });
    throw unknownNamespace(namespace, { address, foundBy }, cause);
  }
  try {
    const ask = () => operatorService.listSearchAttributes({ namespace });
    const { customAttributes } = await connection.withDeadline(deadline, ask);
    return Object.keys(SEARCH_ATTRIBUTES).every(name => name in customAttributes);
  } catch {
    return false;
  }
}
