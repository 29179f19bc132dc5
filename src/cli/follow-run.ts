import { RunFailedError } from '../run/run-failed-error.js';
import type { Frame, Run, RunStatus, WatchOptions } from '../run/run.js';
import type { OnHeld } from './holds.js';
import type { Value } from '../value/value.js';
import { aborted } from './interrupt.js';
import type { Progress } from './progress.js';
import type { Terminal } from './terminal.js';

export type Outcome =
  | Completed
  | { readonly kind: 'failed'; readonly error: RunFailedError; readonly values: Values }
  /** Nobody waits any longer; the run may go on. */
  | { readonly kind: 'interrupted' };

interface Completed {
  readonly kind: 'completed';
  readonly status: RunStatus;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly values: Values;
}
/** The outputs as the run has them. */
type Values = Readonly<Record<string, Value>>;

export interface FollowOptions {
  readonly terminal: Terminal;
  readonly progress: Progress;
  readonly interrupted: AbortSignal;
  /** Of what the run needs from here; rejects when it can't go on. */
  readonly lost?: readonly Promise<unknown>[];
  readonly from?: string;
  readonly held?: OnHeld;
}

/** Shows a run until it has ended, or until someone interrupts that. */
export async function follow(run: Run<unknown>, options: FollowOptions): Promise<Outcome> {
  const { progress, interrupted, lost = [] } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupted, stop.signal]);
  const watching = showFrames(run, options, signal);
  const ending = outcomeOf(run, watching);
  // Whoever comes second has nobody who waits for it.
  ending.catch(() => {});
  try {
    return await Promise.race([
      ending,
      aborted(interrupted).then(() => ({ kind: 'interrupted' }) as const),
      ...lost.map(promise => promise.then(() => new Promise<never>(() => {}))),
    ]);
  } finally {
    stop.abort();
    progress.end();
  }
}

async function outcomeOf(run: Run<unknown>, watching: Promise<Frame | undefined>): Promise<Outcome> {
  try {
    const outputs = (await run.result()) as Readonly<Record<string, unknown>>;
    const { status = 'completed', outputs: values = {} } = (await watching) ?? {};
    return { kind: 'completed', status, outputs, values };
  } catch (error) {
    if (!(error instanceof RunFailedError)) throw error;
    const { outputs: values = {} } = (await watching) ?? {};
    return { kind: 'failed', error, values };
  }
}

/** The last one, which says how the run ended. That it can't be watched does not keep it from having a result. */
async function showFrames(
  run: Run<unknown>,
  { progress, terminal, from, held }: FollowOptions,
  signal: AbortSignal,
): Promise<Frame | undefined> {
  const options: WatchOptions = { signal, ...(from !== undefined && { from }) };
  let last: Frame | undefined;
  try {
    for await (const frame of run.watch(options)) {
      progress.take((last = frame));
      // What else goes on is shown meanwhile; a run that has ended holds no longer.
      if (frame.kind === 'held') held?.(frame.at).catch(() => {});
    }
  } catch (error) {
    if (!signal.aborted)
      terminal.say(`the run can't be watched: ${error instanceof Error ? error.message : String(error)}`);
  }
  return last;
}
