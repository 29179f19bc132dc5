/** `espalier run`: everything that is wrong is found before anything is started. */
import { readConfig } from '../config/config.js';
import { runLocal } from '../local/run-local.js';
import type { RunSettings } from '../run/run-settings.js';
import { planInputs } from '../step/plan-inputs.js';
import { createMemoryStore } from '../store/memory-store.js';
import type { JsonObject } from '../value/json.js';
import type { Cli } from './cli.js';
import type { RunCommandOptions } from './commands/run.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { printExplanation } from './explain-graph.js';
import { follow } from './follow-run.js';
import { readInterventions, type GivenInterventions } from './given-interventions.js';
import { releaseByEnter } from './holds.js';
import { onInterrupt } from './interrupt.js';
import { loadGraph, type LoadedGraph } from './load/load-graph.js';
import { createFrameLog, createNodeProgress, type Progress } from './progress.js';
import { reportOutcome } from './report-outcome.js';
import { readContext, type Context } from './run-context.js';
import { readInput } from './run-input.js';
import { requireFunctions } from './require-here.js';
import { checkTogether, settingsOf } from './run-options.js';
import { serviceOf } from './server-choice.js';
import { createStepLog } from './step-log.js';
import { foresee, requireAnswers } from './foreseen.js';

/** A run that may be started. */
export interface WantedRun {
  readonly graph: LoadedGraph;
  readonly input: JsonObject;
  readonly interventions: GivenInterventions;
  readonly settings: RunSettings;
  /** Secrets. */
  readonly context: Context | undefined;
  readonly options: RunCommandOptions;
}

export async function runGraph(source: string, options: RunCommandOptions, cli: Cli): Promise<ExitCode> {
  checkTogether(options);
  const graph = await loadGraph(source, options);
  const { plan } = graph;
  const input = await readInput(plan, options.input, options.set ?? []);
  const interventions = await readInterventions(graph, options);
  const { sent } = interventions;
  const settings = settingsOf(options, plan);
  const context = await readContext(options.context);
  const { prune = false, cache = 'use' } = settings;
  if (options.explain) return printExplanation(graph, { input, sent, prune, cache }, options, cli.terminal);
  // Whoever runs it checks it too, but something may have been started by then.
  await planInputs(plan, input, createMemoryStore(), { interventions: sent, prune });
  const wanted = { graph, input, interventions, settings, context, options };
  if (options.local) return runHere(wanted, cli);
  const service = serviceOf(options);
  if (service !== undefined) {
    const { runByService } = await import('./run-by-service.js');
    return runByService(wanted, service, cli);
  }
  const { runOnServer } = await import('./run-on-server.js');
  return runOnServer(wanted, cli);
}

async function runHere(wanted: WantedRun, cli: Cli): Promise<ExitCode> {
  const { graph, input, interventions, settings, context, options } = wanted;
  const { plan, registered } = graph;
  const { id } = options;
  const { terminal } = cli;
  requireFunctions(interventions.sent, graph);
  const { waiting, unused } = await foresee(wanted);
  requireAnswers(waiting);
  const interrupted = onInterrupt();
  const since = Date.now();
  const log = createStepLog(readConfig().logLevel, terminal);
  const given = { ...settings, input, interventions: interventions.given, ...(id !== undefined && { id }) };
  const run = runLocal(plan, { ...registered, ...given, ...(context && { context }), log });
  for (const { at, why } of unused) terminal.say(`not used: ${at} (${why})`);
  const progress = progressOf(graph, options, cli);
  const outcome = await follow(run, { terminal, progress, interrupted, held: releaseByEnter(run, terminal) });
  if (outcome.kind !== 'interrupted') {
    return reportOutcome(outcome, { id: run.id, graph: plan.graph, took: Date.now() - since }, options.output, cli);
  }
  terminal.say(`run ${run.id} was given up; nothing of it is kept`);
  return EXIT.interrupted;
}

/** How frames of the run are shown: as data, each, or a line for a node. */
export function progressOf(graph: LoadedGraph, { watch, output }: RunCommandOptions, { terminal }: Cli): Progress {
  if (output === 'jsonl') return { take: frame => terminal.print(JSON.stringify(frame)), end() {} };
  if (watch) return createFrameLog(line => terminal.say(line), terminal);
  return createNodeProgress(terminal, graph.plan.bodies[0]?.nodes.map(node => node.id) ?? []);
}
