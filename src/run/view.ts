import type { Finish } from '../engine/command.js';
import type { Engine, NodeState } from '../engine/engine.js';
import type { Plan, PlanScoped } from '../plan/plan.js';
import type { NodeView, RunStatus, RunView } from './run.js';
import type { TimeTable } from './times.js';

/** How a run ended: what the engine's `finish` said, or what ended it from outside. */
export type Ending = Omit<Finish, 'kind'>;

/** What an engine does not know of its run. */
export interface RunFacts {
  readonly id: string;
  readonly link: number;
  readonly forkedFrom?: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Recorded outcomes win: over the engine's own status, if given. */
  readonly ending?: Ending;
}

/** What a run looks like now: the engine's state, with the times of its executions. O(nodes of open scopes). */
export function viewOf(engine: Engine, times: TimeTable, facts: RunFacts): RunView {
  const { ending, ...rest } = facts;
  return {
    ...rest,
    graph: engine.plan.graph,
    status: ending ? endedStatus(ending) : engine.status,
    nodes: Array.from(engine.nodes(), node => nodeView(engine.plan, node, times, ending !== undefined)),
    outputs: ending?.outputs ?? {},
    ...(ending?.error && { error: ending.error }),
    ...(ending?.overridden && { overridden: true }),
    ...failuresOf(engine),
    ...changesOf(engine, ending !== undefined),
  };
}

/** How many failures a view shows: each item of a long list may fail. */
const MOST_FAILURES = 100;

function failuresOf({ failures }: Engine): Pick<RunView, 'failures' | 'failed'> {
  if (failures.length === 0) return {};
  return { failures: failures.slice(0, MOST_FAILURES), failed: failures.length };
}

/** What was done to the run from outside, and what it waits for; what there is nothing of is not there. */
function changesOf(engine: Engine, over: boolean): Partial<RunView> {
  const interventions = engine.interventions();
  const used = new Set(interventions.filter(({ effect }) => effect !== 'not-used').map(({ at }) => at));
  const unused = [...new Set(interventions.map(({ at }) => at))].filter(at => !used.has(at));
  const waiting = over ? [] : engine.waiting();
  const holds = over ? [] : engine.holds;
  return {
    ...(interventions.length > 0 && { interventions }),
    ...(unused.length > 0 && { unused }),
    ...(waiting.length > 0 && { waiting }),
    ...(holds.length > 0 && { holds }),
  };
}

/** Errors win the name over overrides. */
export function endedStatus({ status, failures, overridden }: Ending): RunStatus {
  if (status !== 'completed') return status;
  if (failures.length > 0) return 'completed_with_errors';
  return overridden ? 'completed_with_overrides' : 'completed';
}

function nodeView(plan: Plan, node: NodeState, table: TimeTable, over: boolean): NodeView {
  const times = table.of(node.address, node.generation);
  const { generation, ...known } = times ?? { generation: node.generation, attempts: 0 };
  return {
    at: node.address,
    step: stepOf(plan, node),
    state: nodeStatus(node, over),
    generation,
    ...known,
    ...(hasAny(node.outputs) && { outputs: node.outputs }),
    ...(node.computed && hasAny(node.computed) && { computed: node.computed }),
    ...(node.overridden && { overridden: true }),
    ...(node.from && { from: node.from }),
    ...(node.failure && { error: node.failure }),
    ...(node.progress && { progress: node.progress }),
  };
}

function nodeStatus({ status }: NodeState, over: boolean): NodeView['state'] {
  // Held back by a limit or a pause: from outside it waits.
  if (status === 'queued') return 'waiting';
  // The run was ended from outside, and its engine has not heard of it.
  return status === 'running' && over ? 'cancelled' : status;
}

/** The step's id; of nodes without one their kind. */
function stepOf(plan: Plan, { body, node }: Pick<NodeState, 'body' | 'node'>): string {
  const planned = plan.bodies[body]?.nodes[node];
  switch (planned?.kind) {
    case undefined:
      return '';
    case 'step':
      return plan.contracts[planned.contract]?.step ?? '';
    case 'sleep':
      return 'sleep';
    case 'scoped':
      if (planned.scopes === 'iteration') return 'loop';
      return isCollect(plan, planned) ? 'collect' : 'each';
  }
}

/** It has nothing to do for an item but to keep it. */
const isCollect = (plan: Plan, { from, body }: PlanScoped): boolean =>
  from?.kind === 'items' && plan.bodies[body]?.nodes.length === 0;

const hasAny = (record: object): boolean => Object.keys(record).length > 0;
