import { outputCount, outputNames, type Plan, type PlanNode } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { applyEvent } from './apply.js';
import { releaseRefusal } from './breakpoints.js';
import { takeChanged } from './changes.js';
import type { PortSchema } from '../document/document.js';
import { inputAddress } from '../intervention/bind.js';
import type { Effect, Outcome, SentIntervention } from '../intervention/intervention.js';
import type { Hold } from './breakpoint.js';
import type { Command, StreamFlow } from './command.js';
import type { EngineEvent, Fed } from './event.js';
import type { Feed } from './fed.js';
import { feedRefusal } from './feed.js';
import type { Failure } from './failure.js';
import type { Origin } from './known.js';
import type { RunOptions } from './options.js';
import { restoreState, takeSnapshot } from './serialize.js';
import type { Snapshot } from './snapshot.js';
import { receive, refusalOf, withdrawalRefusal } from './intervene.js';
import { waitingInputs } from './waiting.js';
import { interventionsOf } from './provenance.js';
import { readsOverridden } from './settle.js';
import { createState } from './create-state.js';
import { generationOf, NODE_STATUSES, RUNNING } from './state.js';
import type { NodeStatus, Scope, State } from './state.js';
import { flowAt } from './stream.js';
import { isMark } from './stream-nodes.js';
import { takenAs } from './taken.js';

/**
 * The state machine of a run. It knows no Temporal, no clock and no randomness: the same events in the same order give the
 * same state and the same commands, always [R1]. It costs O(1) per node plus its edges [R4].
 */
export interface Engine {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly status: EngineStatus;
  /** Changes the state and says what is to be done now. Never throws for an event that comes late or twice. */
  apply(event: EngineEvent): readonly Command[];
  snapshot(): Snapshot;
  /** Every node of every scope that is still open, in plan order, the root's first. */
  nodes(): Iterable<NodeState>;
  /** Nodes whose status or generation the last event has changed, those of scopes that have closed included. Once. */
  changed(): readonly NodeState[];
  /** Every failure of a node so far, in the order of events. */
  readonly failures: readonly Failure[];
  /** Why an intervention would be refused now; undefined if it would be taken. Changes nothing. */
  refusal(intervention: SentIntervention): Failure | undefined;
  /** Why an intervention (by its id) can't be withdrawn now; undefined if it can. Changes nothing. */
  withdrawalRefusal(id: string): Failure | undefined;
  /** What was decided about an intervention, by its id; undefined if the run has taken none of it. O(1). */
  decision(id: string): Decision | undefined;
  /** Why the run can't go on past a breakpoint at this address; undefined if it can. Changes nothing. */
  releaseRefusal(address: string | undefined): Failure | undefined;
  /** Every intervention received so far, in the order of events, refused ones included. */
  interventions(): readonly InterventionState[];
  /** Of a runner's run: what it has taken, what came of it, and what is still kept here. */
  readonly feed: FeedView | undefined;
  /** Why an input would be refused now; undefined if it would be taken. Changes nothing. */
  feedRefusal(fed: Fed): Failure | undefined;
  /** The number of an input, by its id; undefined if the run has taken none of it lately. */
  fedSeq(id: string): number | undefined;
  /** What the inputs of the run have settled to so far, by address; absent ones are not there. */
  inputs(): Readonly<Record<string, Value>>;
  /** Input ports that the run waits for. */
  waiting(): readonly WaitingPort[];
  /** Where the run holds. */
  readonly holds: readonly Hold[];
  /** How far an execution of a stream has come, and what more is taken of this attempt at it; undefined if nothing is. */
  flow(exec: number, attempt: number): StreamFlow | undefined;
}

/** How far a runner's run has come. */
export type FeedView = Pick<
  Readonly<Feed>,
  'accepted' | 'ended' | 'failed' | 'facts' | 'kept' | 'head' | 'done' | 'cycles'
>;

/** What a run decided about an intervention. */
export interface Decision {
  readonly outcome: Outcome;
  /** 1, 2, … in the order in which the run received them; those that were refused come after all that were taken. */
  readonly seq: number;
}

/** An intervention, and what came of it. */
export interface InterventionState extends SentIntervention {
  /** 1, 2, … in the order in which the run received them; those that were refused come after all that were taken. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Decided when it was received, and never changed; none if it was refused. */
  readonly outcome?: Outcome;
  readonly effect: Effect;
  /** Why it is not used, or was refused. */
  readonly why?: string;
  readonly refused?: Failure;
  /** It was taken back. */
  readonly withdrawn?: true;
}

/** An input port that is supplied while the run waits for it. */
export interface WaitingPort {
  readonly address: string;
  readonly schema: PortSchema;
  /** When it is given up, milliseconds since the epoch. */
  readonly deadline?: number;
}

export type EngineStatus = 'pending' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';

export interface ScopesProgress {
  readonly done: number;
  readonly total?: number;
}

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
  /** Of ports that an intervention changed, what the step gave. */
  readonly computed?: Readonly<Record<string, Value>>;
  /** An applied override or operate is in what it read or gave. */
  readonly overridden?: true;
  /** Of a cached one: who has computed it. */
  readonly from?: Origin;
  /** Why it failed; of a running one: that no worker has its step. */
  readonly failure?: Failure;
  /** Of an each or a loop that runs: how many items or iterations have ended, and of how many. */
  readonly progress?: ScopesProgress;
}

/** `interventions`: those that the run is started with; `checkInterventions` has nothing to say about them. */
export function createEngine(
  plan: Plan,
  options: RunOptions = {},
  interventions: readonly SentIntervention[] = [],
): Engine {
  const state = createState(plan, options);
  for (const sent of interventions) receive(state, sent);
  return engineOf(state);
}

export { resumable } from './stop.js';

/** Throws if the snapshot is of another plan or version. */
export function restoreEngine(plan: Plan, snapshot: Snapshot): Engine {
  return engineOf(restoreState(plan, snapshot));
}

function engineOf(state: State): Engine {
  return {
    plan: state.plan,
    options: state.options,
    failures: state.failures,
    get status() {
      return statusOf(state);
    },
    apply: event => applyEvent(state, event),
    snapshot: () => takeSnapshot(state),
    nodes: () => nodesOf(state),
    refusal: sent => refusalOf(state, sent),
    withdrawalRefusal: id => withdrawalRefusal(state, id),
    decision: id => decisionOn(state, id),
    releaseRefusal: address => releaseRefusal(state, address),
    interventions: () => interventionsOf(state),
    inputs: () => inputsOf(state),
    get feed() {
      return state.feed ?? undefined;
    },
    feedRefusal: fed => feedRefusal(state, fed),
    fedSeq: id => (state.feed ? takenAs(state.feed, id)?.seq : undefined),
    waiting: () => waitingInputs(state).map(slot => waitingPort(state, slot)),
    get holds() {
      return state.holds;
    },
    flow: (exec, attempt) => flowAt(state, exec, attempt),
    changed: () => takeChanged(state).map(({ scope, node }) => nodeState(state, scope, node)),
  };
}

function statusOf(state: State): EngineStatus {
  if (state.over && state.ending) return state.ending.status;
  if (!state.scopes.has(0)) return 'pending';
  return state.paused || state.holds.length > 0 ? 'paused' : 'running';
}

function inputsOf({ plan, scopes }: State): Readonly<Record<string, Value>> {
  const count = plan.inputs.length + plan.open.length;
  const slots = scopes.get(0)?.slots.slice(0, count) ?? [];
  return Object.fromEntries(slots.flatMap((value, slot) => (value ? [[inputAddress(plan, slot), value]] : [])));
}

function waitingPort({ plan, timers }: State, slot: number): WaitingPort {
  const port = plan.inputs[slot] ?? plan.open[slot - plan.inputs.length];
  const timer = [...timers.values()].find(({ purpose }) => purpose.kind === 'awaited' && purpose.slot === slot);
  return { address: inputAddress(plan, slot), schema: port?.schema ?? {}, ...(timer && { deadline: timer.at }) };
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
  const computed: Record<string, Value> = {};
  const names = planned ? outputNames(state.plan, planned) : [];
  names.forEach((name, k) => {
    const slot = (planned?.out ?? 0) + k;
    const value = scope.slots[slot];
    if (value && !isMark(state, scope, node, slot)) outputs[name] = value;
    const own = scope.computed.get(slot);
    if (own) computed[name] = own;
  });
  const from = scope.origins.get(node);
  const overridden = isMarked(state, scope, node, planned);
  const progress = progressOf(scope, node);
  return {
    address: scope.prefix + (planned?.id ?? ''),
    scope: scope.id,
    body: scope.body,
    node,
    status: NODE_STATUSES[scope.status[node] ?? 0] ?? 'waiting',
    generation: generationOf(scope, node),
    outputs,
    ...(Object.keys(computed).length > 0 && { computed }),
    ...(overridden && { overridden }),
    ...(from && { from }),
    ...(failure && { failure }),
    ...(progress && { progress }),
  };
}

function progressOf(scope: Scope, node: number): ScopesProgress | undefined {
  const scoped = scope.scoped.get(node);
  if (!scoped) return undefined;
  const { done, list } = scoped;
  return { done, ...(list?.kind === 'here' && { total: list.items.length }) };
}

/** An applied override or operate is in what the node read, or in what it gave [I13]. */
function isMarked(state: State, scope: Scope, node: number, planned: PlanNode | undefined): boolean {
  if (!scope.covers || !planned) return false;
  if (scope.status[node] === RUNNING) return readsOverridden(state, scope, node);
  const count = outputCount(state.plan, planned);
  for (let k = 0; k < count; k += 1) if (scope.overridden.has(planned.out + k)) return true;
  return false;
}

function decisionOn(state: State, id: string): Decision | undefined {
  const received = state.byId.get(id);
  return received && { outcome: received.outcome, seq: received.seq };
}
