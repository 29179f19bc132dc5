import type { Protection } from '../document/document.js';
import type { Body, Plan, Source } from '../plan/plan.js';
import { sourcesBehind } from './need.js';
import { isTarget, namesOf, placeKey, targetOf, type Target } from './target.js';

/**
 * How a port is protected: by itself, by a protected port whose value its reader reads, and by one that passes its value
 * on as it is. Else a change beside a protected port would be a change of it.
 */
export function protectionsOf(plan: Plan, target: Target): readonly Protection[] {
  const body = plan.bodies[target.body];
  if (plan.protected === undefined || !body) return [];
  return Object.entries(plan.protected).flatMap(([address, protection]) => {
    const known = targetOf(namesOf(plan), address);
    return isTarget(known) && known.body === target.body && isTheSame(plan, body, target, known) ? [protection] : [];
  });
}

function isTheSame(plan: Plan, body: Body, target: Target, known: Target): boolean {
  if (placeKey(target.place) === placeKey(known.place)) return true;
  // What supplies the open port of a node works at the slot behind it.
  if (target.place.kind === 'input' && readBy(body, known) === target.place.slot)
    return isOpen(plan, target.place.slot);
  const [own, other] = [givenBy(target), givenBy(known)];
  const read = readBy(body, target);
  if (read !== undefined && other !== undefined && sourcesBehind(body, null, [read]).has(other)) return true;
  return own !== undefined && other !== undefined && passedOn(body, other).has(own);
}

/** What others read of a place. */
function givenBy({ place }: Target): Source | undefined {
  switch (place.kind) {
    case 'input':
    case 'output':
      return place.slot;
    case 'form':
      return place.source;
    case 'reader':
    case 'result':
      return undefined;
  }
}

/** What a place reads itself. */
function readBy(body: Body, { place }: Target): Source | undefined {
  switch (place.kind) {
    case 'reader':
      return body.nodes[place.node]?.in[place.port];
    case 'result':
      return body.outputs[place.output]?.of;
    case 'form':
      return place.source;
    case 'input':
    case 'output':
      return undefined;
  }
}

/** The sources whose value a source has as it is. */
function passedOn(body: Body, from: Source): ReadonlySet<Source> {
  const seen = new Set([from]);
  for (const source of seen) {
    const form = source < 0 ? body.forms[-1 - source] : undefined;
    if (form?.kind === 'port' || form?.kind === 'guarded') seen.add(form.of);
    // A default that stands in where the first of them is absent.
    if (form?.kind === 'first' && form.of.slice(1).every(of => isLiteral(body, of))) seen.add(form.of[0] ?? source);
  }
  return seen;
}

const isLiteral = (body: Body, source: Source): boolean => source < 0 && body.forms[-1 - source]?.kind === 'value';

const isOpen = ({ inputs }: Plan, slot: number): boolean => slot >= inputs.length;
