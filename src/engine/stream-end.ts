import { closeScopesOf } from './flights.js';
import { keepHighest } from './generations.js';
import { endNode } from './settle.js';
import { nodeOf, QUEUED, SKIPPED, WAITING } from './state.js';
import type { Scope, State } from './state.js';
import { isOver } from './stream-progress.js';
import { readersOfStream } from './stream-nodes.js';
import { tendStream } from './stream-room.js';

/** No more items come. What a failure means to who reads them, their nodes say. */
export function endStream(state: State, scope: Scope, node: number, phase: 'completed' | 'failed'): void {
  const stream = scope.streams.get(node);
  if (!stream || isOver(stream)) return;
  stream.phase = phase;
  if (phase === 'failed') for (const reader of readersOfStream(state, scope, node)) skipFailed(state, scope, reader);
  wakeReaders(state, scope, node);
}

/** Skips a node that has not ended and is to give nothing of a stream that has failed. */
function skipFailed(state: State, scope: Scope, node: number): void {
  const planned = nodeOf(state, scope, node);
  const from = planned.kind === 'scoped' ? planned.from : undefined;
  const status = scope.status[node];
  if (from?.kind !== 'items' || from.onStreamFailure === 'keep') return;
  if (status !== WAITING && status !== QUEUED && !scope.scoped.has(node)) return;
  keepHighest(state, scope, node);
  closeScopesOf(state, scope, node);
  endNode(state, scope, node, SKIPPED, () => null);
}

/** There is something for those who read a stream: items, or its end. */
export function wakeReaders(state: State, scope: Scope, node: number): void {
  for (const reader of readersOfStream(state, scope, node)) {
    if (scope.scoped.has(reader)) state.opening.push(scope.id, reader);
  }
  tendStream(state, scope, node);
}
