import type { AnyGraph } from '../graph/contract.js';
import { CANCEL, PAUSE, RESUME } from '../protocol/names.js';
import type { Run } from '../run/run.js';
import type { Access } from './access.js';
import { endOf, outcomeOf } from './outcome.js';
import { request, RunFinishedError } from './requests.js';
import type { Views } from './views.js';
import { watchRun } from './watch.js';

/** A run on Temporal, by its id; nothing is asked until it is used. `graph` says what its outputs look like in code. */
export function runHandle<O>(access: Access, views: Views, id: string, graph: AnyGraph | undefined): Run<O> {
  return {
    id,
    // The types of outputs in code follow from the graph, which the caller's own type stands for.
    result: () => outcomeOf(access, id, graph) as Promise<O>,
    ended: options => endOf(access, id, options),
    pause: () => request(access, id, PAUSE),
    resume: () => request(access, id, RESUME),
    cancel: reason => cancel(access, id, reason),
    view: () => views.of(id),
    watch: options => watchRun(access, id, options),
  };
}

/** To cancel what has been cancelled is no mistake. */
async function cancel(access: Access, id: string, reason: string | undefined): Promise<void> {
  try {
    await request(access, id, CANCEL, ...(reason === undefined ? [] : [reason]));
  } catch (error) {
    if (!(error instanceof RunFinishedError && error.status === 'cancelled')) throw error;
  }
}
