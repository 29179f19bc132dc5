import {
  ApplicationFailure,
  defineSignal,
  defineUpdate,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
} from '@temporalio/workflow';
import type { Breakpoint } from '../../src/engine/breakpoint.js';
import { breakpointsProblem } from '../../src/engine/breakpoints-problem.js';
import type { Decision, Engine } from '../../src/engine/engine.js';
import type { Failure } from '../../src/engine/failure.js';
import { BREAKPOINTS, CONTINUE, FEED, INTERVENE, TOO_MANY_UPDATES, WITHDRAW } from '../../src/protocol/names.js';
import { UPDATES } from '../../src/protocol/fullness.js';
import { requestEvent, requestProblem, REQUESTS } from '../../src/protocol/request.js';
import type { Driver } from './driver.js';

/**
 * Takes what can be asked of a run, each as a signal and as an update (answered when the engine has heard it). An update
 * that is refused leaves no event; a signal with arguments that say nothing is ignored.
 */
export function receiveRequests(engine: Engine, { feed, feedUpdate, updates }: Driver): void {
  const receive = (take: Driver['feed'], name: string, ...args: readonly unknown[]): Answer => {
    const event = requestEvent(name, Date.now(), args);
    if (event) take(event);
    if (event?.kind === 'fed') return { seq: engine.fedSeq(event.id) };
    return event?.kind === 'intervened' ? engine.decision(event.intervention.id) : undefined;
  };
  const update = (name: string, ...args: readonly unknown[]): Answer => receive(feedUpdate, name, ...args);
  const validate = (name: string, args: readonly unknown[]): void => {
    if (updates.total >= UPDATES.most) throw ApplicationFailure.nonRetryable('send a signal instead', TOO_MANY_UPDATES);
    const failure = refusalOf(engine, name, args);
    if (failure) throw ApplicationFailure.nonRetryable(failure.message, failure.code, failure);
  };
  const handlerOf = (name: string) =>
    [
      (...args: unknown[]) => update(name, ...args),
      { validator: (...args: unknown[]) => validate(name, args) },
    ] as const;

  // What came before this moment is handed out by `setHandler`, name by name; a default handler, which can't validate,
  // gets it in order: it takes what is never refused and what nobody knows.
  setDefaultSignalHandler((name, ...args) => void receive(feed, name, ...args));
  for (const name of REFUSABLE) setHandler(defineUpdate<unknown, unknown[]>(name), ...handlerOf(name));
  setDefaultUpdateHandler((name, ...args) => {
    if (!isKnown(name)) throw ApplicationFailure.nonRetryable(`unknown update ${name}`, 'unknown_update');
    return update(name, ...args);
  });
  for (const name of REQUESTS) {
    setHandler(defineSignal<unknown[]>(name), (...args) => void receive(feed, name, ...args));
    setHandler(defineUpdate<unknown, unknown[]>(name), ...handlerOf(name));
  }
  setDefaultUpdateHandler(undefined);
}

/** What was decided about an intervention; the number of a runner's input. */
type Answer = Decision | { readonly seq: number | undefined } | undefined;

const REFUSABLE = [INTERVENE, WITHDRAW, BREAKPOINTS, CONTINUE, FEED] as const;
const isKnown = (name: string): boolean => REQUESTS.some(known => known === name);

/** Why an update would be refused now; undefined if it would be taken. Changes nothing. */
function refusalOf(engine: Engine, name: string, args: readonly unknown[]): Failure | undefined {
  const problem = requestProblem(name, args);
  if (problem !== undefined) return { code: 'invalid_request', message: `${name}: ${problem}` };
  const event = requestEvent(name, 0, args);
  if (event?.kind === 'breakpointsSet') return unknownBreakpoint(engine, event.breakpoints);
  if (event?.kind === 'fed') return engine.feedRefusal(event);
  if (event?.kind === 'released') return engine.releaseRefusal(event.address);
  if (name === INTERVENE && event?.kind === 'intervened') return engine.refusal(event.intervention);
  if (name === WITHDRAW && event?.kind === 'withdrawn') return engine.withdrawalRefusal(event.id);
  return undefined;
}

function unknownBreakpoint({ plan }: Engine, breakpoints: readonly Breakpoint[]): Failure | undefined {
  const message = breakpointsProblem(breakpoints, plan);
  return message === undefined ? undefined : { code: 'invalid_request', message: `${BREAKPOINTS}: ${message}` };
}
