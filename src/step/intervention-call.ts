/** What calls of resolvers and of merges have in common. */
import type { PortSchema } from '../document/document.js';
import type { CallCtx } from '../graph/call-ctx.js';
import type { Encoded, Misfit } from '../graph/port-codec.js';
import { isWaitedFor } from '../engine/waited-for.js';
import { check } from '../schema/check.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Leaf } from '../value/value.js';
import { BorderError } from './border-error.js';
import { InterventionError } from './intervention-error.js';
import { makeValues } from './make-values.js';
import { toFailure } from './to-failure.js';
import { within } from './within.js';

export interface InterventionCall {
  /** Where the intervention works: `grind.powder`. */
  readonly address: string;
  /** What the value is to be. */
  readonly schema: PortSchema;
  readonly idempotencyKey: string;
}
export interface CallDeps {
  readonly store: BlobStore;
  /** When it aborts, the call rejects with its reason: that is no failure. */
  readonly signal: AbortSignal;
}
/** A call that is under way, of a function that is here. */
export interface Calling extends InterventionCall, CallDeps {
  /** For messages: `operate "offset"`. */
  readonly who: string;
}

/** No function has the name. Retryable: another worker may have it. */
export function notHere(address: string, kind: 'operate' | 'resolver', name: string, here: readonly string[]): Error {
  const there = here.length === 0 ? 'there is none' : `there are ${here.toSorted().join(', ')}`;
  return new InterventionError(address, `no ${kind} "${name}" on this worker: ${there}`, true);
}

/** Does `work`; what goes wrong in it becomes `intervention_failed`, unless it is `hydration_failed` or the store is away. */
export async function guarded<T>({ who, address, signal }: Calling, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const lost = error instanceof BorderError && error.code === 'hydration_failed';
    if (lost || error instanceof InterventionError || signal.aborted) throw error;
    const { failure, retryable } = toFailure(error);
    if (isWaitedFor(failure)) throw error;
    throw new InterventionError(address, `${who} failed: ${failure.message}`, retryable, { cause: error });
  }
}

/** Calls the user's function, for `ms` at most. */
export function call(calling: Calling, ms: number, work: (ctx: CallCtx) => unknown): Promise<unknown> {
  const { address, idempotencyKey } = calling;
  return within(ms, calling.signal, signal => work(Object.freeze({ address, idempotencyKey, signal })));
}

/** It can't be done with what is there, however often it is tried. */
export function refusal({ who, address }: Calling, why: string, cause?: unknown): InterventionError {
  return new InterventionError(address, `${who} ${why}`, false, { cause });
}

export const misfit = (calling: Calling, what: string, { problems, cause }: Misfit): InterventionError =>
  refusal(calling, `${what}: ${problems.join('; ')}`, cause);

/** What the function gave as a value, if it is of the function's own type and of the port's. */
export async function valueOf(calling: Calling, given: Encoded): Promise<Leaf> {
  if (!given.ok) throw misfit(calling, 'gave something that is not of its type', given);
  const issues = check(calling.schema, given.json);
  if (issues.length > 0) {
    const list = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    throw refusal(calling, `gave something that is not of the port's type: ${list.join('; ')}`);
  }
  const { value } = await makeValues({ value: given.json }, calling.store);
  return value as Leaf;
}
