import { outputNames } from '../plan/plan.js';
import type { Plan } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { applyEvent } from './apply.js';
import { Changes } from './changes.js';
import type { Command } from './command.js';
import type { EngineEvent } from './event.js';
import type { Failure } from './failure.js';
import type { RunOptions } from './options.js';
import { restoreState, takeSnapshot } from './serialize.js';
import type { Snapshot } from './snapshot.js';
import { createState, generationOf, NODE_STATUSES } from './state.js';
import type { NodeStatus, Scope, State } from './state.js';

/**
 * The state machine of a run. It knows no Temporal, no clock and no randomness: the same events in the same order give the
 * same state and the same commands, always [R1]. It costs O(1) per node plus its edges [R4].
 */
export interface Engine {
  readonly plan: Plan;
  readonly status: EngineStatus;
  /** Changes the state and says what is to be done now. Never throws for an event that comes late or twice. */
  apply(event: EngineEvent): readonly Command[];
  snapshot(): Snapshot;
  /** Every node of every scope that is still open, in plan order, the root's first. */
  nodes(): Iterable<NodeState>;
  /** Nodes whose status has changed since this was last asked, those of scopes that have closed since included. */
  changed(): readonly NodeState[];
  /** Every failure of a node so far, in the order of events. */
  readonly failures: readonly Failure[];
}

export type EngineStatus = 'pending' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';

export interface NodeState {
  readonly address: string;
  /** `plan.bodies[body].nodes[node]`, in this scope. */
  readonly scope: number;
  readonly body: number;
  readonly node: number;
  readonly status: NodeStatus;
  readonly generation: number;
  /** By port; absent ones are not there. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Why it failed; of a running one: that no worker has its step. */
  readonly failure?: Failure;
}

export function createEngine(plan: Plan, options: RunOptions = {}): Engine {
  return engineOf(createState(plan, options));
}

/** Throws if the snapshot is of another plan or version. */
export function restoreEngine(plan: Plan, snapshot: Snapshot): Engine {
  return engineOf(restoreState(plan, snapshot));
}

function engineOf(state: State): Engine {
  const changes = new Changes(state);
  return {
    plan: state.plan,
    failures: state.failures,
    get status() {
      return statusOf(state);
    },
    apply: event => applyEvent(state, event),
    snapshot: () => takeSnapshot(state),
    nodes: () => nodesOf(state),
    changed: () => changes.take().map(({ scope, node }) => nodeState(state, scope, node)),
  };
}

function statusOf(state: State): EngineStatus {
  if (state.over && state.ending) return state.ending.status;
  if (!state.scopes.has(0)) return 'pending';
  return state.paused ? 'paused' : 'running';
}

function* nodesOf(state: State): Iterable<NodeState> {
  for (const scope of state.scopes.values()) {
    const nodes = state.plan.bodies[scope.body]?.nodes ?? [];
    for (let node = 0; node < nodes.length; node += 1) yield nodeState(state, scope, node);
  }
}

function nodeState(state: State, scope: Scope, node: number): NodeState {
  const planned = state.plan.bodies[scope.body]?.nodes[node];
  const failure = scope.failures.get(node) ?? scope.notHere.get(node)?.failure;
  const outputs: Record<string, Value> = {};
  const names = planned ? outputNames(state.plan, planned) : [];
  names.forEach((name, k) => {
    const value = scope.slots[(planned?.out ?? 0) + k];
    if (value) outputs[name] = value;
  });
  return {
    address: scope.prefix + (planned?.id ?? ''),
    scope: scope.id,
    body: scope.body,
    node,
    status: NODE_STATUSES[scope.status[node] ?? 0] ?? 'waiting',
    generation: generationOf(scope, node),
    outputs,
    ...(failure && { failure }),
  };
}
