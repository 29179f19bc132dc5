import { inputAddress } from '../intervention/bind.js';
import type { Command } from './command.js';
import { addressOf, nodeKey } from './state.js';
import type { State, TimerPurpose } from './state.js';

/** Arms a timer for an absolute time and returns its number; between two links it is armed by who goes on. */
export function setTimer(state: State, at: number, purpose: TimerPurpose): number {
  const timer = state.next.timer++;
  keepTimer(state, timer, at, purpose);
  if (!state.over) state.commands.push(timerCommand(state, timer, at, purpose));
  return timer;
}

export function timerCommand(state: State, timer: number, at: number, purpose: TimerPurpose): Command {
  const turn = purpose.kind === 'turn' && { isTurn: true as const };
  return { kind: 'timer', timer, at, ...turn, summary: summaryOf(state, purpose) };
}

function summaryOf(state: State, purpose: TimerPurpose): string {
  if (purpose.kind === 'awaited') return `waiting for ${inputAddress(state.plan, purpose.slot)}`;
  if (!('node' in purpose)) return RUN_TIMERS[purpose.kind];
  const scope = state.scopes.get(purpose.scope);
  return `${NODE_TIMERS[purpose.kind]} ${scope ? addressOf(state, scope, purpose.node) : ''}`;
}

const RUN_TIMERS = {
  runDeadline: 'deadline of the run',
  grace: 'grace for what was cancelled',
  drain: 'coming to rest',
  stop: 'grace before the stop',
  turn: 'more is ready',
} as const;
const NODE_TIMERS = { sleep: 'sleep', deadline: 'deadline of', notHere: 'no worker or store yet for' } as const;

/** Enters a timer into the books without a command. */
export function keepTimer(state: State, timer: number, at: number, purpose: TimerPurpose): void {
  state.timers.set(timer, { at, purpose });
  if (!('node' in purpose)) return;
  const key = nodeKey(purpose.scope, purpose.node);
  const known = state.nodeTimers.get(key);
  if (known) known.add(timer);
  else state.nodeTimers.set(key, new Set([timer]));
}

/** Takes a timer that has fired out of the books; undefined if it is not known (any more). */
export function takeTimer(state: State, timer: number): TimerPurpose | undefined {
  const purpose = state.timers.get(timer)?.purpose;
  if (!purpose) return undefined;
  state.timers.delete(timer);
  if ('node' in purpose) state.nodeTimers.get(nodeKey(purpose.scope, purpose.node))?.delete(timer);
  return purpose;
}

export function cancelTimer(state: State, timer: number): void {
  if (takeTimer(state, timer)) state.commands.push({ kind: 'cancel', timer });
}

export function cancelTimersOf(state: State, scope: number, node: number): void {
  const key = nodeKey(scope, node);
  const timers = state.nodeTimers.get(key);
  if (!timers) return;
  for (const timer of [...timers]) cancelTimer(state, timer);
  state.nodeTimers.delete(key);
}
