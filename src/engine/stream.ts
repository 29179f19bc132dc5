/**
 * Streams: steps that give items while they run. A stream takes no more than those who read it have room for; what all of
 * them have opened is forgotten.
 */
import { itemDigest } from '../value/item-digest.js';
import type { StreamFlow, StreamForm } from './command.js';
import { coneBehind } from './cone.js';
import type { Parked, StreamItem, Yielded } from './event.js';
import { failNode } from './fail.js';
import { cancelFlight, land } from './flights.js';
import { reopen } from './reopen.js';
import { replan } from './replan.js';
import { nodeOf, type Scope, type State } from './state.js';
import { endStream, wakeReaders } from './stream-end.js';
import { markStarted } from './stream-mark.js';
import { isOnlyCollected } from './stream-nodes.js';
import { isPack, startedStream, type StreamProgress } from './stream-progress.js';
import { tendStream, waitingFor } from './stream-room.js';

/** How many items are taken at once where nobody reads them. */
const MOST_UNREAD = 1000;

/** A stream is executed: where it goes on. What reads it may start beside it. */
export function executeStream(state: State, scope: Scope, node: number): StreamFlow & StreamForm {
  const stream = scope.streams.get(node) ?? startedStream();
  scope.streams.set(node, stream);
  stream.phase = 'executing';
  stream.attempt = 0;
  markStarted(state, scope, node);
  return { ...flowOf(state, scope, node, stream), ...(isOnlyCollected(state, scope, node) && { packs: true }) };
}

/** How far an execution has come, as its attempt may know; undefined if nothing is taken from that any more. */
export function flowAt(state: State, exec: number, attempt: number): StreamFlow | undefined {
  const found = state.over ? undefined : executing(state, exec, attempt);
  return found && flowOf(state, found.scope, found.node, found.stream);
}

function executing(state: State, exec: number, attempt: number) {
  const flight = state.flights.get(exec);
  const scope = flight && state.scopes.get(flight.scope);
  const stream = flight && scope?.streams.get(flight.node);
  if (!scope || !stream || flight.closing || attempt < stream.attempt) return undefined;
  return { scope, node: flight.node, stream };
}

/** While the run comes to rest nothing is taken, so that its streams park. */
function flowOf(state: State, scope: Scope, node: number, stream: StreamProgress): StreamFlow {
  const isTaking = state.drain === null && state.stopping === null;
  const credit = Math.min(MOST_UNREAD, ...waitingFor(state, scope, node, stream).map(({ room }) => room));
  const { next, cursor } = stream;
  return { next, credit: isTaking ? Math.max(0, credit) : 0, ...(cursor && { cursor }) };
}

/** Items have come. */
export function takeItems(state: State, { exec, attempt, first, items, before }: Yielded): void {
  const found = executing(state, exec, attempt);
  if (!found) return;
  const { scope, node, stream } = found;
  stream.attempt = attempt;
  if (first > stream.next) return;
  if (first === stream.next && stream.next > 0 && before !== undefined && before !== stream.last) {
    cancelFlight(state, exec);
    return failNode(state, scope, node, notRepeatable(`item ${first - 1} is another one than before`));
  }
  const { credit } = flowOf(state, scope, node, stream);
  const at = cursorOf(state, scope, node);
  if (isPack(items)) {
    if (first < stream.next || items.count > credit || !isOnlyCollected(state, scope, node)) return;
    keep(stream, [items], items.count, items.last, at);
  } else {
    const fresh = items.slice(stream.next - first).slice(0, credit);
    const last = fresh.at(-1);
    if (!last) return;
    keep(stream, fresh, fresh.length, last, at);
  }
  wakeReaders(state, scope, node);
}

/** `at`: which of its yields is the cursor. */
function keep(
  stream: StreamProgress,
  items: StreamProgress['items'],
  count: number,
  last: StreamItem,
  at: number | undefined,
): void {
  stream.items.push(...items);
  stream.next += count;
  stream.last = itemDigest(last);
  const cursor = at === undefined ? undefined : last[at];
  if (cursor) stream.cursor = cursor;
}

function cursorOf(state: State, scope: Scope, node: number): number | undefined {
  const planned = nodeOf(state, scope, node);
  return planned.kind === 'step' ? state.plan.contracts[planned.contract]?.cursor : undefined;
}

/** An execution has ended since nothing more was taken. */
export function parkStream(state: State, { exec }: Parked): void {
  const landed = land(state, exec);
  const stream = landed?.in.streams.get(landed.node);
  if (!landed || !stream) return;
  stream.phase = 'parked';
  tendStream(state, landed.in, landed.node);
}

/** All items have come: false, and the node has failed, if those are not as many as were taken. */
export function completeStream(state: State, scope: Scope, node: number, count: number | undefined): boolean {
  const stream = scope.streams.get(node);
  if (stream && count !== undefined && count !== stream.next) {
    failNode(state, scope, node, notRepeatable(`it has yielded ${count} items, of which ${stream.next} were taken`));
    return false;
  }
  endStream(state, scope, node, 'completed');
  return true;
}

const notRepeatable = (what: string) => ({
  code: 'stream_not_repeatable',
  message: `${what}; a stream that is executed again must yield the same items again`,
});

/** The items that a node still needs are gone: its stream, and what follows from that, is executed again from the beginning. */
export function rewindStream(state: State, scope: Scope, stream: number): void {
  for (const node of coneBehind(state, scope, stream)) reopen(state, scope, node, () => false);
  replan(state, scope);
}
