import { withoutIndices } from '../document/address.js';
import { isTarget, namesOf, targetOf, targetOfSent, type Place, type Target } from '../intervention/target.js';
import type { Plan } from '../plan/plan.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';

/** What changes in a plan: places, of which what follows changes too, and nodes that are executed in any case. */
export interface Changed {
  readonly places: readonly Place[];
  readonly nodes: readonly number[];
}

/** By the address of a port. What lies inside an each or a loop changes that as a whole. Throws `unknown_address`. */
export function changedAtPort(plan: Plan, at: string, kind: string): Changed {
  const target = targetOfSent(plan, { at, kind });
  if (!isTarget(target)) throw unknown(at, target.message);
  return changedBy(plan, at, target);
}

/** By an address as people name what is to be done anew: a node, a nested graph, or a port. Throws `unknown_address`. */
export function changedAt(plan: Plan, at: string): Changed {
  const nodes = nodesAt(plan, at);
  if (nodes.length > 0) return { places: [], nodes };
  const target = targetOf(namesOf(plan), at);
  if (isTarget(target)) return changedBy(plan, at, target);
  // Asked for some port of it, it says which node is not there.
  const missing = at.includes('.') ? target : targetOf(namesOf(plan), `${at}.port`);
  const around = isTarget(missing) || missing.code === 'unknown_port' ? nodeAround(plan, at) : [];
  if (around.length > 0) return { places: [], nodes: around };
  throw unknown(at, isTarget(missing) ? 'it is no node' : missing.message);
}

function changedBy(plan: Plan, at: string, target: Target): Changed {
  return target.body === 0 ? { places: [target.place], nodes: [] } : { places: [], nodes: nodeAround(plan, at) };
}

/** A node of the graph, or all those of a nested graph. */
function nodesAt(plan: Plan, at: string): readonly number[] {
  const nodes = namesOf(plan).bodies[0]?.nodes ?? new Map<string, number>();
  const own = nodes.get(at);
  if (own !== undefined) return [own];
  return [...nodes].flatMap(([id, node]) => (id.startsWith(`${at}/`) ? [node] : []));
}

/** The node of the graph inside which an address lies. */
function nodeAround(plan: Plan, at: string): readonly number[] {
  const path = withoutIndices(at).split('/');
  for (let length = path.length; length > 0; length -= 1) {
    const node = namesOf(plan).bodies[0]?.nodes.get(path.slice(0, length).join('/'));
    if (node !== undefined) return [node];
  }
  return [];
}

const unknown = (at: string, why: string): EspalierError =>
  new EspalierError('unknown_address', `${quote(at)}: ${why}`);
