import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidInputError } from '../../src/step/invalid-input-error.js';
import { decodeOutputs, encodeInputs } from '../../src/step/run-values.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { literal } from '../../src/value/leaf.js';
import { inlineOf } from './border-setup.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
const ports = { beans: z.number(), day: Day, water: z.number().default(200), note: z.string().optional() };

describe('inputs of a run', () => {
  it('are given on the code side; those with a default or optional may be left out', async () => {
    const store = createMemoryStore();
    const values = await encodeInputs(ports, { beans: 20, day: new Date('2026-01-02'), note: undefined }, store);
    expect(inlineOf(values)).toEqual({ beans: 20, day: '2026-01-02' });
    const all = await encodeInputs(
      ports,
      { beans: 20, day: new Date('2026-01-02'), water: 1, note: 'x'.repeat(5000) },
      store,
    );
    expect(inlineOf(all)).toEqual({ beans: 20, day: '2026-01-02', water: 1, note: undefined });
    expect(await store.has(all['note']?.digest ?? '')).toBe(true);
  });

  it('are refused all at once, naming port and expectation, before anything is stored', async () => {
    const store = { ...createMemoryStore(), put: () => expect.fail('stored') };
    const bad = { day: '2026-01-02', water: 'much', more: 1, note: 'x'.repeat(5000) };
    const error: unknown = await encodeInputs(ports, bad, store).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({
      code: 'invalid_input',
      issues: [
        { code: 'unknown_port', address: '$in.more', message: 'there is no such port; it has beans, day, water, note' },
        { code: 'missing_input', address: '$in.beans', message: 'is missing: expected number, got undefined' },
        { code: 'invalid_value', address: '$in.day', message: 'expected date, got "2026-01-02"' },
        { code: 'invalid_value', address: '$in.water', message: 'expected number, got "much"' },
      ],
    });
  });

  it('OI-20: that are missing are `missing_input`, with their names', async () => {
    const work = encodeInputs(ports, { day: new Date() }, createMemoryStore());
    await expect(work).rejects.toThrow(expect.objectContaining({ code: 'missing_input' }));
    await expect(work).rejects.toThrow('input $in.beans: is missing: expected number');
  });

  it('that JSON can not carry are `not_json`', async () => {
    const work = encodeInputs({ any: z.unknown() }, { any: { at: new Date(0) } }, createMemoryStore());
    await expect(work).rejects.toMatchObject({
      issues: [{ code: 'not_json', address: '$in.any', message: expect.stringContaining('/at: ') as string }],
    });
  });
});

describe('outputs of a run', () => {
  it('are read on the code side', async () => {
    const outputs = { beans: literal(1), day: literal('2026-01-02'), water: literal(5) };
    expect(await decodeOutputs(ports, outputs, createMemoryStore())).toEqual({
      beans: 1,
      day: new Date('2026-01-02'),
      water: 5,
    });
  });

  it('that do not fit are `invalid_value`, naming the output', async () => {
    const work = decodeOutputs({ day: Day }, { day: literal('soon') }, createMemoryStore());
    await expect(work).rejects.toThrow(expect.objectContaining({ code: 'invalid_value' }));
    await expect(work).rejects.toThrow('$out.day: Invalid ISO date, got "soon"');
  });
});
