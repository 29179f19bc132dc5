import { describe, expect, it } from 'vitest';
import { codeOf, identityOf, stepKey, type StepUse } from '../../src/step/step-key.js';
import { makeValues } from '../../src/step/make-values.js';
import { isGenuine, valueDigest } from '../../src/step/value-digest.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { digestOf } from '../../src/value/digest.js';
import { literal } from '../../src/value/leaf.js';
import type { Json } from '../../src/value/json.js';
import type { Leaf, Value } from '../../src/value/value.js';

const made = async (json: Json): Promise<Leaf> =>
  (await makeValues({ value: json }, createMemoryStore()))['value'] as Leaf;
const ref = (json: Json): Leaf => ({ digest: digestOf(json), size: 5000 });

const USE: StepUse = {
  contract: { step: 'grind', digest: '0123456789abcdef', version: '1' },
  options: { ratio: 2, fine: true },
  inputs: { beans: literal('kenya'), water: ref(200) },
};
const keyOf = (more: Partial<StepUse> = {}): string | undefined => {
  const identity = identityOf({ ...USE, ...more });
  return identity && stepKey(identity);
};

describe('the key of a step', () => {
  it('is a SHA-256 that is always the same, in whatever order its parts come', () => {
    expect(keyOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf({ options: { fine: true, ratio: 2 }, inputs: { water: ref(200), beans: literal('kenya') } })).toBe(
      keyOf(),
    );
    // What was kept with it would be lost.
    expect(keyOf()).toBe('243837858580ec0e89bf4e3b809ac041d6ce25c0af2bb0e3d4e1f1587cf02aa6');
  });

  it('is another one for another step, contract, code, option or input, and for no other reason', () => {
    const { contract, inputs } = USE;
    const others = [
      { contract: { ...contract, step: 'brew' } },
      { contract: { ...contract, digest: 'fedcba9876543210' } },
      { contract: { ...contract, version: '2' } },
      { options: { ratio: 3, fine: true } },
      { options: {} },
      { inputs: { ...inputs, beans: literal('java') } },
      { inputs: { beans: literal('kenya') } },
      { inputs: { beans: literal('kenya'), milk: ref(200) } },
      { inputs: { beans: ref(200), water: literal('kenya') } },
    ];
    expect(new Set([USE, ...others].map(each => keyOf(each))).size).toBe(others.length + 1);
    // The contract's version says it; which worker has it does not count.
    expect(keyOf({ buildId: 'abc' })).toBe(keyOf());
    const { options: _, ...bare } = USE;
    expect(stepKey(identityOf(bare) ?? never())).toBe(keyOf({ options: {} }));
  });

  it('is that of the build where the contract has no version, and there is none without both', () => {
    const contract = { step: 'grind', digest: '0123456789abcdef' };
    expect(codeOf({ contract, buildId: 'abc' })).toBe('build abc');
    expect(keyOf({ contract, buildId: 'abc' })).not.toBe(keyOf({ contract, buildId: 'abd' }));
    expect(keyOf({ contract })).toBeUndefined();
    expect(keyOf({ inputs: { beans: { size: 5000 } } })).toBeUndefined();
    expect(keyOf({ inputs: { beans: { list: [{ flat: { size: 5000 } }] } } })).toBeUndefined();
  });
});

describe('the digest of a value', () => {
  it('is that of its content, carried or not, whatever else it carries', async () => {
    const leaf = await made({ b: [1], a: 'x' });
    expect(valueDigest(leaf)).toBe(leaf.digest);
    expect(valueDigest(literal({ a: 'x', b: [1] }))).toBe(leaf.digest);
    expect(valueDigest({ ...ref('x'), peek: { a: 1 } })).toBe(digestOf('x'));
  });

  it('tells lists by their parts and their order, and text from the number of the same bytes', () => {
    const values: Value[] = [
      { list: [] },
      { list: [literal(1), literal(2)] },
      { list: [literal(2), literal(1)] },
      { list: [{ list: [literal(1), literal(2)] }] },
      { flat: { list: [literal(1), literal(2)] } },
      literal([1, 2]),
      ref(1),
      { ...ref(1), media: 'text/plain; charset=utf-8' },
      { ...ref(1), media: 'text/plain' },
    ];
    expect(new Set(values.map(valueDigest)).size).toBe(values.length);
    expect(valueDigest({ list: [ref(1), literal(2)] })).toBe(valueDigest({ list: [literal(1), ref(2)] }));
  });

  it('is not believed where the content beside it has another one', async () => {
    const bytes = Buffer.from([0, 255]);
    const media = 'image/png';
    const png = (
      await makeValues(
        { a: bytes },
        createMemoryStore(),
        {},
        {
          a: { type: 'string', contentMediaType: media, contentEncoding: 'base64' },
        },
      )
    )['a'];
    expect(png).toMatchObject({ media, inline: bytes.toString('base64') });
    for (const genuine of [await made('x'), literal('x'), ref('x'), { list: [ref(1), png as Leaf] }]) {
      expect(isGenuine(genuine)).toBe(true);
    }
    const forged = { ...(await made('x')), inline: 'y' };
    for (const each of [forged, { list: [literal(1), forged] }, { flat: { list: [forged] } }]) {
      expect(isGenuine(each)).toBe(false);
    }
  });
});

function never(): never {
  throw new Error('there is no identity');
}
