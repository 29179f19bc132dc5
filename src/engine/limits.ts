import { setStatus } from './changes.js';
import { pushReady, queueOf } from './ready.js';
import { ReadyQueue } from './ready-queue.js';
import { nodeOf, QUEUED, RUNNING } from './state.js';
import type { Limit, Scope, State } from './state.js';

/** Keys of the limits a node counts in: its own over all scopes, and its cluster's. */
export function limitsOf(state: State, scope: Scope, node: number): readonly string[] {
  const planned = nodeOf(state, scope, node);
  if (planned.kind !== 'step') return [];
  const keys: string[] = [];
  if (state.plan.policies[planned.policy]?.limit !== undefined) keys.push(`node ${scope.body} ${node}`);
  if (planned.cluster !== undefined && state.plan.clusters[planned.cluster]?.limit !== undefined) {
    keys.push(`cluster ${planned.cluster}`);
  }
  return keys;
}

/** The first of these limits that is reached. */
export function reachedLimit(state: State, keys: readonly string[]): Limit | undefined {
  return keys.map(key => limitFor(state, key)).find(limit => limit.flying >= limit.most);
}

export function countIn(state: State, keys: readonly string[]): void {
  for (const key of keys) limitFor(state, key).flying += 1;
}

/** An execution is gone: a node that waited for it may try again. */
export function countOut(state: State, keys: readonly string[]): void {
  for (const key of keys) {
    const limit = limitFor(state, key);
    limit.flying -= 1;
    wakeOne(state, limit);
  }
}

/**
 * Keeps a ready node until the limit has room. It may have been woken for room in another limit: that room goes to the
 * next one there, else it would be nobody's.
 */
export function block(state: State, limit: Limit, scope: number, node: number, keys: readonly string[]): void {
  limit.blocked.push(scope, node);
  for (const key of keys) {
    const other = limitFor(state, key);
    if (other !== limit && other.flying < other.most) wakeOne(state, other);
  }
}

/** Wakes one node for every limit that has room. */
export function wakeForRoom(state: State): void {
  for (const limit of state.limits.values()) if (limit.flying < limit.most) wakeOne(state, limit);
}

/** Nothing is in flight any more: every node that waited for room is ready. */
export function releaseLimits(state: State): void {
  for (const { blocked } of state.limits.values()) {
    for (let node = blocked.pop(); node; node = blocked.pop()) pushReady(state, node.scope, node.node);
  }
  state.limits.clear();
}

function wakeOne(state: State, limit: Limit): void {
  const woken = limit.blocked.pop();
  if (woken) pushReady(state, woken.scope, woken.node);
}

function limitFor(state: State, key: string): Limit {
  const known = state.limits.get(key);
  if (known) return known;
  const limit: Limit = { most: mostOf(state, key), flying: 0, blocked: new ReadyQueue() };
  state.limits.set(key, limit);
  return limit;
}

function mostOf(state: State, key: string): number {
  const [kind, a, b] = key.split(' ');
  if (kind === 'cluster') return state.plan.clusters[Number(a)]?.limit ?? Infinity;
  const node = state.plan.bodies[Number(a)]?.nodes[Number(b)];
  return (node?.kind === 'step' && state.plan.policies[node.policy]?.limit) || Infinity;
}

/** Puts a node that was running back to the ready ones; a stream that has been started goes on running. */
export function requeue(state: State, scope: Scope, node: number): void {
  if (scope.status[node] !== RUNNING) return;
  const stream = scope.streams.get(node);
  if (stream) stream.phase = 'due';
  else setStatus(state, scope, node, QUEUED);
  queueOf(state, scope, node).push(scope.id, node);
}
