import type { EngineEvent } from '../engine/event.js';
import { CANCEL, PAUSE, RESUME } from './names.js';

/** What can be asked of a run from outside, by signal or by update. */
export const REQUESTS = [PAUSE, RESUME, CANCEL] as const;

/** What a request means to the engine, in the workflow and in the fold alike; undefined for a name that is none. */
export function requestEvent(name: string, at: number, args: readonly unknown[]): EngineEvent | undefined {
  switch (name) {
    case PAUSE:
      return { at, kind: 'paused' };
    case RESUME:
      return { at, kind: 'resumed' };
    case CANCEL: {
      const [reason] = args;
      return { at, kind: 'cancelled', ...(typeof reason === 'string' && { reason }) };
    }
    default:
      return undefined;
  }
}
