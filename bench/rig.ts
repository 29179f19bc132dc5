import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Espalier } from '../src/client/espalier.js';
import { startServer } from '../src/server/embedded.js';
import { createDataConverter } from '../src/store/external-storage.js';
import { openBlobs } from '../src/store/open-blobs.js';
import { startChild } from './children.js';
import type { Closer } from './closer.js';

/** What is measured on: one server, a worker process for each side, a client for each side in this process. */
export interface Rig {
  readonly address: string;
  readonly dataDir: string;
  readonly client: Client;
  readonly espalier: Espalier;
  readonly pids: { readonly server: number; readonly graph: number; readonly hand: number };
  /** Stops what it is given at the end, also after Ctrl-C. */
  readonly closer: Closer;
}

export interface WorkerChildSettings {
  readonly address: string;
  readonly dataDir: string;
  readonly taskQueue: string;
  readonly concurrency: number;
}

/** Steps at once in a worker, of either side: more than any shape has. */
const CONCURRENCY = 200;

export const QUEUES = { graph: 'bench-graph', hand: 'bench-by-hand', nobody: 'bench-nobody' } as const;

export async function openRig(closer: Closer): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-bench-'));
  closer.add(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startServer({ dataDir, headless: true });
  closer.add(() => server.stop());
  const { address } = server;
  const startWorker = (file: string, taskQueue: string) => {
    const settings: WorkerChildSettings = { address, dataDir, taskQueue, concurrency: CONCURRENCY };
    return startChild(file, settings, closer);
  };
  const [graph, hand] = await Promise.all([
    startWorker('./graph-worker-child.ts', QUEUES.graph),
    startWorker('./hand-worker-child.ts', QUEUES.hand),
  ]);
  const connection = await Connection.connect({ address });
  closer.add(() => connection.close());
  const dataConverter = createDataConverter(await openBlobs(join(dataDir, 'blobs'), 'default'));
  const client = new Client({ connection, dataConverter });
  const espalier = await Espalier.connect({ address, dataDir, taskQueue: QUEUES.graph });
  closer.add(() => espalier.close());
  return { address, dataDir, client, espalier, pids: { server: server.pid, graph: graph.pid, hand: hand.pid }, closer };
}
