/**
 * A step behind the step cache: what was computed before for the same identity is taken, what was not is computed once.
 * 1. At once, one computes and the others wait: in a process by its flight, among processes by a claim in the cache.
 * 2. A result is kept only if the step gave it to an attempt that was still wanted: no failure, nothing of a cancelled one.
 * 3. A cache that does not answer costs a warning and a computation, never a failure and never a long wait.
 */
import type { CacheMiss, Origin } from '../engine/known.js';
import type { CacheEntry, StepCache } from '../store/step-cache.js';
import type { Leaf } from '../value/value.js';
import { runStep, type BorderDeps, type StepCall } from './border.js';
import { cachedOutcome } from './cached-outcome.js';
import { Claim } from './claim.js';
import type { Impl } from './impl.js';
import { missOf, optionDigests } from './miss.js';
import { codeOf, identityOf, stepKey, type StepIdentity, type StepUse } from './step-key.js';
import { isGenuine } from './value-digest.js';
import { within } from './within.js';

/** How a use of a step is cached. */
export interface Caching extends Pick<StepUse, 'contract' | 'buildId'> {
  readonly cache: StepCache;
  /** `refresh` computes in any case, and keeps that. */
  readonly use: 'use' | 'refresh';
  /** How long what is computed is kept, in milliseconds; for ever if not given. */
  readonly ttl?: number;
}

export interface CachedResult {
  readonly out: Readonly<Record<string, Leaf>>;
  /** Not computed now: who has. */
  readonly from?: Origin;
  /** Computed: why there was nothing to take, if that is known. */
  readonly miss?: CacheMiss;
}

/** Runs a step once, as `runStep` does, unless its results are there or are being made. */
export async function cachedStep(
  impl: Impl,
  call: StepCall,
  deps: BorderDeps,
  caching: Caching,
): Promise<CachedResult> {
  const identity = identityOf({ ...caching, inputs: call.inputs, ...(call.options && { options: call.options }) });
  if (!identity) {
    const out = await runStep(impl, call, deps);
    return codeOf(caching) === undefined ? { out, miss: { kind: 'unversioned' } } : { out };
  }
  const work = { impl, call, deps, caching, identity, key: stepKey(identity) };
  if (caching.use === 'refresh') return (await compute(work, { miss: { kind: 'refreshed' } })).result;
  return takeOrCompute(work);
}

interface Work {
  readonly impl: Impl;
  readonly call: StepCall;
  readonly deps: BorderDeps;
  readonly caching: Caching;
  readonly identity: StepIdentity;
  readonly key: string;
}
/** What came of a key. The entry is what others may take, whether or not it could be kept. */
interface Done {
  readonly result: CachedResult;
  readonly entry?: CacheEntry;
}
/** What those who wait for a flight hear: its entry, that the step failed, or that nobody wanted its result any more. */
type Flight = Promise<CacheEntry | 'failed' | 'unwanted'>;

/** By cache and key: what this process is about to find or to compute. */
const flights = new WeakMap<StepCache, Map<string, Flight>>();

async function takeOrCompute(work: Work): Promise<CachedResult> {
  const { call, deps, caching, key } = work;
  const flying = flights.get(caching.cache) ?? new Map<string, Flight>();
  flights.set(caching.cache, flying);
  for (let flight = flying.get(key); flight; flight = flying.get(key)) {
    const end = await whileWanted(deps, flight);
    // One after another they would wait as many times as long to hear the same.
    if (end === 'failed') return (await compute(work)).result;
    const taken = end === 'unwanted' ? undefined : await cachedOutcome(end, deps.store, call.peeks);
    if (taken?.kind === 'hit') return { out: taken.outputs, from: taken.from };
  }
  const leading = lead(work);
  const landed = <T>(end: T): T => {
    flying.delete(key);
    return end;
  };
  flying.set(
    key,
    leading.then(
      ({ entry }) => landed(entry ?? 'unwanted'),
      () => landed(deps.signal.aborted ? 'unwanted' : 'failed'),
    ),
  );
  return (await leading).result;
}

async function lead(work: Work): Promise<Done> {
  const { caching, deps, key } = work;
  const claim = new Claim(caching.cache, key);
  try {
    const found = await look(work, claim).catch((error: unknown) => unanswered(deps, error));
    if (found === undefined) return await compute(work, { keep: false });
    return 'result' in found ? found : await compute(work, found);
  } finally {
    await within(PATIENCE, NEVER, () => claim.release()).catch(() => {});
  }
}

/** An entry of others, or the right to compute one. Waits while somebody else has that. */
async function look(work: Work, claim: Claim): Promise<Done | { readonly miss: CacheMiss }> {
  const { deps, caching, identity, call } = work;
  let found = await find(work);
  for (let ms = SHORTEST_WAIT; !isDone(found); ms = Math.min(2 * ms, LONGEST_WAIT)) {
    if (await asked(deps, () => claim.take())) break;
    await whileWanted(deps, new Promise(resolve => setTimeout(resolve, ms)));
    found = await find(work);
  }
  // Whoever had the claim before may have kept an entry since.
  if (!isDone(found)) found = await find(work);
  if (isDone(found)) return found;
  if (found) return { miss: { kind: found } };
  return { miss: missOf(identity, await asked(deps, () => caching.cache.nearest(identity.step, call.address))) };
}

type Found = Done | 'expired' | 'gone' | undefined;
const isDone = (found: Found): found is Done => typeof found === 'object';

async function find({ caching, call, deps, key }: Work): Promise<Found> {
  return asked(deps, async () => {
    const entry = (await caching.cache.get([key])).get(key);
    const outcome = entry && (await cachedOutcome(entry, deps.store, call.peeks));
    if (outcome?.kind !== 'hit') return outcome?.kind;
    return { result: { out: outcome.outputs, from: outcome.from }, ...(entry && { entry }) };
  });
}

async function compute(
  work: Work,
  { miss, keep = true }: { readonly miss?: CacheMiss; readonly keep?: boolean } = {},
): Promise<Done> {
  const { impl, call, deps, caching } = work;
  const out = await runStep(impl, call, deps);
  const result = { out, ...(miss && { miss }) };
  if (deps.signal.aborted || !Object.values(call.inputs).every(isGenuine)) return { result };
  const entry = entryOf(work, out);
  if (keep) await asked(deps, () => caching.cache.put(entry)).catch((error: unknown) => warn(deps, error));
  return { result, entry };
}

function entryOf({ key, identity, call, caching: { ttl } }: Work, outputs: CacheEntry['outputs']): CacheEntry {
  const { step, code, options, inputs } = identity;
  const createdAt = Date.now();
  return {
    ...{ key, step, code, options: optionDigests(options), inputs, outputs },
    ...{ run: call.runId, at: call.address, createdAt },
    ...(ttl !== undefined && { expiresAt: createdAt + ttl }),
  };
}

/** How long the cache may take to answer, and how often one looks whether somebody else has done, in milliseconds. */
const PATIENCE = 2000;
const SHORTEST_WAIT = 50;
const LONGEST_WAIT = 500;
const NEVER = new AbortController().signal;

const asked = <T>({ signal }: BorderDeps, ask: () => Promise<T>): Promise<T> => within(PATIENCE, signal, ask);
const whileWanted = <T>({ signal }: BorderDeps, promise: Promise<T>): Promise<T> =>
  within(Infinity, signal, () => promise);

function unanswered(deps: BorderDeps, error: unknown): undefined {
  deps.signal.throwIfAborted();
  warn(deps, error);
}

function warn({ log }: BorderDeps, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  log.warn(`the step cache can't be used, so the step is computed: ${why}`);
}
