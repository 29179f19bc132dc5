/**
 * What a runner's run does beside running its scopes: it takes inputs, lets go of what is done, and says when there is
 * something to be saved or told. Its state does not grow with what is done: ended scopes are kept in the store, in parts.
 */
import { isFed } from '../plan/fed.js';
import type { Fed, Kept } from './event.js';
import type { Failure } from './failure.js';
import type { Feed } from './fed.js';
import { callHooks, checkpoint, tell } from './feed-calls.js';
import { weightOf } from './feed-result.js';
import { openItems } from './scoped.js';
import type { State } from './state.js';
import { contentOf, takenAs } from './taken.js';

/** How many scopes are open at once: the inputs of others wait, which costs less. */
const MOST_OPEN = 500;
/** Ended scopes are kept when there are so many, or when they weigh so much, in bytes. */
const MOST_DONE = 100;
const MOST_DONE_WEIGHT = 64 * 1024;
/** Why a run would not take an input; undefined if it would, or has. */
export function feedRefusal(state: State, fed: Fed): Failure | undefined {
  const taken = state.feed && takenAs(state.feed, fed.id);
  if (taken?.content === contentOf(fed.values)) return undefined;
  if (taken) {
    const id = JSON.stringify(fed.id);
    return { code: 'id_reused', message: `the workflow has taken another input with the id ${id}` };
  }
  const stopped = state.stopping && isFed(state.plan);
  return stopped ? { code: 'run_finished', message: 'the workflow has been stopped' } : misfit(state, fed);
}

/** As `feedRefusal`, of one that can't be refused any more: it came as a signal, and is saved while the run is stopped. */
function misfit(state: State, fed: Fed): Failure | undefined {
  if (!isFed(state.plan)) return { code: 'invalid_request', message: 'this run is not a runner’s: it takes no inputs' };
  if (state.ending) return { code: 'run_finished', message: 'the workflow has ended' };
  if (fed.plan !== undefined && fed.plan !== state.plan.hash) {
    return { code: 'another_graph', message: 'the workflow was started anew with another graph' };
  }
  const expected = state.plan.bodies[1]?.inputs ?? 0;
  if (fed.values.length === expected) return undefined;
  return { code: 'invalid_request', message: `expected ${expected} values, one per input, got ${fed.values.length}` };
}

/** Takes an input: it is numbered now, and runs as soon as there is room. */
export function takeInput(state: State, event: Fed): void {
  const { feed } = state;
  if (!feed || misfit(state, event) || takenAs(feed, event.id)) return;
  const seq = feed.accepted;
  feed.accepted += 1;
  feed.open.set(event.id, { seq, content: contentOf(event.values) });
  feed.queue.push({ seq, values: event.values, ...(event.context !== undefined && { context: event.context }) });
  feed.isIdle = false;
  tell(state, { kind: 'input', seq });
}

/** Opens scopes for inputs that wait, as far as there is room. True if it has opened any. */
export function openInputs(state: State): boolean {
  const { feed } = state;
  const root = state.scopes.get(0);
  const progress = root?.scoped.get(0);
  if (!feed || !root || !progress || state.stopping || state.ending || state.over) return false;
  const before = progress.opened;
  while (feed.queue.length > 0 && progress.opened - progress.done < MOST_OPEN) {
    const { seq, values, context } = feed.queue.shift() as Feed['queue'][number];
    openItems(state, root, 0, seq, [values]);
    const scope = state.scopes.get(state.next.scope - 1);
    if (scope && context !== undefined) scope.context = context;
  }
  return progress.opened > before;
}

/** What follows at the end of an event: a part to keep, something to save, somebody to tell. */
export function tendFeed(state: State): void {
  const { feed } = state;
  if (!feed || state.over || state.ending) return;
  keepPart(state, feed);
  saveCycle(state, feed);
  const isIdle = feed.accepted > 0 && feed.ended === feed.accepted;
  if (isIdle && !feed.isIdle) {
    feed.isIdle = true;
    if (state.options.checkpoint !== 'manual') checkpoint(state, 'idle');
    tell(state, { kind: 'idle', seq: feed.accepted - 1 });
  }
  callHooks(state);
}

function saveCycle(state: State, feed: Feed): void {
  if (!feed.hasCompleted) return;
  feed.hasCompleted = false;
  feed.cycles += 1;
  const { checkpoint: strategy } = state.options;
  const every = strategy === 'every_cycle' ? 1 : typeof strategy === 'object' ? strategy.every_n : 0;
  if (every > 0 && feed.cycles % every === 0) checkpoint(state, 'cycle');
}

function keepPart(state: State, feed: Feed): void {
  const count = feed.keeping === null ? partOf(feed) : 0;
  if (count === 0) return;
  const results = feed.done.slice(0, count);
  const exec = state.next.exec++;
  feed.keeping = { exec, count };
  state.commands.push({ kind: 'keep', exec, address: `!keep-${exec}`, results, before: feed.head });
}

/** How many results make the next part: none while they are few and light. O(1) until then. */
function partOf({ done, weight }: Feed): number {
  if (done.length < MOST_DONE && weight < MOST_DONE_WEIGHT) return 0;
  let sum = 0;
  for (const [k, result] of done.entries()) {
    sum += weightOf(result);
    if (k + 1 >= MOST_DONE || sum >= MOST_DONE_WEIGHT) return k + 1;
  }
  return done.length;
}

/** A part is in the store. */
export function kept(state: State, { exec, head }: Kept): void {
  const { feed } = state;
  if (feed?.keeping?.exec !== exec) return;
  for (const result of feed.done.splice(0, feed.keeping.count)) feed.weight -= weightOf(result);
  feed.kept += feed.keeping.count;
  feed.head = head;
  feed.keeping = null;
}
