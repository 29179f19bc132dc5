import type { Plan, PlanNode } from '../plan/plan.js';

/** What would happen to a node. */
export type Verdict =
  /** It is executed. */
  | 'run'
  /** It is executed, unless a condition that only the run can decide says otherwise. */
  | 'conditional'
  | 'short-circuited'
  /** It is not executed: what it gives was computed before. */
  | 'cached'
  | 'pruned'
  | 'skipped'
  /** An input that it needs is missing: the run would not begin. */
  | 'blocked';

export interface ExplainedNode {
  /** Its address; of one in the scopes that another node opens without index: `pages/scan`. */
  readonly at: string;
  /** The step's id, or `sleep`, `each`, `loop`. */
  readonly step: string;
  readonly verdict: Verdict;
  /** In words: what decides it. */
  readonly why: string;
  /** Addresses of the interventions at its ports. */
  readonly by: readonly string[];
}
/** What is used at a node: a step, or `sleep`, `each`, `loop`. */
export function stepName(plan: Plan, node: PlanNode): string {
  if (node.kind === 'step') return plan.contracts[node.contract]?.step ?? '';
  if (node.kind === 'sleep') return node.kind;
  return node.scopes === 'item' ? 'each' : 'loop';
}
