import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { compile } from '../../src/plan/compile.js';
import { InvalidInputError } from '../../src/step/invalid-input-error.js';
import { planInputs } from '../../src/step/plan-inputs.js';
import { createMemoryStore } from '../../src/store/memory-store.js';

const coffee: Document = {
  id: 'coffee',
  in: {
    beans: { type: 'number' },
    water: { type: 'number', default: 200 },
    note: { type: 'string', optional: true },
    cups: { type: 'array', items: { type: 'object', properties: { size: { type: 'integer' } } }, default: [] },
  },
  nodes: {
    grind: { step: 'grind', in: { beans: '$in.beans' } },
    brew: { step: 'brew', in: { powder: 'grind.powder' }, when: { expr: 'len(cups) < 9', in: { cups: '$in.cups' } } },
  },
  steps: {
    grind: { in: { beans: { type: 'number' } }, out: { powder: { type: 'number' } } },
    brew: { in: { powder: { type: 'number' }, heat: { type: 'number' } }, out: { coffee: { type: 'string' } } },
  },
};
const plan = compile(coffee);
const HEAT = 'brew/$in.heat';

async function refused(given: Record<string, unknown>) {
  const store = createMemoryStore();
  const error: unknown = await planInputs(plan, given, store).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidInputError);
  return error as InvalidInputError;
}

describe('what a plan is given', () => {
  test('becomes values by address, open ports by the one they have', async () => {
    const inputs = await planInputs(plan, { beans: 20, [HEAT]: 93 }, createMemoryStore());
    expect(Object.keys(inputs)).toEqual(['$in.beans', HEAT]);
    expect(inputs['$in.beans']).toMatchObject({ inline: 20, size: 2 });
  });

  test('may leave out what has a default or is optional, also as undefined', async () => {
    const given = { beans: 1, [HEAT]: 2, water: undefined, note: undefined };
    expect(Object.keys(await planInputs(plan, given, createMemoryStore()))).toHaveLength(2);
  });

  test('lies in the store when it is large, and what conditions read of it stands beside the reference', async () => {
    const store = createMemoryStore();
    const cups = Array.from({ length: 2000 }, (_, size) => ({ size }));
    const { '$in.cups': value } = await planInputs(plan, { beans: 1, [HEAT]: 2, cups }, store);
    expect(value).toMatchObject({ peek: { '#len': 2000 } });
    expect(value?.inline).toBeUndefined();
    expect(await store.has(value?.digest ?? '')).toBe(true);
  });
});

describe('OI-20: what is wrong with it is said all at once', () => {
  test('naming what is missing', async () => {
    const { code, issues } = await refused({});
    expect(code).toBe('missing_input');
    expect(issues).toMatchObject([
      { code: 'missing_input', address: '$in.beans' },
      { code: 'missing_input', address: HEAT },
    ]);
  });

  test('with the place inside a value, and the name that was meant', async () => {
    const { code, issues, message } = await refused({
      bean: 1,
      beans: 'x',
      [HEAT]: NaN,
      cups: [{ size: 1 }, { size: 'xl' }],
    });
    expect(code).toBe('invalid_input');
    expect(issues.map(issue => [issue.code, issue.address])).toEqual([
      ['unknown_port', '$in.bean'],
      ['invalid_value', '$in.beans'],
      ['invalid_value', '$in.cups'],
      ['not_json', HEAT],
    ]);
    expect(message).toContain('did you mean "beans"?');
    expect(message).toContain('/1/size');
  });

  test('also where a port has the name of something every object has', async () => {
    const issues = (await refused({ beans: 1, [HEAT]: 1, toString: 'x' })).issues;
    expect(issues).toMatchObject([{ code: 'unknown_port', address: '$in.toString' }]);
  });
});
