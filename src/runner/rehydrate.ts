/** What a resume loads of what a workflow has produced before, and what it leaves where it is. */
import { factsIn, valuesIn, type FedResult } from '../engine/fed.js';
import type { ScopeSnapshot, Snapshot } from '../engine/snapshot.js';
import type { Plan } from '../plan/plan.js';
import type { ResultsPart } from '../protocol/activity.js';
import { fetchBytes, fetchEach } from '../step/load-values.js';
import { refsIn } from '../value/refs.js';
import type { Value } from '../value/value.js';
import { leavesOf, type Leaves } from './leaves.js';
import { NO_MEMORY, readPart, type Memory, type Reading } from './memory.js';
import { GRAPH_BODY } from './state.js';

/**
 * `full`: every value is loaded; `hybrid`: those that the graph's leaves gave, and those that nodes will read which have not
 * run; `lazy`: none.
 */
export type Rehydration = 'full' | 'hybrid' | 'lazy';

export interface Rehydrated {
  readonly memory: Memory;
  /** How many of the values that nodes have given are in memory, and how many are not. */
  readonly loaded: number;
  readonly refs: number;
}

/** Throws `hydration_failed` for a value that is gone. */
export async function rehydrate(
  how: Rehydration,
  plan: Plan,
  { feed, scopes }: Snapshot,
  store: Reading,
): Promise<Rehydrated> {
  const inputs = plan.bodies[0]?.inputs ?? 0;
  const slots = scopes.filter(({ body }) => body === GRAPH_BODY).flatMap(scope => slotsOf(scope, inputs));
  const total = (feed?.facts ?? 0) + slots.filter(({ isFact }) => isFact).length;
  if (how === 'lazy') return { memory: NO_MEMORY, loaded: 0, refs: total };
  const isWhole = how === 'full';
  const leaves = leavesOf(plan);
  const kept = (result: FedResult): FedResult => (isWhole ? result : leafResult(result, leaves));
  const parts = await readParts(feed?.head ?? null, store, kept);
  const results = [...[...parts.values()].flatMap(part => part.results), ...(feed?.done ?? []).map(kept)];
  const hot = isWhole ? slots : slots.filter(slot => isAwaited(slot, leaves));
  const queued = (feed?.queue ?? []).flatMap(({ values }) => values.filter(value => value !== null));
  const values = [...results.flatMap(valuesIn), ...hot.map(({ value }) => value), ...queued];
  const blobs = await fetchAll(new Set(refsIn(values)), store);
  const loaded = results.reduce((sum, result) => sum + factsIn(result), hot.filter(({ isFact }) => isFact).length);
  return { memory: { parts, isWhole, blobs }, loaded, refs: total - loaded };
}

/** A value in the scope of an open input. */
interface Slot {
  readonly scope: ScopeSnapshot;
  readonly slot: number;
  readonly value: Value;
  /** A node has given it. */
  readonly isFact: boolean;
}

const slotsOf = (scope: ScopeSnapshot, inputs: number): readonly Slot[] =>
  scope.slots.flatMap((value, slot) => (value ? [{ scope, slot, value, isFact: slot >= inputs }] : []));

/** A node that has not ended will read it. */
const isAwaited = ({ scope, slot }: Slot, leaves: Leaves): boolean =>
  leaves.readersOf(slot).some(node => OPEN.includes(scope.status[node] ?? ''));

/** The digits of `waiting`, `queued` and `running` in a snapshot. */
const OPEN = '012';

/** What of a result the graph's leaves gave. */
function leafResult(result: FedResult, { nodes }: Leaves): FedResult {
  return { ...result, facts: Object.fromEntries(Object.entries(result.facts).filter(([id]) => nodes.has(id))) };
}

async function readParts(
  head: string | null,
  store: Reading,
  kept: (result: FedResult) => FedResult,
): Promise<ReadonlyMap<string, ResultsPart>> {
  const parts = new Map<string, ResultsPart>();
  for (let digest = head; digest !== null;) {
    const { before, results } = await readPart(digest, store);
    parts.set(digest, { before, results: results.map(kept) });
    digest = before;
  }
  return parts;
}

async function fetchAll(digests: ReadonlySet<string>, store: Reading): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  await fetchEach(new Map([...digests].map(digest => [digest, digest])), async digest => {
    blobs.set(digest, await fetchBytes(digest, store));
  });
  return blobs;
}
