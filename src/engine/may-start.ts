import type { State } from './state.js';

/** Whether the run starts anything: not while it is paused or held, comes to rest, or ends. */
export const mayStart = (state: State): boolean =>
  !state.paused &&
  state.holds.length === 0 &&
  state.drain === null &&
  state.stopping === null &&
  state.ending === null &&
  !state.over;
