import type { Body, Plan } from '../plan/plan.js';
import { coversIn, createCovers, ineffective, setCover, type Cover, type Covers } from './covers.js';
import { consumedSlots, needOf, type Need } from './need.js';
import type { SentIntervention } from './intervention.js';
import { isTarget, targetOfSent } from './target.js';

/** What a run is begun with. */
export interface Bound {
  /** Of the graph itself. */
  readonly covers: Covers;
  readonly need: Need;
  /** Addresses of required inputs that nobody gives and somebody who runs needs, all of them. */
  readonly missing: readonly string[];
  /** Interventions that can have no effect. */
  readonly unused: readonly { readonly at: string; readonly why: string }[];
}

/**
 * Binds a plan to the addresses of what is given (`$in.beans`, `brew/$in.water`) and to interventions that
 * `checkInterventions` has nothing to say about.
 */
export function bind(
  plan: Plan,
  given: ReadonlySet<string>,
  interventions: readonly SentIntervention[] = [],
  options: { readonly prune?: boolean } = {},
): Bound {
  const covers = createCovers();
  const unused: { readonly at: string; readonly why: string }[] = [];
  interventions.forEach((sent, k) => {
    const target = targetOfSent(plan, sent);
    if (!isTarget(target)) return;
    const why =
      target.place.kind === 'input' && given.has(inputAddress(plan, target.place.slot))
        ? 'the input was given explicitly'
        : ineffective(plan, target, sent);
    if (why !== undefined) unused.push({ at: sent.at, why });
    else if (target.body === 0) setCover(covers, target.place, { seq: k + 1, sent, target });
  });
  const [body] = plan.bodies;
  if (!body) throw new Error(`plan ${plan.hash} has no bodies`);
  const need = needOf(plan, body, covers, { prune: options.prune ?? false });
  for (const { sent, target } of coversIn(covers)) {
    const why = notRead(plan, body, need, { sent, target });
    if (why !== undefined) unused.push({ at: sent.at, why });
  }
  return { covers, need, missing: missingInputs(plan, given, covers, need), unused };
}

/** Why nothing that runs will come upon what stands in at a place. What no graph reads is there to be looked at. */
function notRead(
  plan: Plan,
  body: Body,
  need: Need,
  { sent, target: { place } }: Pick<Cover, 'sent' | 'target'>,
): string | undefined {
  const isUnread = (slot: number): boolean =>
    need.slots[slot] !== 1 && (consumedSlots(plan, body)[slot] === 1 || sent.resolve !== undefined);
  switch (place.kind) {
    case 'output':
      if (need.supplied[place.node] === 1) return undefined;
      if (need.runs[place.node] !== 1) return 'the node is not executed: nothing needs what it gives';
      return isUnread(place.slot) ? NOT_READ : undefined;
    case 'input':
      return isUnread(place.slot) ? NOT_READ : undefined;
    case 'reader':
      return need.runs[place.node] === 1 ? undefined : 'the node is not executed';
    case 'form':
      return need.forms.has(place.source) ? undefined : NOT_READ;
    case 'result':
      return undefined;
  }
}

const NOT_READ = 'nothing that runs reads the port';

/** Addresses of required inputs that are not given and that somebody needs who will run [I8]. */
export function missingInputs(
  plan: Plan,
  given: ReadonlySet<string>,
  covers: Covers | null,
  need: Need | null,
): readonly string[] {
  return requiredSlots(plan).flatMap(slot => {
    const address = inputAddress(plan, slot);
    return given.has(address) || covers?.slots.has(slot) || !isNeeded(plan, need, slot) ? [] : [address];
  });
}

/** The address of an input slot of the graph: an input's or an open port's. */
export function inputAddress({ inputs, open }: Plan, slot: number): string {
  const input = inputs[slot];
  return input ? `$in.${input.name}` : (open[slot - inputs.length]?.address ?? '');
}

/** Inputs that have to be there from the start. */
function requiredSlots({ inputs, open }: Plan): readonly number[] {
  const own = inputs.flatMap((port, k) => (port.optional || port.default || port.awaited ? [] : [k]));
  return [...own, ...open.flatMap((port, k) => (port.awaited ? [] : [inputs.length + k]))];
}

/** An input that nobody reads, whatever happens, is part of what the graph asks for all the same [I8]. */
function isNeeded(plan: Plan, need: Need | null, slot: number): boolean {
  const [body] = plan.bodies;
  return need === null || need.slots[slot] === 1 || (body !== undefined && consumedSlots(plan, body)[slot] !== 1);
}
