/** Runs on the cluster by a worker and a client in this process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { Espalier } from '../../src/client/espalier.js';
import { graph } from '../../src/graph/graph.js';
import { createWorker } from '../../workers/main.js';
import { chain, workChain } from '../live/fixtures/graphs.js';
import { readLedger } from '../live/fixtures/ledger.js';
import { steps } from '../live/fixtures/steps.js';
import { until } from './processes.js';
import type { Cluster } from './temporal.js';

const RUNS = 10;
const LENGTH = 20;
const CHAIN = 100;
const NAPS = 5;
const ROUNDS = 5;
const taskQueue = 'cluster-trial';

/** While a worker of its own polls; it is drained at the end. */
async function withWorker<T>(cluster: Cluster, folder: string, act: (espalier: Espalier) => Promise<T>): Promise<T> {
  const at = { address: cluster.address, dataDir: join(folder, 'data'), taskQueue };
  const worker = await createWorker({ steps }, { ...at, logger: new DefaultLogger('ERROR') });
  const working = worker.run();
  const espalier = await Espalier.connect(at);
  try {
    return await act(espalier);
  } finally {
    await espalier.close();
    worker.shutdown();
    await working;
  }
}

/** The search attribute that set-up added: a paused run can be found, and only there. */
export function trySearch(cluster: Cluster, folder: string): Promise<void> {
  return withWorker(cluster, folder, async espalier => {
    const run = await espalier.start(workChain(LENGTH, { ms: 100 }), { input: { n: 0 } });
    await run.pause();
    const isListed = async (): Promise<boolean> =>
      (await espalier.list({ status: 'paused' })).runs.some(({ id }) => id === run.id);
    const found = await until('the paused run in the list', isListed);
    await run.resume();
    await run.result();
    console.log(`search: a paused run is listed as such after ${found.toFixed(0)} ms, and ended after resume`);
  });
}

/** `kill -9` of the server while runs are under way: all complete, and what was executed twice is counted. */
export function tryCrash(cluster: Cluster, folder: string): Promise<void> {
  const ledger = join(folder, 'ledger.jsonl');
  const ends = (): readonly string[] => readLedger(ledger).flatMap(({ event, key }) => (event === 'end' ? [key] : []));
  return withWorker(cluster, folder, async espalier => {
    const graph = workChain(LENGTH, { ms: 100, ledger });
    const runs = await Promise.all(Array.from({ length: RUNS }, () => espalier.start(graph, { input: { n: 0 } })));
    await until('a quarter of the steps', async () => ends().length >= (RUNS * LENGTH) / 4);
    await cluster.kill();
    const before = ends().length;
    const healthy = await cluster.start();
    const since = performance.now();
    const progress = await until('progress', async () => ends().length > before + RUNS);
    const results = await Promise.all(runs.map(run => run.result()));
    if (results.some(({ n }) => n !== LENGTH)) throw new Error(`wrong results: ${JSON.stringify(results)}`);
    const twice = ends().length - new Set(ends()).size;
    console.log(
      `crash: ${RUNS} runs of ${LENGTH} steps, killed after ${before} steps; healthy ${healthy.toFixed(0)} ms after ` +
        `restart, progress ${progress.toFixed(0)} ms and all complete ${(performance.now() - since).toFixed(0)} ms ` +
        `after that; ${twice} steps ended twice`,
    );
  });
}

/** A chain of timers of 100 ms. */
const naps = graph({ id: 'naps', in: { n: z.number() }, out: { n: z.number() } }, (g, i) => {
  let last = i.n;
  for (let k = 0; k < NAPS; k += 1) last = g.sleep(last, '100ms', { as: `nap${k}` });
  return { out: { n: last } };
});

/** What a step and a short timer cost, in turn with stock settings and with ours. */
export async function measure(cluster: Cluster, folder: string): Promise<void> {
  const stock = join(folder, 'stock.yaml');
  writeFileSync(stock, '');
  for (const [name, file] of [['stock', stock], ['ours'], ['stock', stock], ['ours']] as const) {
    await cluster.stop();
    await cluster.start(file);
    await withWorker(cluster, folder, async espalier => {
      console.log(`${name}, ms per step of a chain of ${CHAIN}: ${await timesOf(espalier, chain(CHAIN), CHAIN)}`);
      console.log(`${name}, ms per timer of 100 ms: ${await timesOf(espalier, naps, NAPS)}`);
    });
  }
}

/** Sorted: the fastest says most where other programs take turns on the machine. */
async function timesOf(
  espalier: Espalier,
  source: typeof naps | ReturnType<typeof chain>,
  parts: number,
): Promise<string> {
  const times: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const since = performance.now();
    await (await espalier.start(source, { input: { n: 0 } })).result();
    // The first one is for warming up.
    if (round >= 0) times.push((performance.now() - since) / parts);
  }
  const sorted = times.sort((a, b) => a - b);
  return sorted.map(time => time.toFixed(1)).join(' ');
}
