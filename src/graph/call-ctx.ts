/** What a merge or a resolver is told beside its values. */
export interface CallCtx {
  /** Aborted when the time is over, the run no longer wants the result, or the worker stops: end soon. */
  readonly signal: AbortSignal;
  /** Where the intervention works: `grind.powder`. */
  readonly address: string;
  /** The same for every attempt: what to give to services that act once per key. */
  readonly idempotencyKey: string;
}
