import type { Run } from '../run/run.js';
import type { Cli } from './cli.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { follow } from './follow-run.js';
import { sayHeld } from './holds.js';
import { reportOutcome } from './report-outcome.js';
import { progressOf, type WantedRun } from './run-graph.js';
import { choiceArguments } from './server-choice.js';
import { foresee, waitingText } from './foreseen.js';

export interface AttendOptions {
  readonly wanted: WantedRun;
  /** When it was started, in milliseconds since the epoch. */
  readonly since: number;
  readonly interrupted: AbortSignal;
  /** Of what the run needs from here; rejects when it can't go on. */
  readonly lost?: readonly Promise<unknown>[];
  /** Says how to go on after Ctrl-C. */
  readonly detached: () => void;
}

/** What there is to do of a run that was started: print its id, or show it and then its outputs. */
export async function attend(run: Run<unknown>, attention: AttendOptions, cli: Cli): Promise<ExitCode> {
  const { wanted, since, interrupted, lost = [], detached } = attention;
  const { graph, options } = wanted;
  const { terminal } = cli;
  const { id } = run;
  const { waiting, unused } = await foresee(wanted);
  for (const port of waiting) terminal.say(`waiting for ${waitingText(id, port, choiceArguments(options))}`);
  for (const { at, why } of unused) terminal.say(`not used: ${at} (${why})`);
  if (!options.wait) {
    terminal.print(options.output === 'text' ? id : JSON.stringify({ run: id, graph: graph.plan.graph }));
    return EXIT.ok;
  }
  const held = sayHeld(run, choiceArguments(options), terminal);
  const progress = progressOf(graph, options, cli);
  const outcome = await follow(run, { terminal, progress, interrupted, lost, held });
  if (outcome.kind === 'interrupted') {
    detached();
    return EXIT.interrupted;
  }
  return reportOutcome(outcome, { id, graph: graph.plan.graph, took: Date.now() - since }, options.output, cli);
}
