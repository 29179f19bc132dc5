import { withoutFeed } from '../document/address.js';
import type { NodeState } from '../engine/engine.js';
import type { RunOptions } from '../engine/options.js';
import type { Plan, PlanPolicy } from '../plan/plan.js';
import type { NodeStatus } from '../run/run.js';
import type { InputFailure } from './results.js';
import { type OpenInput, type WorkflowState, type WorkflowStatus } from './state.js';
import type { WorkflowStart } from './workflow-start.js';

/** What a workflow looks like now. */
export interface WorkflowView {
  readonly runner: string;
  readonly id: string;
  readonly graph: string;
  readonly status: WorkflowStatus;
  /** How many inputs it has taken; of them wait for room, have ended, have failed. */
  readonly accepted: number;
  readonly waiting: number;
  readonly ended: number;
  readonly failed: number;
  /** Inputs under way, with the states of the graph's nodes. */
  readonly open: readonly {
    readonly seq: number;
    readonly nodes: Readonly<Record<string, NodeStatus>>;
  }[];
  /** What has failed, in the order of the inputs. */
  readonly failures: readonly InputFailure[];
  readonly many: readonly string[];
  /** Of the graph, by their ids: its components. */
  readonly nodes: readonly string[];
  readonly options: RunOptions;
  /** What counts for each component that executes a step. */
  readonly policies: Readonly<Record<string, PlanPolicy>>;
}

export function viewOf(
  { workflow, graph, status, feed, open, options }: WorkflowState,
  { plan, many }: WorkflowStart,
  failures: readonly InputFailure[],
): WorkflowView {
  const { accepted, ended, failed } = feed;
  const nodesOf = ({ nodes }: OpenInput): Readonly<Record<string, NodeStatus>> =>
    Object.fromEntries(nodes.map(node => [withoutFeed(node.address), statusOf(node)]));
  return {
    runner: workflow.runner,
    id: workflow.id,
    graph,
    status,
    accepted,
    waiting: accepted - ended - open.length,
    ended,
    failed,
    open: open.map(input => ({ seq: input.seq, nodes: nodesOf(input) })),
    failures,
    many,
    nodes: plan.bodies[0]?.nodes.map(({ id }) => id) ?? [],
    options,
    policies: policiesOf(plan),
  };
}

const statusOf = ({ status }: NodeState): NodeStatus => (status === 'queued' ? 'waiting' : status);

function policiesOf({ bodies, policies }: Plan): WorkflowView['policies'] {
  const nodes = bodies[0]?.nodes ?? [];
  return Object.fromEntries(
    nodes.flatMap(node => {
      const policy = node.kind === 'step' ? policies[node.policy] : undefined;
      return policy ? [[node.id, policy]] : [];
    }),
  );
}
