/** How long what users start takes until it is of use. It is the build that is started, so it should be a fresh one. */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { twoFreePorts } from '../src/server/free-ports.js';
import { inRounds, type Bench } from './bench.js';
import { spread, timed } from './measure.js';
import { isBuilt, startProgram } from './program.js';
import { QUEUES, type Rig } from './rig.js';

type Times = Readonly<Record<string, number>>;

const { TASK_QUEUE_TYPE_WORKFLOW: WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;
const EXAMPLE = fileURLToPath(new URL('../examples/coffee', import.meta.url));

export async function measureColdStart(bench: Bench): Promise<void> {
  const { rig, options, report, say } = bench;
  if (!options.only.has('cold')) return;
  if (!isBuilt()) return say('cold start: nothing is built; `npm run build` first');
  const rounds = await inRounds(bench, 'cold start', async (): Promise<Times> => ({
    '--help': await timed(() => startProgram(['--help'], rig.closer).ended),
    'serve until ready': await serveTime(rig),
    ...(await workerTimes(rig)),
  }));
  for (const name of Object.keys(rounds[0] ?? {})) {
    report.add({
      part: 'cold start',
      bench: name,
      side: 'espalier',
      ms: spread(rounds.flatMap(round => round[name] ?? [])),
    });
  }
}

/** On a Temporal server that is there, with a database that is not. */
async function serveTime({ address, dataDir, closer }: Rig): Promise<number> {
  const [port] = await twoFreePorts();
  const env = {
    TEMPORAL_ADDRESS: address,
    TASK_QUEUE: QUEUES.graph,
    ESPALIER_PORT: String(port),
    ESPALIER_DATA: await mkdtemp(join(dataDir, 'serve-')),
  };
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  const start = performance.now();
  const program = startProgram(['serve'], closer, env);
  await program.until(isReady);
  const took = performance.now() - start;
  await program.stop();
  return took;
}

/** A worker for the coffee example, on a queue of its own, and the first two runs that it sees. */
async function workerTimes({ address, dataDir, client, espalier, closer }: Rig): Promise<Times> {
  const taskQueue = `bench-cold-${randomUUID()}`;
  // Not before it is known that there is a build: the example imports it.
  const { coffee } = await import('../examples/coffee/index.js');
  const isPolling = async (): Promise<boolean> => {
    const queue = { namespace: 'default', taskQueue: { name: taskQueue }, taskQueueType: WORKFLOW };
    return ((await client.workflowService.describeTaskQueue(queue)).pollers ?? []).length > 0;
  };
  const run = async (): Promise<unknown> =>
    (await espalier.start(coffee.document, { input: { beans: 20, water: 200 }, taskQueue })).result();
  const start = performance.now();
  const program = startProgram(
    ['worker', EXAMPLE, '--task-queue', taskQueue, '--address', address, '--data', dataDir],
    closer,
  );
  await program.until(isPolling);
  const polls = performance.now() - start;
  const times = {
    'worker until it polls': polls,
    'its first run': await timed(run),
    'its second run': await timed(run),
  };
  await program.stop();
  return times;
}
