import type { AnyGraph } from '../graph/contract.js';
import { BREAKPOINTS, CANCEL, CONTINUE, PAUSE, RESUME, WITHDRAW } from '../protocol/names.js';
import { detachable } from '../run/detach.js';
import { checkBreakpoints } from '../run/run-settings.js';
import type { Run } from '../run/run.js';
import type { Access } from './access.js';
import { intervene, type Channels } from './intervene.js';
import { endOf, outcomeOf } from './outcome.js';
import { request, RunFinishedError } from './requests.js';
import { watchRun } from './watch.js';

/** A run on Temporal, by its id; nothing is asked until it is used. `graph` says what its outputs look like in code. */
export function runHandle<O>(channels: Channels, id: string, graph: AnyGraph | undefined): Run<O> {
  const { access, updates, views } = channels;
  const ask = async (name: string, ...args: readonly unknown[]): Promise<void> =>
    void (await updates.ask(id, { name, args }));
  const run: Run<O> = {
    id,
    // The types of outputs in code follow from the graph, which the caller's own type stands for.
    result: () => outcomeOf(access, id, graph) as Promise<O>,
    ended: options => endOf(access, id, options),
    pause: () => request(access, id, PAUSE),
    resume: () => request(access, id, RESUME),
    cancel: reason => cancel(access, id, reason),
    intervene: (intervention, options) => intervene(channels, id, intervention, options),
    withdraw: intervention => ask(WITHDRAW, intervention),
    setBreakpoints: async breakpoints => ask(BREAKPOINTS, checkBreakpoints(breakpoints)),
    continue: at => ask(CONTINUE, ...(at === undefined ? [] : [at])),
    view: () => views.of(id),
    watch: options => detachable(watchRun(access, id, options), options, reason => cancel(access, id, reason)),
  };
  if (graph) graphs.set(run, graph);
  return run;
}

const graphs = new WeakMap<object, AnyGraph>();

/** What a handle was made with: a fork of its run has a result of the same types. */
export const graphOf = (run: Run<unknown>): AnyGraph | undefined => graphs.get(run);

/** To cancel what has been cancelled is no mistake. */
async function cancel(access: Access, id: string, reason: string | undefined): Promise<void> {
  try {
    await request(access, id, CANCEL, ...(reason === undefined ? [] : [reason]));
  } catch (error) {
    if (!(error instanceof RunFinishedError && error.status === 'cancelled')) throw error;
  }
}
