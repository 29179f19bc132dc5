import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as engine from '../../src/engine/engine.js';
import { checkFeed } from './check-feed.js';

const RUNS = 200;

/**
 * In each: every accepted input has one result, equal to that of a run of its own, over hand-overs, deaths of the driver,
 * stops and resumes; limits hold over all inputs; a snapshot restored after any event is the same machine.
 */
test(`RN-04 RN-09 RN-18 RN-19 RN-21 RN-22: ${RUNS} random runners give each input what it comes to alone`, () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), seed => checkFeed(engine, seed)),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect.assertions(0);
}, 180_000);
