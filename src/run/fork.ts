import type { NodeState } from '../engine/engine.js';
import type { Known } from '../engine/known.js';
import { coneOf } from '../engine/plan-cone.js';
import { NODE_INPUT } from '../document/reference.js';
import { inputAddress } from '../intervention/bind.js';
import { INPUT, type SentIntervention } from '../intervention/intervention.js';
import { outputNames } from '../plan/plan.js';
import { isFed } from '../plan/fed.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Value } from '../value/value.js';
import { changedAt, changedAtPort } from './changed.js';
import { asRecorded, inEffect, outputSlot, portKey } from './inherited.js';
import type { RunSource } from './source.js';

/** What a fork changes. Nothing: then exactly what did not complete runs again. */
export interface ForkChange {
  /** By address; those that are not there are as in the source. */
  readonly inputs?: Readonly<Record<string, Value>>;
  /** Beside those of the source, and instead of it where both work at one port. */
  readonly interventions?: readonly SentIntervention[];
  /** Addresses that are to be treated as changed: of a node, to execute it again; of a port, what follows from it. */
  readonly from?: readonly string[];
  /** Addresses of nodes whose recorded values are gone. */
  readonly gone?: readonly string[];
}

/** What the fork is started with, beside the plan. */
export interface Fork {
  readonly inputs: Readonly<Record<string, Value>>;
  readonly interventions: readonly SentIntervention[];
  /** Every node that is not in the dirty cone, with what it gave. */
  readonly known: readonly Known[];
}

/**
 * A new run over the record of another one (engine.md §3): exactly what follows from what is changed, and what did not
 * complete, is executed; all else stands as it was recorded. Throws `unknown_address`, and `invalid_request` for a
 * runner's run. O(nodes + edges).
 */
export function forkOf(source: RunSource, change: ForkChange = {}): Fork {
  const { plan, nodes } = source;
  if (isFed(plan)) throw new EspalierError('invalid_request', `${source.run} is a runner's run: it can't be forked`);
  const changes = [...changesOf(source, change)];
  const places = changes.flatMap(changed => changed.places);
  const dirty = new Set(coneOf(plan, places, [...changes.flatMap(changed => changed.nodes), ...undone(source)]));
  const { interventions, inherited } = interventionsOf(source, change);
  const bySlot = new Map(inEffect(source).map(state => [outputSlot(plan, state), inherited.get(state.id)]));
  const kept = nodes.filter(node => node.scope === 0 && hasEnded(node) && !dirty.has(node.node));
  const known = kept.map(node => ({ ...knownOf(source, node, bySlot), ...usedInside(source, node, inherited) }));
  return { inputs: inputsOf(source, change, interventions), interventions, known };
}

function* changesOf({ plan }: RunSource, { inputs = {}, interventions = [], from = [], gone = [] }: ForkChange) {
  for (const at of [...from, ...gone]) yield changedAt(plan, at);
  for (const { at, kind } of interventions) yield changedAtPort(plan, at, kind);
  for (const at of Object.keys(inputs)) yield changedAtPort(plan, at, INPUT);
}

const hasEnded = ({ status }: NodeState): boolean => status === 'completed' || status === 'cached';

const UNDONE: ReadonlySet<NodeState['status']> = new Set(['failed', 'cancelled', 'running', 'queued', 'waiting']);

/** An each that goes on without an item that failed has not completed as a whole. What was skipped, pruned or short-circuited is decided about again, and comes out the same. */
const undone = ({ nodes, failed = [] }: RunSource): readonly number[] =>
  nodes
    .filter(node => node.scope === 0 && (UNDONE.has(node.status) || failed.some(at => isIn(at, node))))
    .map(({ node }) => node);

/** Whether something is in an item or an iteration of a node. */
const isIn = (at: string, { address }: NodeState): boolean =>
  at.startsWith(`${address}[`) || at.startsWith(`${address}@`);

/** As `isIn`, or in all of them: `pages/keep.text`. */
const isInside = (at: string, node: NodeState): boolean =>
  isIn(at, node) || (at.startsWith(`${node.address}/`) && !at.startsWith(node.address + NODE_INPUT));

/**
 * What its step gave, and what interventions made of it. `covered`: by slot that an intervention changed, the id that it has
 * in the fork; without a `computed` value the step gave nothing there.
 */
function knownOf(
  { run, plan }: RunSource,
  { node, address, outputs, computed = {}, from }: NodeState,
  covered: ReadonlyMap<number | undefined, string | undefined>,
): Known {
  const planned = plan.bodies[0]?.nodes[node];
  const own = { ...outputs, ...computed };
  const seen: Record<string, Value> = {};
  for (const [k, name] of (planned ? outputNames(plan, planned) : []).entries()) {
    const slot = (planned?.out ?? 0) + k;
    const [id, value] = [covered.get(slot), outputs[name]];
    if (id !== undefined && value) seen[id] = value;
    if (covered.has(slot) && !computed[name]) delete own[name];
  }
  const more = Object.keys(seen).length > 0 && { seen };
  return { at: address, outputs: own, ...more, from: from ?? { run, at: address } };
}

/** What interventions did in the items and iterations of a node: those are not there any more, nor in the fork. */
function usedInside(
  source: RunSource,
  node: NodeState,
  inherited: ReadonlyMap<string, string>,
): Pick<Known, 'used' | 'overridden'> {
  const inside = inEffect(source).filter(({ at, effect }) => effect === 'used' && isInside(at, node));
  const used = inside.flatMap(({ id }) => inherited.get(id) ?? []);
  if (used.length === 0) return {};
  return { used, ...(node.overridden && { overridden: node.overridden }) };
}

/** Those of the source where the fork has none, then its own; `inherited`: ids in the fork by those in the source. */
function interventionsOf(source: RunSource, change: ForkChange) {
  const { plan, run } = source;
  const { inputs = {}, interventions: given = [] } = change;
  const own = [...given, ...Object.keys(inputs).map(at => ({ at, kind: INPUT }))];
  const taken = new Set(own.map(sent => portKey(plan, sent)));
  const slots = new Set(given.map(sent => outputSlot(plan, sent)));
  const ids = new Set(given.map(({ id }) => id));
  const states = inEffect(source).filter(sent => !taken.has(portKey(plan, sent)));
  // An id that both have stays the fork's.
  const inherited = new Map(states.map(({ id }) => [id, ids.has(id) ? `${run}/${id}` : id]));
  const recorded = states.map(state => ({
    ...asRecorded(source, state, slots),
    id: inherited.get(state.id) ?? state.id,
  }));
  return { interventions: [...recorded, ...given], inherited };
}

/** What an awaited port fell back on when its time was over is not waited for again. */
function inputsOf(source: RunSource, change: ForkChange, interventions: Fork['interventions']): Fork['inputs'] {
  const { plan, settled } = source;
  const inputs: Record<string, Value> = { ...source.inputs };
  const isSupplied = (at: string): boolean => interventions.some(sent => sent.kind === INPUT && sent.at === at);
  [...plan.inputs, ...plan.open].forEach(({ awaited }, slot) => {
    const at = inputAddress(plan, slot);
    if (awaited && settled[at] && !isSupplied(at)) inputs[at] ??= settled[at];
  });
  // Given explicitly it would beat the intervention.
  for (const { at, kind } of change.interventions ?? []) if (kind === INPUT) delete inputs[at];
  return { ...inputs, ...change.inputs };
}
