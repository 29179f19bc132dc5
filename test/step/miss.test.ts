import { describe, expect, it } from 'vitest';
import { missOf, optionDigests } from '../../src/step/miss.js';
import { stepKey, type StepIdentity } from '../../src/step/step-key.js';
import type { CacheEntry } from '../../src/store/step-cache.js';
import { digestOf } from '../../src/value/digest.js';

const NOW: StepIdentity = {
  step: 'grind',
  contract: '0123456789abcdef',
  code: 'version 1',
  options: { ratio: 2, fine: true },
  inputs: { beans: digestOf('kenya'), water: digestOf(200) },
};
const entryOf = (run: string, more: Partial<StepIdentity> = {}): CacheEntry => {
  const identity = { ...NOW, ...more };
  const { step, code, inputs } = identity;
  const options = optionDigests(identity.options);
  return { key: stepKey(identity), step, code, inputs, options, outputs: {}, run, at: 'grind', createdAt: 1 };
};
const why = (...entries: CacheEntry[]) => missOf(NOW, entries, 1000);
const changed = (run: string, ...what: string[]) => ({ kind: 'changed', what, since: { run, at: 'grind' } });

describe('why a step runs although its results are cached', () => {
  it('is that it never ran', () => {
    expect(why()).toEqual({ kind: 'first' });
  });

  it('is what differs from the nearest entry: inputs, options and code that changed, came or went', () => {
    const { beans = '', water = '' } = NOW.inputs;
    expect(why(entryOf('r', { inputs: { beans: water, water } }))).toEqual(changed('r', 'input beans'));
    expect(why(entryOf('r', { inputs: { beans } }))).toEqual(changed('r', 'input water'));
    expect(why(entryOf('r', { inputs: { ...NOW.inputs, milk: water } }))).toEqual(changed('r', 'input milk'));
    expect(why(entryOf('r', { options: { ratio: 3 } }))).toEqual(changed('r', 'option fine', 'option ratio'));
    expect(why(entryOf('r', { code: 'build b' }))).toEqual(changed('r', 'code'));
    expect(why(entryOf('r', { contract: 'another' }))).toEqual(changed('r', 'contract'));
  });

  it('is told of the entry with the fewest differences, of equally near ones of the first', () => {
    const far = entryOf('far', { code: 'build b', options: {} });
    const [near, later] = [entryOf('near', { code: 'version 0' }), entryOf('later', { code: 'version 2' })];
    expect(why(far, near, later)).toEqual(changed('near', 'code'));
    expect(why(later, near)).toEqual(changed('later', 'code'));
  });

  it('is that its own entry is too old, or that its values are gone', () => {
    const own = entryOf('r');
    expect(why(entryOf('other', { code: 'build b' }), { ...own, expiresAt: 1000 })).toEqual({ kind: 'expired' });
    expect(why({ ...own, expiresAt: 1001 })).toEqual({ kind: 'gone' });
    expect(why(own)).toEqual({ kind: 'gone' });
  });
});
