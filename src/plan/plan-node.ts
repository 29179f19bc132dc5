import type { StepContract } from './contract.js';
import type { FlatNode, FlatScoped, Flattened } from './flat-body.js';
import { frozenCopy } from './frozen-copy.js';
import type { Interner } from './interner.js';
import { itemKey, type BodyPeeks } from './peeks.js';
import { fieldCount } from './plan.js';
import type {
  PlanCondition,
  PlanContract,
  PlanForm,
  PlanNode,
  PlanPolicy,
  PlanPort,
  PlanScoped,
  PlanSleep,
  PlanStep,
  Source,
} from './plan.js';

/** What the parts of a body are written with: the tables of the plan, and the final number of each slot. */
export interface Numbering {
  readonly contracts: Interner<PlanContract>;
  readonly policies: Interner<PlanPolicy>;
  /** Peek keys by slots as numbered before. */
  readonly peeks: BodyPeeks | undefined;
  readonly renumber: (source: Source) => Source;
  /** Those of the nodes of an each or a loop. */
  readonly peeksIn: (inner: Flattened) => BodyPeeks | undefined;
  /** Adds the nodes of an each or a loop to the plan, and gives the number of their body. */
  readonly addBody: (inner: Flattened) => number;
}

/**
 * A node, frozen with all its parts: `freezePlan` then need not look into each. Parts that it does not have are left out;
 * assigning the others costs less than spreading them. `out`: the slot of its first output.
 */
export function planNode(node: FlatNode, out: number, numbering: Numbering): PlanNode {
  const { guards, cluster } = node;
  const planned = planUse(node, out, numbering);
  if (guards !== undefined) planned.guards = Object.freeze(guards);
  if (cluster !== undefined) planned.cluster = cluster;
  return Object.freeze(planned);
}

function planUse(node: FlatNode, out: number, numbering: Numbering): Draft<PlanNode> {
  const { use } = node;
  switch (use.kind) {
    case 'step':
      return planStep(node, out, use, numbering);
    case 'sleep':
      return planSleep(node, out, use.duration, numbering);
    case 'scoped':
      return planScoped(node, out, use, numbering);
  }
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

function planStep(node: FlatNode, out: number, contract: StepContract, numbering: Numbering): Draft<PlanStep> {
  const { contracts, policies, renumber } = numbering;
  const { options = contract.defaults, policy = contract.policy.policy } = node;
  const step: Draft<PlanStep> = {
    kind: 'step',
    id: node.id,
    in: Object.freeze(node.in.map(renumber)),
    out,
    contract: contracts.numberOf(contract.plan),
    policy: policies.numberOf(policy),
  };
  if (options !== undefined) step.options = options;
  const peeks = nodePeeks(node, contract.plan, numbering);
  if (peeks !== undefined) step.peeks = peeks;
  const itemPeeks = peeksOfItems(node, contract.plan, numbering);
  if (itemPeeks !== undefined) step.itemPeeks = itemPeeks;
  return step;
}

const planSleep = (node: FlatNode, out: number, duration: number, { renumber }: Numbering): Draft<PlanSleep> => ({
  kind: 'sleep',
  id: node.id,
  in: Object.freeze(node.in.map(renumber)),
  out,
  duration,
});

const planScoped = (
  node: FlatNode,
  out: number,
  { onFailure, from, inner }: FlatScoped,
  { renumber, addBody, peeksIn }: Numbering,
): Draft<PlanScoped> => ({
  kind: 'scoped',
  id: node.id,
  in: Object.freeze(node.in.map(renumber)),
  out,
  body: addBody(inner),
  scopes: from.kind === 'loop' ? 'iteration' : 'item',
  onFailure,
  from: frozenCopy({ ...from, ...(from.kind !== 'loop' && peeksOfFields(fieldCount(from), peeksIn(inner))) }),
});

/** What conditions read of items: a list of them may lie in the store. */
function peeksOfFields(
  fields: number,
  peeks: BodyPeeks | undefined,
): { readonly peeks?: readonly (readonly string[])[] } {
  const own = Array.from({ length: fields }, (_, slot) => peeks?.get(slot) ?? []);
  return own.some(keys => keys.length > 0) ? { peeks: own } : {};
}

function nodePeeks({ out }: FlatNode, { out: ports }: PlanContract, { peeks }: Numbering) {
  return peeks && peeksByName(ports, (_, k) => peeks.get(out + k));
}

function peeksOfItems({ out }: FlatNode, { out: ports, yields }: PlanContract, { peeks }: Numbering) {
  const items = out + ports.length;
  return peeks && yields && peeksByName(yields, name => peeks.get(itemKey(items, name)));
}

function peeksByName(ports: readonly PlanPort[], keysOf: (name: string, k: number) => readonly string[] | undefined) {
  const own = ports.flatMap(({ name }, k) => {
    const keys = keysOf(name, k);
    return keys === undefined ? [] : [[name, keys] as const];
  });
  return own.length === 0 ? undefined : Object.freeze(Object.fromEntries(own));
}

export function planForm(form: PlanForm, renumber: Numbering['renumber']): PlanForm {
  switch (form.kind) {
    case 'none':
    case 'value':
      return form;
    case 'first':
    case 'list':
      return { kind: form.kind, of: form.of.map(renumber) };
    case 'flat':
    case 'port':
    case 'guarded':
      return { ...form, of: renumber(form.of) };
  }
}

export const planCondition = (condition: PlanCondition, renumber: Numbering['renumber']): PlanCondition =>
  condition.kind === 'is'
    ? { kind: 'is', of: renumber(condition.of) }
    : { ...condition, of: condition.of.map(renumber) };
