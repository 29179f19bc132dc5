/** `espalier run`: everything that is wrong is found before anything is started. */
import { readConfig } from '../config/config.js';
import type { Duration } from '../document/document.js';
import { runLocal } from '../local/run-local.js';
import { runOptionsOf, type RunSettings } from '../run/run-settings.js';
import { planInputs } from '../step/plan-inputs.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import type { Cli } from './cli.js';
import type { RunCommandOptions } from './commands/run.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { follow } from './follow-run.js';
import { onInterrupt } from './interrupt.js';
import { loadGraph, type LoadedGraph } from './load/load-graph.js';
import { createFrameLog, createNodeProgress, type Progress } from './progress.js';
import { reportOutcome } from './report-outcome.js';
import { readInput } from './run-input.js';
import { serviceOf } from './server-choice.js';
import { createStepLog } from './step-log.js';

/** A run that may be started. */
export interface WantedRun {
  readonly graph: LoadedGraph;
  readonly input: JsonObject;
  readonly settings: RunSettings;
  readonly options: RunCommandOptions;
}

export async function runGraph(source: string, options: RunCommandOptions, cli: Cli): Promise<ExitCode> {
  checkTogether(options);
  const graph = await loadGraph(source, options);
  const input = await readInput(graph.plan, options.input, options.set ?? []);
  // Whoever runs it checks it too, but something may have been started by then.
  await planInputs(graph.plan, input, createMemoryStore());
  const settings = settingsOf(options);
  const wanted = { graph, input, settings, options };
  if (options.local) return runHere(wanted, cli);
  const service = serviceOf(options);
  if (service !== undefined) {
    const { runByService } = await import('./run-by-service.js');
    return runByService(wanted, service, cli);
  }
  const { runOnServer } = await import('./run-on-server.js');
  return runOnServer(wanted, cli);
}

async function runHere({ graph, input, settings, options }: WantedRun, cli: Cli): Promise<ExitCode> {
  const { plan, registered } = graph;
  const { id } = options;
  const interrupted = onInterrupt();
  const since = Date.now();
  const log = createStepLog(readConfig().logLevel, cli.terminal);
  const run = runLocal(plan, { ...registered, ...settings, input, log, ...(id !== undefined && { id }) });
  const progress = progressOf(graph, options, cli);
  const outcome = await follow(run, { terminal: cli.terminal, progress, interrupted });
  if (outcome.kind !== 'interrupted') {
    return reportOutcome(outcome, { id: run.id, graph: plan.graph, took: Date.now() - since }, options.output, cli);
  }
  cli.terminal.say(`run ${run.id} was given up; nothing of it is kept`);
  return EXIT.interrupted;
}

/** How frames of the run are shown: as data, each, or a line for a node. */
export function progressOf(graph: LoadedGraph, { watch, output }: RunCommandOptions, { terminal }: Cli): Progress {
  if (output === 'jsonl') return { take: frame => terminal.print(JSON.stringify(frame)), end() {} };
  if (watch) return createFrameLog(line => terminal.say(line), terminal);
  return createNodeProgress(terminal, graph.plan.bodies[0]?.nodes.map(node => node.id) ?? []);
}

function settingsOf({ concurrency, deadline, onFailure }: RunCommandOptions): RunSettings {
  const settings = {
    ...(concurrency !== undefined && { concurrency }),
    // Any text; the next line refuses what is no duration.
    ...(deadline !== undefined && { deadline: deadline as Duration }),
    ...(onFailure !== undefined && { onFailure }),
  };
  runOptionsOf(settings);
  return settings;
}

function checkTogether(options: RunCommandOptions): void {
  const { local, wait, address, idempotencyKey, id, steps } = options;
  if (local && !wait) throw usage('--local and --no-wait exclude each other: a run in this process ends with it');
  if (local && address !== undefined) throw usage('--local and --address exclude each other');
  if (local && idempotencyKey !== undefined) throw usage('--local and --idempotency-key exclude each other');
  if (steps && serviceOf(options) !== undefined) {
    throw usage('--steps and the address of a service exclude each other: steps are left to its workers');
  }
  if (id !== undefined && idempotencyKey !== undefined) {
    throw usage('--id and --idempotency-key exclude each other: the key makes the id');
  }
}

const usage = (message: string): EspalierError => new EspalierError('usage', message);
