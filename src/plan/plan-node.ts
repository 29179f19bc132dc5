import type { StepContract } from './contract.js';
import type { FlatNode } from './flat-body.js';
import type { Interner } from './interner.js';
import type {
  PlanCondition,
  PlanContract,
  PlanForm,
  PlanNode,
  PlanPolicy,
  PlanSleep,
  PlanStep,
  Source,
} from './plan.js';

/** What the parts of a body are written with: the tables of the plan, and the final number of each slot. */
export interface Numbering {
  readonly contracts: Interner<PlanContract>;
  readonly policies: Interner<PlanPolicy>;
  /** Peek keys by slot, as numbered before. */
  readonly peeks: ReadonlyMap<number, readonly string[]>;
  readonly renumber: (source: Source) => Source;
}

/**
 * A node, frozen with all its parts: `freezePlan` then need not look into each. Parts that it does not have are left out;
 * assigning the others costs less than spreading them.
 */
export function planNode(node: FlatNode, numbering: Numbering): PlanNode {
  const { use, guards, cluster } = node;
  const planned = use.kind === 'step' ? planStep(node, use, numbering) : planSleep(node, use.duration, numbering);
  if (guards !== undefined) planned.guards = Object.freeze(guards);
  if (cluster !== undefined) planned.cluster = cluster;
  return Object.freeze(planned);
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

function planStep(node: FlatNode, contract: StepContract, numbering: Numbering): Draft<PlanStep> {
  const { contracts, policies, renumber } = numbering;
  const { options = contract.defaults, policy = contract.policy.policy } = node;
  const step: Draft<PlanStep> = {
    kind: 'step',
    id: node.id,
    in: Object.freeze(node.in.map(renumber)),
    out: renumber(node.out),
    contract: contracts.numberOf(contract.plan),
    policy: policies.numberOf(policy),
  };
  if (options !== undefined) step.options = options;
  const peeks = nodePeeks(node, contract.plan, numbering);
  if (peeks !== undefined) step.peeks = peeks;
  return step;
}

const planSleep = (node: FlatNode, duration: number, { renumber }: Numbering): Draft<PlanSleep> => ({
  kind: 'sleep',
  id: node.id,
  in: Object.freeze(node.in.map(renumber)),
  out: renumber(node.out),
  duration,
});

function nodePeeks({ out }: FlatNode, { out: ports }: PlanContract, { peeks }: Numbering) {
  if (peeks.size === 0) return undefined;
  const own = ports.flatMap(({ name }, k) => {
    const keys = peeks.get(out + k);
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
