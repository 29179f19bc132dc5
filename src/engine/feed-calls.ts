import type { CheckpointReason, HookEvent } from './command.js';
import type { State } from './state.js';

/** Tells the hook of that kind, if the run has one, at the end of this event. */
export function tell({ feed, options }: State, event: HookEvent): void {
  if (feed && options.hooks?.[event.kind] !== undefined) feed.untold.push(event);
}

/** Calls the hooks that were told something; while the run comes to rest for a hand-over they hear of it later. */
export function callHooks(state: State): void {
  const { feed } = state;
  if (!feed || state.over || (state.drain !== null && !state.stopping)) return;
  for (const event of feed.untold.splice(0)) {
    const name = state.options.hooks?.[event.kind];
    if (name === undefined) continue;
    const exec = state.next.exec++;
    feed.calls.add(exec);
    state.commands.push({ kind: 'hook', exec, address: `!${event.kind}-${exec}`, name, event });
  }
}

/** A call of the runner has ended, well or not: what was not kept stays to be kept. True if it was one. */
export function endCall(state: State, exec: number): boolean {
  const { feed } = state;
  if (feed?.keeping?.exec === exec) {
    feed.keeping = null;
    return true;
  }
  return feed?.calls.delete(exec) ?? false;
}

/** Saves the state as it is when this event is over. */
export function checkpoint(state: State, reason: CheckpointReason): number {
  const exec = state.next.exec++;
  state.feed?.calls.add(exec);
  state.commands.push({ kind: 'checkpoint', exec, address: `!checkpoint-${exec}`, reason });
  return exec;
}

/** Whether calls of the runner are under way: a hand-over waits for them. */
export const isTending = ({ feed }: State): boolean => feed !== null && (feed.keeping !== null || feed.calls.size > 0);
