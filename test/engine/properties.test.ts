import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as engine from '../../src/engine/engine.js';
import { checkChanged } from './change-bodies.js';
import { checkRun } from './check-run.js';

const RUNS = 700;

/**
 * In each: the result equals the reference's, whatever the order of events; a snapshot restored after any event is the same
 * machine; no command is given twice; limits hold at every moment; a failed branch leaves its siblings alone.
 */
test(`${RUNS} random runs come to what the reference says`, () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), seed => checkRun(engine, seed)),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect.assertions(0);
});

test(`${RUNS} random runs that are changed in all their scopes go on from any snapshot`, () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), seed => checkChanged(engine, seed)),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect.assertions(0);
});
