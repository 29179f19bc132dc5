import { endOf } from '../client/outcome.js';
import { request } from '../client/requests.js';
import { STOP } from '../protocol/names.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';
import { stateOf } from './state.js';

export interface StopOptions {
  /** Save its state, so that it can be resumed from there. Default true. */
  readonly persist?: boolean;
  /** Ends the waiting (not the stop, which is asked for): it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
/** How a workflow was stopped. */
export interface Stopped {
  /** Its state was saved by this. */
  readonly persisted: boolean;
  /** What a resume goes on from; none if nothing was ever saved. */
  readonly cursor?: string;
  /** Inputs that were taken and have not ended: a resume goes on with those that are saved. */
  readonly unfinished: number;
  /** Inputs that were taken and that no saved state knows. */
  readonly unsaved: number;
}

/** Resolves when it has stopped. Throws `not_found`, `run_finished` if it has ended before. */
export async function stopWorkflow(
  house: House,
  id: string,
  { persist = true, signal }: StopOptions,
): Promise<Stopped> {
  const { access, workflows, name: runner } = house;
  // That it is one of this runner.
  await stateOf(house, id);
  const runId = runIdOf(runner, id);
  await request(access, runId, STOP, persist);
  await endOf(access, runId, { ...(signal && { signal }) });
  const { feed, status, workflow } = await stateOf(house, id);
  const latest = await workflows.find({ runner, id });
  // Not what was saved of one before it, where who began this one could not remove that.
  const saved = latest?.start === workflow.start ? latest : undefined;
  return {
    persisted: persist && status === 'stopped' && saved?.reason === 'stop' && saved.accepted === feed.accepted,
    ...(saved && { cursor: saved.cursor }),
    unfinished: feed.accepted - feed.ended,
    unsaved: feed.accepted - (saved?.accepted ?? 0),
  };
}
