import { isStream, type PlanNode, type PlanStep } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import { holdBefore } from './breakpoints.js';
import { setStatus } from './changes.js';
import { keepFlight } from './flights.js';
import { inputOf } from './inputs.js';
import { block, limitsOf, reachedLimit, wakeForRoom } from './limits.js';
import { gatheredInputs, gatherInputs, flushGathers } from './gather.js';
import { mayStart } from './may-start.js';
import { queueOf } from './ready.js';
import type { ReadyQueue } from './ready-queue.js';
import { openScoped } from './scoped.js';
import { releaseStage, waitsForStage } from './stages.js';
import { addressOf, generationOf, nodeOf, QUEUED, RUNNING } from './state.js';
import type { Scope, State } from './state.js';
import { executeStream } from './stream.js';
import { isDue } from './stream-room.js';
import { flushSupplies } from './supply.js';
import { setTimer } from './timers.js';
import { hasRoomThisTurn, nextTurn, spend } from './turn.js';

/** The most executions in flight, whatever the run asks for: the server takes 2,000 and slows down long before. */
const MOST_IN_FLIGHT = 500;
/** A node is ready: it starts now if it needs no execution, else as soon as there is room. */
export function enqueue(state: State, scope: Scope, node: number): void {
  const planned = nodeOf(state, scope, node);
  setStatus(state, scope, node, QUEUED);
  const deadline = planned.kind === 'step' ? state.plan.policies[planned.policy]?.deadline : undefined;
  if (deadline !== undefined) {
    const purpose = { kind: 'deadline', scope: scope.id, node } as const;
    setTimer(state, state.now + deadline, purpose);
  }
  if (planned.kind === 'step') queueOf(state, scope, node).push(scope.id, node);
  else if (!mayStart(state)) state.idle.push(scope.id, node);
  else if (!waitsForStage(state, scope.id, node)) startWithout(state, scope, node, planned);
}

/**
 * Starts what may start now: first what needs no execution, then gathers, then streams, then steps in plan order. True if
 * that has given something to decide about.
 */
export function schedule(state: State): boolean {
  if (!mayStart(state)) return false;
  releaseStage(state);
  for (let held = state.idle.pop(); held; held = state.idle.pop()) {
    const scope = state.scopes.get(held.scope);
    if (scope?.status[held.node] !== QUEUED || waitsForStage(state, held.scope, held.node)) continue;
    startWithout(state, scope, held.node, nodeOf(state, scope, held.node));
    if (!mayStart(state)) return false;
  }
  flushSupplies(state);
  flushGathers(state);
  const { streaming } = state;
  const most = state.options.concurrency ?? MOST_IN_FLIGHT;
  startFrom(state, state.readyStreams, () => true);
  startFrom(state, state.ready, () => state.flights.size - state.streaming < most);
  return state.streaming > streaming;
}

function startFrom(state: State, ready: ReadyQueue, hasRoom: () => boolean): void {
  while (ready.size > 0 && state.flights.size < MOST_IN_FLIGHT && hasRoom() && mayStart(state)) {
    if (!hasRoomThisTurn(state)) return nextTurn(state);
    const { scope: id, node } = ready.pop() as { scope: number; node: number };
    const scope = state.scopes.get(id);
    if (scope?.status[node] === QUEUED && waitsForStage(state, id, node)) continue;
    if (scope && (scope.status[node] === QUEUED || isDue(scope, node))) startStep(state, scope, node);
    // It has been cancelled meanwhile. If a limit had woken it, that room is for another one.
    else wakeForRoom(state);
  }
}

function startStep(state: State, scope: Scope, node: number): void {
  const limits = limitsOf(state, scope, node);
  const reached = reachedLimit(state, limits);
  if (reached) return block(state, reached, scope.id, node, limits);
  if (holdBefore(state, scope, node)) return queueOf(state, scope, node).push(scope.id, node);
  const planned = nodeOf(state, scope, node) as PlanStep;
  const inputs = gatheredInputs(scope, node) ?? inputsOf(state, scope, node, planned);
  if (gatherInputs(state, scope, node, inputs)) return;
  const exec = state.next.exec++;
  const address = addressOf(state, scope, node);
  const generation = generationOf(scope, node);
  const isOfStream = isStream(state.plan, planned) && ({ stream: true } as const);
  const flight = { scope: scope.id, node, generation, address, since: state.now, limits, closing: false };
  keepFlight(state, exec, { ...flight, ...isOfStream });
  setStatus(state, scope, node, RUNNING);
  spend(state, inputs);
  state.commands.push({
    kind: 'execute',
    exec,
    address,
    generation,
    body: scope.body,
    node,
    inputs,
    ...contextOf(state, scope),
    ...(isOfStream && { stream: executeStream(state, scope, node) }),
  });
}

/** Of the input of a runner that a scope belongs to. */
function contextOf(state: State, scope: Scope): { readonly context?: string } {
  for (let at: Scope | undefined = scope; at; at = at.parent && state.scopes.get(at.parent.scope)) {
    if (at.context !== undefined) return { context: at.context };
  }
  return {};
}

function inputsOf(state: State, scope: Scope, node: number, planned: PlanStep): Record<string, Value> {
  const ports = state.plan.contracts[planned.contract]?.in ?? [];
  const inputs: Record<string, Value> = {};
  ports.forEach(({ name }, k) => {
    const value = inputOf(state, scope, node, k);
    if (value !== null) inputs[name] = value;
  });
  return inputs;
}

/** A sleep or a scoped node: no execution stands for it. */
function startWithout(state: State, scope: Scope, node: number, planned: PlanNode): void {
  if (holdBefore(state, scope, node)) return state.idle.push(scope.id, node);
  setStatus(state, scope, node, RUNNING);
  if (planned.kind === 'scoped') openScoped(state, scope, node, planned);
  else if (planned.kind === 'sleep') {
    const purpose = { kind: 'sleep', scope: scope.id, node } as const;
    setTimer(state, state.now + planned.duration, purpose);
  }
}
