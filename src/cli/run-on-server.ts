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
import type { Run } from '../run/run.js';
import { EspalierError } from '../value/espalier-error.js';
import { missingSteps } from '../step/missing-steps.js';
import { createRegistry } from '../step/registry.js';
import type { Cli } from './cli.js';
import type { RunCommandOptions } from './commands/run.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { follow } from './follow-run.js';
import { onInterrupt } from './interrupt.js';
import type { LoadedGraph } from './load/load-graph.js';
import { reportOutcome } from './report-outcome.js';
import { progressOf, type WantedRun } from './run-graph.js';
import { openOrStartSession, openSession, type Session } from './session.js';
import { quotedCommand } from './shell.js';
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
  const bringsWorker = options.wait && options.worker && graph.registered.steps.length > 0;
  if (bringsWorker && options.taskQueue === undefined) requireSteps(graph);
  const interrupted = onInterrupt();
  const session = options.wait
    ? await openOrStartSession(options, terminal, () => requireSteps(graph))
    : await openSession(options);
  try {
    const taskQueue = taskQueueOf(wanted, session, bringsWorker);
    const worker = bringsWorker ? await startWorkerFor(wanted, session, taskQueue, terminal) : undefined;
    try {
      return await runWith({ session, taskQueue, worker, interrupted }, wanted, cli);
    } finally {
      if (worker) await stopped(worker, session);
    }
  } finally {
    await session.close(interrupted);
    if (session.kind === 'own') {
      const again = quotedCommand(['dev', graph.path, ...whereAgain(options)]);
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
  const { session, worker, interrupted } = means;
  const { graph, options } = wanted;
  const { terminal } = cli;
  const since = Date.now();
  const run = await start(means, wanted);
  terminal.say(`run ${run.id} started${linkTo(run, session)}`);
  if (!options.wait) {
    terminal.print(options.output === 'text' ? run.id : JSON.stringify({ run: run.id, graph: graph.plan.graph }));
    return EXIT.ok;
  }
  const lost = [session.lost, ...(worker ? [worker.done] : [])];
  const outcome = await follow(run, { terminal, progress: progressOf(graph, options, cli), interrupted, lost });
  if (outcome.kind === 'interrupted') {
    sayInterrupted(run, means, wanted, terminal);
    return EXIT.interrupted;
  }
  const took = Date.now() - since;
  return reportOutcome(outcome, { id: run.id, graph: graph.plan.graph, took }, options.output, cli);
}

function start({ session, taskQueue }: Means, { graph, input, settings, options }: WantedRun): Promise<Run<unknown>> {
  const { id, idempotencyKey } = options;
  return session.espalier.start(graph.plan, {
    input,
    ...settings,
    taskQueue,
    ...(id !== undefined && { id }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
}

function sayInterrupted(run: Run<unknown>, means: Means, { graph, options }: WantedRun, terminal: Terminal): void {
  const { session, taskQueue, worker } = means;
  if (session.kind === 'own') return terminal.say('stopping; a second Ctrl-C does not wait for steps that run');
  const where = whereAgain(options);
  const watch = quotedCommand(['runs', 'watch', run.id, ...where]);
  terminal.say(`detached from run ${run.id}, which goes on; ${watch} shows it again`);
  if (!worker) return;
  const work = quotedCommand(['worker', ...foldersOf(graph, options), '--task-queue', taskQueue, ...where]);
  terminal.say(`its steps were executed here and now wait for ${work}`);
}

const foldersOf = ({ path }: LoadedGraph, { steps = [] }: RunCommandOptions): readonly string[] =>
  /\.(json|ya?ml)$/.test(path) ? steps : [path, ...steps];

function taskQueueOf({ graph, options }: WantedRun, session: Session, bringsWorker: boolean): string {
  const { taskQueue } = readConfig();
  if (options.taskQueue !== undefined) return options.taskQueue;
  if (session.kind === 'own' || !bringsWorker) return taskQueue;
  const digest = createHash('sha256').update(resolve(graph.path)).digest('hex');
  return `${taskQueue}-${digest.slice(0, 8)}`;
}

function startWorkerFor({ graph, options }: WantedRun, session: Session, taskQueue: string, terminal: Terminal) {
  const { kind, espalier, dataDir } = session;
  const choice = {
    brief: true,
    // Steps only run when it stops if someone wants to leave.
    shutdownGrace: 2000,
    taskQueue,
    dataDir,
    namespace: espalier.namespace,
    // On a server of others, queues that clusters name have workers of their own.
    queues: kind === 'foreign' ? [] : queuesOf([graph.document]),
    // TLS and keys come with a profile, which an address given here would put aside.
    ...((kind !== 'foreign' || options.address !== undefined) && { address: espalier.address }),
  };
  return startWorker(graph.registered, choice, terminal);
}

function requireSteps({ plan, registered, path }: LoadedGraph): void {
  const missing = missingSteps(plan, createRegistry(registered));
  if (missing.length === 0) return;
  throw new EspalierError(
    'step_not_here',
    `nobody would execute ${missing.join(', ')}: ${path} brings no implementation that fits (--steps FOLDER adds some)`,
  );
}

function linkTo(run: Run<unknown>, { ui, espalier }: Session): string {
  return ui === undefined ? '' : `: ${ui}/namespaces/${espalier.namespace}/workflows/${encodeURIComponent(run.id)}`;
}

/** What makes another command find the same server. */
function whereAgain({ address, namespace, data }: RunCommandOptions): readonly string[] {
  return [
    ...(address === undefined ? [] : ['--address', address]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...(data === undefined ? [] : ['--data', data]),
  ];
}
