import { expect, test } from 'vitest';
import { checkMidrun } from '../intervention/check-midrun.js';
import { checkFork } from '../run/check-fork.js';
import { firstThat, plant, type Mutant } from './plant.js';

/** Of what is known before it would run: where a fork has it from its source. */
const FORKS: readonly Mutant[] = [
  {
    bug: 'what failed is taken as it was',
    file: 'run/fork.ts',
    find: "new Set(['failed', 'cancelled',",
    put: "new Set(['cancelled',",
  },
  {
    bug: 'a node that a fork names is not executed',
    file: 'run/changed.ts',
    find: 'return { places: [], nodes };',
    put: 'return { places: [], nodes: [] };',
  },
  {
    bug: 'what an intervention made of an output is what the step gave',
    file: 'run/fork.ts',
    find: '{ ...outputs, ...computed }',
    put: '{ ...outputs }',
  },
  {
    bug: 'a recorded input beats one that the fork is given',
    file: 'run/fork.ts',
    find: 'if (kind === INPUT) delete inputs[at];',
    put: '',
  },
  {
    bug: 'what an awaited port fell back on is waited for again',
    file: 'run/fork.ts',
    find: 'inputs[at] ??= settled[at];',
    put: '{ }',
  },
  {
    bug: 'a merge in place of a step is made again',
    file: 'run/inherited.ts',
    find: "if (!planned || node?.status !== 'short-circuited') return undefined;",
    put: 'return undefined;',
  },
  {
    bug: 'what a merge gave is asked for again',
    file: 'engine/finish-node.ts',
    find: '    if (value) merged.set(out + k, { seq: cover.seq, value });\n',
    put: '',
  },
];

/** And where the cache has said it, while the run was changed. */
const CHANGED: readonly Mutant[] = [
  {
    bug: 'what follows from a change is taken as it was known',
    file: 'engine/forget-known.ts',
    find: 'state.known.delete(addressOf(state, scope, node));\n}',
    put: 'void node;\n}',
  },
  {
    bug: 'an answer of the cache counts though the run was changed since it was asked',
    file: 'engine/forget-known.ts',
    find: '    stopLooking(state);\n  }\n',
    put: '  }\n',
  },
  {
    bug: 'what waited for the cache is decided about in another order by a restored engine',
    file: 'engine/forget-known.ts',
    find: '  state.settled.clear();\n',
    put: '',
  },
];

const SEEDS = 1000;

test.each(FORKS)(
  'the random forks catch it if $bug',
  async mutant => {
    const module = await plant(mutant);
    const caught = firstThat(SEEDS, k => checkFork(module, k >> 1, k % 2 === 1));
    expect(caught).toBeGreaterThanOrEqual(0);
  },
  60_000,
);

test.each(CHANGED)(
  'the random runs with a cache catch it if $bug',
  async mutant => {
    const module = await plant(mutant);
    expect(firstThat(SEEDS, seed => checkMidrun(module, seed))).toBeGreaterThanOrEqual(0);
  },
  60_000,
);
