import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInput, valueOf } from '../../src/cli/run-input.js';
import { compile } from '../../src/plan/compile.js';
import type { PortSchema } from '../../src/document/document.js';
import { temporaryFolder } from './espalier.js';

const plan = compile({
  id: 'g',
  in: { beans: { type: 'number' }, name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
});

describe('a value of --set', () => {
  const number: PortSchema = { type: 'number' };
  const text: PortSchema = { type: 'string' };
  const list: PortSchema = { type: 'array', items: { type: 'number' } };
  test.each<[string, PortSchema | undefined, unknown]>([
    ['20', number, 20],
    ['-1.5e3', number, -1500],
    ['many', number, 'many'],
    ['true', { type: 'boolean' }, true],
    ['20', text, '20'],
    ['"quoted"', text, '"quoted"'],
    ['{"a":1}', text, '{"a":1}'],
    ['null', text, 'null'],
    ['[1,2]', list, [1, 2]],
    ['[1,', list, '[1,'],
    ['{"a":1}', { type: 'object' }, { a: 1 }],
    ['null', { anyOf: [{ type: 'number' }, { type: 'null' }] }, null],
    ['5', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 5],
    ['five', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 'five'],
    ['best', { enum: ['fast', 'best'] }, 'best'],
    ['2', { enum: [1, 2] }, 2],
    ['1', {}, 1],
    ['1', undefined, 1],
    ['', text, ''],
    ['"x"', number, '"x"'],
    ['[1]', number, [1]],
  ])('%s for %j', (written, schema, value) => {
    expect(valueOf(written, schema)).toEqual(value);
  });
});

describe('the input', () => {
  test('is --input with --set over it, the last one first', async () => {
    const input = await readInput(plan, '{"beans": 1, "name": "a=b"}', ['beans=2', 'beans=3', 'tags=["x"]', 'other=1']);
    expect(input).toEqual({ beans: 3, name: 'a=b', tags: ['x'], other: 1 });
  });

  test('keeps what follows the first equals sign', async () => {
    expect(await readInput(plan, undefined, ['name=a=b'])).toEqual({ name: 'a=b' });
  });

  test('comes from a file, with a byte order mark or without, JSON or YAML', async () => {
    const file = join(await temporaryFolder(), 'input');
    await writeFile(file, '\uFEFF{"beans": 1}');
    expect(await readInput(plan, `@${file}`, [])).toEqual({ beans: 1 });
    await writeFile(file, 'beans: 2\n');
    expect(await readInput(plan, `@${file}`, [])).toEqual({ beans: 2 });
  });

  test.each([
    ['{"beans": 1,,}', /--input:1:13 {2}syntax/],
    ['{"beans": 1, "beans": 2}', /--input:1:14 {2}duplicate_key/],
    ['[1]', /expected an object with a value for each port, got \[1\]/],
    ['input.json', /got "input.json" \(a file is given as @file\)/],
    ['['.repeat(50_000), /too_deep/],
  ])('%.20s is refused', async (given, message) => {
    await expect(readInput(plan, given, [])).rejects.toThrow(message);
  });

  test('refuses a port without a value', async () => {
    await expect(readInput(plan, undefined, ['beans'])).rejects.toThrow('--set "beans": expected port=value');
  });

  test('keeps a key `__proto__` as what it is, for whoever checks it', async () => {
    const input = await readInput(plan, '{"__proto__": {"polluted": 1}}', []);
    expect(Object.keys(input)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
  });
});
