import { nodeOf, QUEUED, RUNNING, WAITING } from './state.js';
import type { Scope, State } from './state.js';
import { forgetItems, type StreamProgress } from './stream-progress.js';
import { readersOfStream, streamReadBy } from './stream-nodes.js';

/** Whether a stream that has been started waits for its next execution. */
export const isDue = (scope: Scope, node: number): boolean =>
  scope.status[node] === RUNNING && scope.streams.get(node)?.phase === 'due';

/** Those who read a stream have got on, or are fewer: what none of them needs is forgotten; a parked one may go on. */
export function tendStream(state: State, scope: Scope, node: number): void {
  const stream = scope.streams.get(node);
  if (!stream) return;
  const waiting = waitingFor(state, scope, node, stream);
  const first = Math.min(stream.next, ...waiting.map(({ opened }) => opened));
  forgetItems(stream, first);
  if (stream.phase !== 'parked' || !waiting.every(({ room, buffer }) => room * 2 >= buffer)) return;
  stream.phase = 'due';
  state.readyStreams.push(scope.id, node);
}

/** The same of all streams of a scope, where interventions have changed who reads them. */
export function tendStreams(state: State, scope: Scope): void {
  for (const node of scope.streams.keys()) tendStream(state, scope, node);
}

/** The same of the stream that a node reads. */
export function tendSource(state: State, scope: Scope, node: number): void {
  const stream = scope.streams.size > 0 ? streamReadBy(state, scope, node) : undefined;
  if (stream !== undefined) tendStream(state, scope, stream);
}

/** Those who still take items of a stream: how many they have opened, and for how many more they have room. */
export function waitingFor(state: State, scope: Scope, stream: number, { next }: StreamProgress) {
  return readersOfStream(state, scope, stream).flatMap(node => {
    const planned = nodeOf(state, scope, node);
    const opened = openedBy(scope, node);
    if (planned.kind !== 'scoped' || planned.from?.kind !== 'items' || opened === undefined) return [];
    const { buffer } = planned.from;
    return [{ opened, buffer, room: buffer - (next - opened) }];
  });
}

/** Undefined of a node that opens no more. */
function openedBy({ status, scoped }: Scope, node: number): number | undefined {
  if (status[node] === WAITING || status[node] === QUEUED) return 0;
  const progress = status[node] === RUNNING ? scoped.get(node) : undefined;
  return progress && !progress.ended ? progress.opened : undefined;
}
