import type { Breakpoint } from '../engine/breakpoint.js';
import type { EngineEvent, Fed } from '../engine/event.js';
import { breakpointsProblem } from '../engine/breakpoints-problem.js';
import { BREAKPOINTS, CANCEL, CONTINUE, FEED, INTERVENE, PAUSE, RESUME, STOP, WITHDRAW, YIELDED } from './names.js';
import { MOST_TEXT_LENGTH } from '../intervention/intervention.js';
import { fedProblem, interventionProblem, isId, sentOf } from './sent.js';
import { yieldedEvent } from './yielded.js';

/** What can be asked of a run from outside, by signal or by update. */
export const REQUESTS = [PAUSE, RESUME, CANCEL, INTERVENE, WITHDRAW, BREAKPOINTS, CONTINUE, FEED, STOP] as const;

/** What keeps the arguments of a request from being understood, for people; undefined if nothing does. */
export function requestProblem(name: string, [first]: readonly unknown[]): string | undefined {
  switch (name) {
    case INTERVENE:
      return interventionProblem(first);
    case WITHDRAW:
      return isId(first) ? undefined : 'expected the id of an intervention';
    case BREAKPOINTS:
      return breakpointsProblem(first);
    case FEED:
      return fedProblem(first);
    case CONTINUE:
      return first === undefined || first === null || isShort(first) ? undefined : 'expected an address';
    default:
      return undefined;
  }
}

/**
 * What a request means to the engine, in the workflow and in the fold alike; undefined for a name that is none, and for
 * arguments with a problem.
 */
export function requestEvent(name: string, at: number, args: readonly unknown[]): EngineEvent | undefined {
  if (requestProblem(name, args) !== undefined) return undefined;
  const [first] = args;
  switch (name) {
    case PAUSE:
      return { at, kind: 'paused' };
    case RESUME:
      return { at, kind: 'resumed' };
    case CANCEL:
      return { at, kind: 'cancelled', ...(typeof first === 'string' && { reason: first.slice(0, MOST_TEXT_LENGTH) }) };
    case INTERVENE:
      return { at, kind: 'intervened', intervention: sentOf(first) };
    case WITHDRAW:
      return { at, kind: 'withdrawn', id: first as string };
    case BREAKPOINTS:
      return { at, kind: 'breakpointsSet', breakpoints: first as readonly Breakpoint[] };
    case FEED: {
      const { id, plan, values, context } = first as Omit<Fed, 'kind'>;
      const more = { ...(plan !== undefined && { plan }), ...(context !== undefined && { context }) };
      return { at, kind: 'fed', id, values, ...more };
    }
    case STOP:
      return { at, kind: 'stopping', persist: first !== false };
    case CONTINUE:
      return { at, kind: 'released', ...(typeof first === 'string' && { address: first }) };
    default:
      return undefined;
  }
}

/** As `requestEvent`, of an update: items of a stream come by nothing else. */
export function updateEvent(name: string, at: number, args: readonly unknown[]): EngineEvent | undefined {
  return name === YIELDED ? yieldedEvent(at, args) : requestEvent(name, at, args);
}

const isShort = (text: unknown): boolean => typeof text === 'string' && text.length <= MOST_TEXT_LENGTH;
