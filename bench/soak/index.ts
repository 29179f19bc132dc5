/**
 * Runs that are too long for one Temporal execution, at full size: results are checked, and what they cost is told, a line of
 * JSON each on stdout. Exits with 1 where something is lost. `--scale 0.1` runs them at a tenth, `--only loop` one of them.
 * `faults` kills what they run on instead (faults/index.ts): where and when follows from `--seed 7`, and without it from chance.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { Espalier } from '../../src/client/espalier.js';
import type { AnyGraph } from '../../src/graph/contract.js';
import { startServer } from '../../src/server/embedded.js';
import type { JsonObject } from '../../src/value/json.js';
import { startChild } from '../children.js';
import { Closer } from '../closer.js';
import { timed } from '../measure.js';
import type { WorkerChildSettings } from '../rig.js';
import { startBenchService, type BenchService } from '../service.js';
import { soakFaults } from './faults/index.js';
import { collected, items, layers, loop } from './graphs.js';
import { linksOf } from './links.js';
import { watchMemory } from './memory.js';
import { paceOf } from './pace.js';

interface Soak {
  readonly name: string;
  readonly graph: AnyGraph;
  readonly input: JsonObject;
  readonly gives: object;
}

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, only: { type: 'string' }, seed: { type: 'string' } },
});
const scale = Number(values.scale);
if (!(scale > 0)) throw new Error(`--scale: expected a number above 0, got ${JSON.stringify(values.scale)}`);
const seed = Number(values.seed ?? randomInt(2 ** 32));
if (!Number.isInteger(seed)) throw new Error(`--seed: expected a whole number, got ${JSON.stringify(values.seed)}`);
const isWanted = (name: string): boolean => (values.only ?? name) === name;
const scaled = (count: number): number => Math.max(1, Math.round(count * scale));
const upTo = (count: number, from: number): number[] => Array.from({ length: count }, (_, k) => k + from);

const SOAKS: readonly Soak[] = [
  { name: 'items', graph: items, input: { count: scaled(20_000) }, gives: { all: upTo(scaled(20_000), 3) } },
  {
    name: 'collected',
    graph: collected,
    input: { count: scaled(100_000) },
    gives: { count: scaled(100_000), length: 1000 * scaled(100_000) },
  },
  { name: 'loop', graph: loop, input: { count: scaled(10_000) }, gives: { n: scaled(10_000) } },
  {
    name: 'nodes',
    graph: layers(scaled(1000), 10),
    input: { n: 0 },
    gives: { all: Array.from({ length: scaled(1000) }, () => 10) },
  },
];

const say = (message: string): void => void process.stderr.write(`${message}\n`);
const closer = new Closer();
process.once('SIGINT', () => void closer.close().then(() => process.exit(130)));
try {
  if (SOAKS.some(({ name }) => isWanted(name))) await measureSizes();
  if (isWanted('faults')) {
    say(`faults: seed ${seed}`);
    if (!(await soakFaults(scale, seed, closer))) process.exitCode = 1;
  }
} finally {
  await closer.close();
}

async function measureSizes(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-soak-'));
  closer.add(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startServer({ dataDir, headless: true });
  closer.add(() => server.stop());
  const settings: WorkerChildSettings = { address: server.address, dataDir, taskQueue: 'soak', concurrency: 200 };
  const worker = await startChild('./soak/worker-child.ts', settings, closer);
  const espalier = await Espalier.connect({ address: server.address, dataDir, taskQueue: settings.taskQueue });
  closer.add(() => espalier.close());
  const connection = await Connection.connect({ address: server.address });
  closer.add(() => connection.close());
  const client = new Client({ connection });
  const service = await startBenchService({ address: server.address, dataDir, closer });
  for (const soak of SOAKS) {
    if (isWanted(soak.name)) await measure(soak, { espalier, client, service, worker: worker.pid });
  }
}

interface Rig {
  readonly espalier: Espalier;
  readonly client: Client;
  readonly service: BenchService;
  /** Its process. */
  readonly worker: number;
}

async function measure({ name, graph, input, gives }: Soak, { espalier, client, service, worker }: Rig): Promise<void> {
  say(`${name}: ${JSON.stringify(input)}`);
  const memory = watchMemory(worker);
  const run = await espalier.start(graph.document, { input });
  let result: unknown;
  const ms = await timed(async () => void (result = await run.result()));
  const workerMB = await memory();
  const whole = isDeepStrictEqual(result, gives);
  if (!whole) process.exitCode = 1;
  const look = () => service.get(`/runs/${run.id}`);
  const viewMs = { first: Math.round(await timed(look)), second: Math.round(await timed(look)) };
  const seconds = Math.round(ms) / 1000;
  const cost = { seconds, ...(await linksOf(client, run.id)), viewMs, workerMB };
  console.log(JSON.stringify({ name, input, whole, ...cost, thousandNodes: await paceOf(espalier, run.id) }));
}
