import { literal } from '../value/leaf.js';
import { fieldCount, type FromItems, type FromList, type FromState, type PlanScoped } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import type { ItemPack, StreamItem } from './event.js';
import { failScoped } from './fail.js';
import { inputOf } from './inputs.js';
import { fieldsIn } from './list-items.js';
import { mayStart } from './may-start.js';
import { addPack } from './results.js';
import { completeScoped, openScope } from './scoped.js';
import { askSlice, takeItem, wantsSlice } from './slice.js';
import { addressOf, nodeOf, RUNNING } from './state.js';
import type { Scope, ScopedProgress, State } from './state.js';
import { rewindStream } from './stream.js';
import { tendSource } from './stream-room.js';
import { streamReadBy } from './stream-nodes.js';
import { isOver, isPack, itemAt } from './stream-progress.js';
import { hasRoomToOpen, nextTurn } from './turn.js';

/** A running node that opens its scopes by itself. */
interface Opener {
  readonly scope: Scope;
  readonly node: number;
  readonly planned: PlanScoped;
  readonly progress: ScopedProgress;
}
/** `more`: it would go on if this turn had room. */
interface Opened {
  readonly changed: boolean;
  readonly more: boolean;
}

/**
 * Opens the scopes that nodes of the plan open by themselves: items of a list or a stream as far as they have room, the next iteration
 * of a loop. What one turn has no room for comes with the next one. True if anything has changed.
 */
export function openScopes(state: State): boolean {
  const later: Opener[] = [];
  let changed = false;
  while (mayStart(state)) {
    const opener = nextOpener(state);
    if (opener === 'none') break;
    if (!opener) continue;
    const opened = open(state, opener);
    changed ||= opened.changed;
    if (opened.more) later.push(opener);
  }
  for (const { scope, node } of later) state.opening.push(scope.id, node);
  return changed;
}

/** Undefined where what had to do with scopes has ended meanwhile. */
function nextOpener(state: State): Opener | 'none' | undefined {
  const next = state.opening.pop();
  if (!next) return 'none';
  const scope = state.scopes.get(next.scope);
  const progress = scope?.scoped.get(next.node);
  if (!scope || !progress || scope.status[next.node] !== RUNNING) return undefined;
  const planned = nodeOf(state, scope, next.node);
  return planned.kind === 'scoped' ? { scope, node: next.node, planned, progress } : undefined;
}

function open(state: State, opener: Opener): Opened {
  const { from } = opener.planned;
  const { scope, node, progress } = opener;
  // The last of its results have come to the store.
  if (progress.ended) completeScoped(state, scope, node, progress);
  if (!from || progress.ended) return { changed: progress.ended, more: false };
  return from.kind === 'loop' ? openIteration(state, opener, from) : openItemsOf(state, opener, from);
}

function openItemsOf(state: State, opener: Opener, from: FromList | FromItems): Opened {
  const { scope, node, progress } = opener;
  const items = itemsFor(state, opener, from);
  if (items === 'gone') return { changed: true, more: false };
  let changed = false;
  while (progress.opened - progress.done < from.concurrency && items.has()) {
    if (!hasRoomToOpen(state)) {
      nextTurn(state);
      return { changed, more: true };
    }
    const item = items.next();
    if (typeof item === 'string') return failItems(state, opener, item);
    if (!isPack(item)) openScope(state, scope, node, progress, [...item, literal(progress.opened)]);
    // What came before it is not among the results yet: it comes up again with that.
    else if (progress.done < progress.opened) break;
    else addPack(state, scope, node, item);
    changed = true;
  }
  if (changed) tendSource(state, scope, node);
  if (wantsSlice(progress) && !askSlice(state, scope, node, progress)) return { changed, more: true };
  if (!items.isOver()) return { changed, more: false };
  progress.ended = true;
  completeScoped(state, scope, node, progress);
  return { changed: true, more: false };
}

/** Where the items of a node come from. */
interface Items {
  has(): boolean;
  /** The next one, by its fields, or a pack of some; text says what is wrong with it. */
  next(): StreamItem | ItemPack | string;
  /** Whether all that there will ever be are opened. */
  isOver(): boolean;
}

function itemsFor(state: State, opener: Opener, from: FromList | FromItems): Items | 'gone' {
  const { list } = opener.progress;
  if (list?.kind === 'none') {
    failItems(state, opener, list.problem);
    return 'gone';
  }
  return list ? itemsOfList(opener.progress, from) : itemsOfStream(state, opener);
}

function itemsOfList(progress: ScopedProgress, from: FromList | FromItems): Items {
  const { list, slicing } = progress;
  if (list?.kind === 'stored') {
    return {
      has: () => (slicing?.items.length ?? 0) > 0,
      next: () => takeItem(progress, fieldCount(from)),
      isOver: () => slicing?.exec === null && slicing.items.length === 0 && slicing.part >= list.parts.length,
    };
  }
  const items = list?.kind === 'here' ? list.items : [];
  return {
    has: () => progress.opened < items.length,
    next: () => fieldsHere(items[progress.opened], progress.opened, from),
    isOver: () => progress.opened === items.length,
  };
}

function fieldsHere(item: Value | undefined, index: number, from: FromList | FromItems) {
  if (from.kind === 'list') return [item ?? null];
  const fields = fieldsIn(item, from.yields);
  return typeof fields === 'string' ? `item ${index}: ${fields}` : fields;
}

/** `gone`: there are none to take, since its stream begins anew. */
function itemsOfStream(state: State, { scope, node, progress }: Opener): Items | 'gone' {
  const source = streamReadBy(state, scope, node) ?? -1;
  const stream = scope.streams.get(source);
  if (progress.opened < (stream?.first ?? 1)) {
    rewindStream(state, scope, source);
    return 'gone';
  }
  return {
    has: () => stream !== undefined && progress.opened < stream.next,
    next: () => (stream && itemAt(stream, progress.opened)) ?? [],
    isOver: () => stream !== undefined && isOver(stream) && progress.opened >= stream.next,
  };
}

function failItems(state: State, { scope, node }: Opener, problem: string): Opened {
  const at = addressOf(state, scope, node);
  const problems = [{ address: `${at}/$in.items`, port: 'items', message: problem }];
  const message = `${at}: input "items": ${problem}`;
  failScoped(state, scope, node, { code: 'invalid_value', message, details: { problems } });
  return { changed: true, more: false };
}

/** The first iteration has the state that the node was given, each other one that which the one before has left. */
function openIteration(state: State, { scope, node, progress }: Opener, { state: ports }: FromState): Opened {
  if (progress.opened > progress.done) return { changed: false, more: false };
  if (!hasRoomToOpen(state)) {
    nextTurn(state);
    return { changed: false, more: true };
  }
  const left = progress.results.last[0] ?? ports.map((_, k) => inputOf(state, scope, node, k));
  openScope(state, scope, node, progress, [...left, literal(progress.opened)]);
  return { changed: true, more: false };
}
