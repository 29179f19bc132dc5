/**
 * How a job is executed. An executor is a function: it is given the job and may run it with other options, more than once
 * or not at all; what it resolves to goes into the workspace's memory.
 */
import type { Bundle } from '../plan/bundles.js';
import type { Plan } from '../plan/plan.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { JobOptions, Recipe } from './recipe.js';
import type { Memory } from './workspace.js';

/** What is to be executed. */
export interface Job extends Recipe {
  readonly plan: Plan;
  /** Each after those it needs. */
  readonly tasks: readonly Bundle[];
}
export type Executor = (job: Job, run: RunJob) => Promise<Memory>;
/** Runs the job; the outputs of all its nodes. Throws `RunFailedError`. */
export type RunJob = (options: JobOptions) => Promise<Memory>;

/** One step after another, in plan order. */
export const serial = (): Executor => (job, run) => run({ ...job.options, concurrency: 1 });

/** Side by side what does not wait for one another, at most `concurrency` at once. Throws `invalid_option`. */
export function parallel({ concurrency }: { readonly concurrency?: number } = {}): Executor {
  if (concurrency === undefined) return (job, run) => run(job.options);
  checkCount('concurrency', concurrency);
  return (job, run) => run({ ...job.options, concurrency });
}

/**
 * On the workers of a queue of its own, which have `size` slots together. In this process, which has no queues, at most
 * `size` steps of the run at once. Throws `invalid_option`.
 */
export function pool({ queue, size }: { readonly queue: string; readonly size: number }): Executor {
  if (typeof queue !== 'string' || queue.trim() === '') throw invalid('queue', 'the name of a task queue', queue);
  checkCount('size', size);
  return (job, run) => run({ ...job.options, taskQueue: queue, concurrency: size });
}

function checkCount(name: string, count: number): void {
  if (!(Number.isInteger(count) && count >= 1)) throw invalid(name, 'a whole number from 1', count);
}

const invalid = (name: string, expected: string, got: Json): EspalierError =>
  new EspalierError('invalid_option', `${name}: expected ${expected}, got ${quote(got)}`);
