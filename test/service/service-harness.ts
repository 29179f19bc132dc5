/** A real service in this process: over a SQLite file and a log that is kept, and over whatever Temporal is or is not there. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PayloadCodec } from '@temporalio/common';
import { Espalier } from '../../src/client/espalier.js';
import { createLogSink, type LogMessage } from '../../src/log/log-sink.js';
import type { Keys } from '../../src/seal/keys.js';
import { startService } from '../../src/service/service.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { TracingOption } from '../../src/tracing/tracing.js';
import { openDatabase, type Database } from '../../src/store/database/open-database.js';

export interface TestServiceOptions {
  /** Of the Temporal server. */
  readonly address: string;
  /** Where the blobs lie; else in a folder of its own. */
  readonly dataDir?: string;
  readonly taskQueue?: string;
  /** Instead of a new SQLite file: what `openDatabase` takes. */
  readonly database?: string;
  /** How long a call to Temporal may take, in milliseconds; 2 s if not given. */
  readonly callTimeout?: number;
  /** Else a free one. */
  readonly port?: number;
  /** As of `Espalier.connect`. */
  readonly codecs?: readonly PayloadCodec[];
  readonly keys?: Keys;
  readonly store?: BlobStore;
  readonly namespace?: string;
  /** As of `startService`. */
  readonly uiOrigin?: string;
  readonly archiveEvery?: number;
  /** Of the client and of the service. */
  readonly tracing?: TracingOption;
}

export interface TestService {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly espalier: Espalier;
  readonly database: Database;
  /** Everything that was logged, from debug on. */
  readonly log: readonly LogMessage[];
  /** `path` from the root: `/api/v1/graphs`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The same with a JSON body. */
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  stop(): Promise<void>;
}

/** Started; whoever calls stops it. */
export async function openService(options: TestServiceOptions): Promise<TestService> {
  // In the data folder of who has one: a service that is killed removes nothing.
  const parent = options.dataDir ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'espalier-service-'));
  const { address, dataDir = folder, database: target = join(folder, 'service.db'), port = 0, taskQueue } = options;
  const { keys, store, codecs, namespace, uiOrigin, archiveEvery, tracing = false } = options;
  const log: LogMessage[] = [];
  const database = await openDatabase(target);
  const espalier = await Espalier.connect({
    address,
    dataDir,
    database,
    lazy: true,
    tracing,
    callTimeout: options.callTimeout ?? 2000,
    ...(taskQueue !== undefined && { taskQueue }),
    ...(keys && { keys }),
    ...(store && { store }),
    ...(codecs && { codecs }),
    ...(namespace !== undefined && { namespace }),
  });
  const service = await startService({
    espalier,
    database,
    log: createLogSink({ level: 'debug', format: message => String(log.push(message)), write: () => {} }),
    host: '127.0.0.1',
    port,
    tracing,
    ...(uiOrigin !== undefined && { uiOrigin }),
    ...(archiveEvery !== undefined && { archiveEvery }),
  });
  const { url } = service;
  return {
    url,
    port: Number(new URL(url).port),
    espalier,
    database,
    log,
    fetch: (path, init) => fetch(`${url}${path}`, init),
    send: (method, path, body, headers) => fetch(`${url}${path}`, jsonRequest(method, body, headers)),
    stop: async () => {
      await service.close();
      await espalier.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function jsonRequest(method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  if (body === undefined) return { method, headers };
  return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A port at which nobody answers: that of a Temporal server which is down. */
export const NOBODY = '127.0.0.1:1';
