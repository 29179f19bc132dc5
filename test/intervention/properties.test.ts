import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as engine from '../../src/engine/engine.js';
import { explain } from '../../src/intervention/explain.js';
import { checkMidrun } from './check-midrun.js';
import { checkStart } from './check-start.js';

const STARTS = 7000;
const MEDDLED = 1500;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/**
 * In each: what `explain` says is what then happens; who is executed, with which inputs, which resolvers are called and
 * what comes out equals the oracle's.
 */
test(`${STARTS} random graphs with random interventions come to what explain says, and the oracle`, () => {
  fc.assert(
    fc.property(seeds, seed => checkStart({ ...engine, explain }, seed)),
    // Found by chance: what a resolver stands in with, behind a condition, was taken for absent.
    { numRuns: STARTS, endOnFailure: true, examples: [[193_944_694]] },
  );
  expect.assertions(0);
}, 180_000);

/**
 * In each: a restored engine is the same machine after every event; an outcome never changes; a value that came too late,
 * was refused or taken back is never seen; the run ends; and each node has read what its sources have in the end.
 */
test(`${MEDDLED} random runs that are changed while they go on`, () => {
  fc.assert(
    fc.property(seeds, seed => checkMidrun(engine, seed)),
    // Found by chance: a need that was out of date made a restored engine another machine; a resolver that failed left a
    // step executing, whose result then counted; a node that failed by a merge kept outputs that nobody had read; nodes
    // behind one that failed ended as they were known to end if it had not.
    {
      numRuns: MEDDLED,
      endOnFailure: true,
      examples: [[2_026_000_184], [889_461_505], [589_355_625], [1_602_369_761], [658_121_114]],
    },
  );
  expect.assertions(0);
}, 180_000);
