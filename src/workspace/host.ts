import { buffer } from 'node:stream/consumers';
import type { Espalier } from '../client/espalier.js';
import { runLocal, type LocalSettings } from '../local/run-local.js';
import type { RunView } from '../run/run.js';
import { loadValues } from '../step/load-values.js';
import type { Registered } from '../step/registry.js';
import type { BlobStore } from '../store/blob-store.js';
import { createMemoryStore } from '../store/memory-store.js';
import type { Job } from './executors.js';
import type { JobOptions } from './recipe.js';
import type { Memory } from './workspace.js';

/** Where jobs run: on Temporal by an `Espalier`, or in this process, with what is registered here. */
export type Host = Pick<Espalier, 'start' | 'read'> | LocalHost;
export type LocalHost = Registered & Pick<LocalSettings, 'store' | 'mergeCache' | 'log'>;

/** Runs the job to its end. Throws `RunFailedError`, and what a start throws. */
export async function runJob(host: Host, id: string, job: Job, options: JobOptions): Promise<Memory> {
  const { input, interventions, plan } = job;
  const begun = { ...options, id, input, interventions };
  if ('start' in host) {
    const run = await host.start(plan, begun);
    await run.result();
    return memoryOf(await run.view(), { get: digest => bytesOf(host, digest) });
  }
  const { store = createMemoryStore() } = host;
  const run = runLocal(plan, { ...host, ...begun, store });
  await run.result();
  return memoryOf(await run.view(), store);
}

function memoryOf({ nodes }: RunView, store: Pick<BlobStore, 'get'>): Promise<Memory> {
  const outputs = nodes.flatMap(({ at, outputs = {} }) =>
    Object.entries(outputs).map(([port, value]) => [`${at}|${port}`, value] as const),
  );
  return loadValues(Object.fromEntries(outputs), store);
}

async function bytesOf(host: Pick<Espalier, 'read'>, digest: string): Promise<Uint8Array | undefined> {
  const reading = await host.read(digest);
  return reading && buffer(reading.bytes);
}
