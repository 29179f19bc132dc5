/**
 * What a run costs beside a workflow written by hand, in one interleaved run: hand, ours, hand, ours, … Times are of a
 * shared machine: read the ratios. Nothing is asserted here; what must hold is counted in test/live/cost.test.ts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { Espalier } from '../src/client/espalier.js';
import type { AnyGraph } from '../src/graph/contract.js';
import { compile } from '../src/plan/compile.js';
import { startServer } from '../src/server/embedded.js';
import { chain, fan, layers } from '../test/live/fixtures/graphs.js';
import { steps } from '../test/live/fixtures/steps.js';
import { historyOf } from '../test/live/history.js';
import { createWorker } from '../workers/main.js';
import { installRuntime } from '../workers/runtime.js';

const ROUNDS = Number(process.argv[2] ?? 7);
const SHAPES: readonly Shape[] = [
  { name: 'chain of 100', graph: chain(100), type: 'handChain', args: [100, { n: 0 }] },
  { name: 'fan-out of 100', graph: fan(100), type: 'handFan', args: [100, { n: 0 }] },
  { name: '10 layers of 10', graph: layers(10, 10), type: 'handLayers', args: [10, 10, { n: 0 }] },
];
interface Shape {
  readonly name: string;
  readonly graph: AnyGraph;
  readonly type: string;
  readonly args: readonly unknown[];
}
interface Sample {
  readonly ms: number;
  readonly events: number;
  readonly tasks: number;
}

installRuntime(new DefaultLogger('ERROR'));
const folder = await mkdtemp(join(tmpdir(), 'espalier-bench-'));
const server = await startServer({ dataDir: folder, headless: true });
try {
  await measureAll(server.address);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measureAll(address: string): Promise<void> {
  const connection = await NativeConnection.connect({ address });
  const ours = await createWorker({ steps }, { connection, dataDir: folder });
  const workflowsPath = fileURLToPath(new URL('../test/live/fixtures/hand-written.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const activities = { inc: async ({ n }: { n: number }) => ({ n: n + 1 }) };
  const byHand = await Worker.create({ connection, taskQueue: 'by-hand', workflowBundle, activities });
  const running = Promise.all([ours.run(), byHand.run()]);
  const client = new Client({ connection: await Connection.connect({ address }) });
  const espalier = await Espalier.connect({ address, dataDir: folder });

  console.log(`${ROUNDS} rounds each, interleaved; medians. An activity each step.\n`);
  console.log('shape             by hand      ours     ratio   ms/step   events hand/ours   tasks hand/ours');
  for (const shape of SHAPES) await measureShape(shape, client, espalier);
  await espalier.close();
  await client.connection.close();
  ours.shutdown();
  byHand.shutdown();
  await running;
  await connection.close();
}

async function measureShape(shape: Shape, client: Client, espalier: Espalier): Promise<void> {
  const plan = compile(shape.graph.document);
  const hand: Sample[] = [];
  const ours: Sample[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const a = await timed(client, async workflowId => {
      await client.workflow.execute(shape.type, { taskQueue: 'by-hand', workflowId, args: [...shape.args] });
    });
    const b = await timed(client, async id => {
      await (await espalier.start(plan, { id, input: { n: 0 } })).result();
    });
    // The first round warms both up.
    if (round >= 0) [hand, ours].forEach((samples, k) => samples.push(k === 0 ? a : b));
  }
  const ratio = median(ours.map((sample, k) => sample.ms / (hand[k]?.ms ?? 1)));
  const nodes = plan.bodies[0]?.nodes.length ?? 1;
  const [h, o] = [hand, ours].map(samples => ({
    ms: median(samples.map(({ ms }) => ms)),
    events: median(samples.map(({ events }) => events)),
    tasks: median(samples.map(({ tasks }) => tasks)),
  }));
  if (!h || !o) return;
  console.log(
    `${shape.name.padEnd(16)} ${h.ms.toFixed(0).padStart(5)} ms ${o.ms.toFixed(0).padStart(7)} ms ${ratio.toFixed(2).padStart(8)} ` +
      `${(o.ms / nodes).toFixed(1).padStart(9)} ${`${h.events}/${o.events}`.padStart(18)} ${`${h.tasks}/${o.tasks}`.padStart(17)}`,
  );
}

async function timed(client: Client, work: (id: string) => Promise<void>): Promise<Sample> {
  const id = `bench-${crypto.randomUUID()}`;
  const start = performance.now();
  await work(id);
  const ms = performance.now() - start;
  const history = await historyOf(client, id);
  return { ms, events: history.events.length, tasks: history.count('WorkflowTaskCompleted') };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
