/**
 * A run on a server, its steps executed by a worker in this process.
 * 1. What was started here (a server, a worker) is stopped here, however it ends.
 * 2. On a server that others use as well, the worker has a task queue of its own, the same for the same folder: it takes
 *    none of their steps, and they none of ours, which may be older or newer than theirs.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { queuesOf } from '../../workers/queues.js';
import { readConfig } from '../config/config.js';
import { ownQueue } from '../protocol/names.js';
import type { Run } from '../run/run.js';
import { attend } from './attend.js';
import type { Cli } from './cli.js';
import type { ExitCode } from './exit-codes.js';
import { sayLeft, workersOf } from './idle.js';
import { onInterrupt } from './interrupt.js';
import { offersAnything, requireFunctions, requireSteps } from './require-here.js';
import type { WantedRun } from './run-graph.js';
import { choiceArguments } from './server-choice.js';
import { openOrStartSession, openSession, type Session } from './session.js';
import { quotedCommand } from './shell.js';
import { createBriefSink } from './step-log.js';
import { startWorker, type RunningWorker } from './start-worker.js';
import type { Terminal } from './terminal.js';

/** What the run is to be done with. */
interface Means {
  readonly session: Session;
  readonly taskQueue: string;
  /** None if its steps are left to others. */
  readonly worker: RunningWorker | undefined;
  readonly interrupted: AbortSignal;
}

export async function runOnServer(wanted: WantedRun, cli: Cli): Promise<ExitCode> {
  const { graph, options } = wanted;
  const { terminal } = cli;
  const bringsWorker = options.wait && options.worker && offersAnything(graph.registered);
  if (bringsWorker && options.taskQueue === undefined) requireHere(wanted);
  const interrupted = onInterrupt();
  const session = options.wait
    ? await openOrStartSession(options, terminal, () => requireHere(wanted))
    : await openSession(options);
  try {
    const taskQueue = taskQueueOf(wanted, session, bringsWorker);
    // Somebody has to decide, also where interventions leave nothing to execute.
    const decides = options.worker && session.kind === 'own';
    const worker = bringsWorker || decides ? await startWorkerFor(wanted, session, taskQueue, terminal) : undefined;
    try {
      return await runWith({ session, taskQueue, worker, interrupted }, wanted, cli);
    } finally {
      if (worker) await stopped(worker, session);
    }
  } finally {
    await session.close(interrupted);
    if (session.kind === 'own') {
      const again = quotedCommand(['dev', ...graph.folders, ...choiceArguments(options)]);
      terminal.say(`kept in ${session.dataDir}; ${again} goes on with it`);
    }
  }
}

/** Drained, unless the server is gone that it would tell what came of its steps. */
async function stopped(worker: RunningWorker, { lost }: Session): Promise<void> {
  const stop = worker.stop();
  stop.catch(() => {});
  await Promise.race([stop, lost.catch(() => {})]);
}

async function runWith(means: Means, wanted: WantedRun, cli: Cli): Promise<ExitCode> {
  const { session, taskQueue, worker, interrupted } = means;
  const { terminal } = cli;
  const since = Date.now();
  const run = await start(means, wanted);
  terminal.say(`run ${run.id} started${linkTo(run, session)}`);
  if (!worker && !isLeftOnPurpose(wanted))
    await sayLeft(workersOf(session.espalier, wanted.options), taskQueue, terminal);
  const lost = [session.lost, ...(worker ? [worker.done] : [])];
  const detached = (): void => sayInterrupted(run, means, wanted, terminal);
  return attend(run, { wanted, since, interrupted, lost, detached }, cli);
}

/** What executes it is here: who says `--no-worker` then knows who else does. */
const isLeftOnPurpose = ({ graph, options }: WantedRun): boolean => graph.folders.length > 0 && options.wait;

function start({ session, taskQueue }: Means, wanted: WantedRun): Promise<Run<unknown>> {
  const { graph, input, interventions, settings, context, options } = wanted;
  const { id, idempotencyKey } = options;
  return session.espalier.start(graph.plan, {
    input,
    interventions: interventions.given,
    ...settings,
    ...(context && { context }),
    taskQueue,
    ...(id !== undefined && { id }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
}

function sayInterrupted(run: Run<unknown>, means: Means, { graph, options }: WantedRun, terminal: Terminal): void {
  const { session, taskQueue, worker } = means;
  if (session.kind === 'own') return terminal.say('stopping; a second Ctrl-C does not wait for steps that run');
  const where = choiceArguments(options);
  const watch = quotedCommand(['runs', 'watch', run.id, ...where]);
  terminal.say(`detached from run ${run.id}, which goes on; ${watch} shows it again`);
  if (!worker) return;
  const work = quotedCommand(['worker', ...graph.folders, '--task-queue', taskQueue, ...where]);
  terminal.say(`its steps were executed here and now wait for ${work}`);
}

function taskQueueOf({ graph, options }: WantedRun, session: Session, bringsWorker: boolean): string {
  const { taskQueue } = readConfig();
  if (options.taskQueue !== undefined) return options.taskQueue;
  if (session.kind === 'own' || !bringsWorker) return taskQueue;
  const digest = createHash('sha256').update(resolve(graph.path)).digest('hex');
  return ownQueue(taskQueue, digest);
}

function startWorkerFor({ graph, options }: WantedRun, session: Session, taskQueue: string, terminal: Terminal) {
  const { kind, espalier, dataDir } = session;
  const choice = {
    // Steps only run when it stops if someone wants to leave.
    shutdownGrace: 2000,
    taskQueue,
    dataDir,
    folders: graph.folders,
    namespace: espalier.namespace,
    // On a server of others, queues that clusters name have workers of their own.
    queues: kind === 'foreign' ? [] : queuesOf([graph.document]),
    // TLS and keys come with a profile, which an address given here would put aside.
    ...((kind !== 'foreign' || options.address !== undefined) && { address: espalier.address }),
  };
  return startWorker(graph.registered, choice, createBriefSink(readConfig().logLevel, terminal));
}

/** All that only this process would execute. */
function requireHere({ graph, interventions, settings: { prune = false } }: WantedRun): void {
  requireSteps(graph, { interventions: interventions.sent, prune });
  requireFunctions(interventions.sent, graph);
}

function linkTo(run: Run<unknown>, { ui, espalier }: Session): string {
  return ui === undefined ? '' : `: ${ui}/namespaces/${espalier.namespace}/workflows/${encodeURIComponent(run.id)}`;
}
