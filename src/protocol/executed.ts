import type { EngineEvent } from '../engine/event.js';
import type { StepResult, StreamResult } from './activity.js';

/** What the end of the activity of a step or a stream means to the engine, in the workflow and in the fold alike. */
export function executedEvent(at: number, exec: number, result: StepResult | StreamResult): EngineEvent {
  if ('parked' in result) return { at, kind: 'parked', exec };
  const { out, from } = result;
  return {
    ...{ at, kind: 'completed', exec, outputs: out },
    ...(from && { from }),
    ...('count' in result && { count: result.count }),
  };
}
