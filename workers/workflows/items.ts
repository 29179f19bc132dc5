import { ApplicationFailure, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Engine } from '../../src/engine/engine.js';
import type { YieldedAnswer } from '../../src/protocol/activity.js';
import { YIELDED } from '../../src/protocol/names.js';
import { yieldedEvent, yieldedProblem } from '../../src/protocol/yielded.js';
import type { Driver } from './driver.js';

const OVER: YieldedAnswer = { over: true };

/**
 * Takes items of streams: updates from the activities of this very link, answered at once by how many more there is room
 * for. Their number is bounded not here but by the hand-over that comes of it (`fullness`).
 */
export function receiveItems(engine: Engine, { feedUpdate }: Driver): void {
  const take = (given: unknown): YieldedAnswer => {
    const event = yieldedEvent(Date.now(), [given]);
    if (!event) return OVER;
    feedUpdate(event);
    return engine.flow(event.exec, event.attempt) ?? OVER;
  };
  const validator = (given: unknown): void => {
    const problem = yieldedProblem(given);
    if (problem !== undefined) throw ApplicationFailure.nonRetryable(`${YIELDED}: ${problem}`, 'invalid_request');
  };
  setHandler(defineUpdate<YieldedAnswer, [unknown]>(YIELDED), take, { validator });
}
