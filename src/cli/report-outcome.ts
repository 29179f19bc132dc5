import type { Failure } from '../engine/failure.js';
import type { RunFailedError } from '../run/run-failed-error.js';
import type { Cli } from './cli.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import type { Outcome } from './follow-run.js';
import type { Output } from './options.js';
import { reportError } from './report-error.js';
import { outputsText } from './value-text.js';
import { durationText } from './words.js';

type Ended = Exclude<Outcome, { readonly kind: 'interrupted' }>;

export interface EndedRun {
  readonly id: string;
  readonly graph: string;
  /** How long it was waited for, in milliseconds. */
  readonly took?: number;
}

/** Writes the outputs of a run that has ended to stdout, and how it ended to stderr. */
export function reportOutcome(outcome: Ended, run: EndedRun, output: Output, cli: Cli): ExitCode {
  const { terminal, verbose } = cli;
  const result = resultOf(outcome, run);
  if (output !== 'text') {
    terminal.print(output === 'json' ? JSON.stringify(result, null, 2) : JSON.stringify({ kind: 'result', ...result }));
  }
  if (outcome.kind === 'completed') {
    const time = run.took === undefined ? '' : ` in ${durationText(run.took)}`;
    terminal.say(`run ${run.id} ${outcome.status.replaceAll('_', ' ')}${time}`);
  } else {
    reportError(outcome.error, terminal, verbose);
    if (Object.keys(result.outputs).length > 0) terminal.say('outputs that are there all the same:');
  }
  if (output === 'text' && Object.keys(result.outputs).length > 0) {
    terminal.print(outputsText(result.outputs, outcome.values));
  }
  return outcome.kind === 'completed' ? EXIT.ok : exitCodeOf(outcome.error);
}

/** The same fields whether it completed or not, so that a script may look before it knows. */
function resultOf(outcome: Ended, { id, graph }: EndedRun) {
  if (outcome.kind === 'completed') return { run: id, graph, status: outcome.status, outputs: outcome.outputs };
  const { error } = outcome;
  const status = error.code === 'cancelled' ? 'cancelled' : 'failed';
  return { run: id, graph, status, error: plainFailure(error), failures: error.failures, outputs: error.partial };
}

/** Without stacks: they are for people, and `--verbose` tells them. */
function plainFailure({ cause }: RunFailedError): Failure {
  const { stack: _, ...rest } = cause;
  return rest;
}
