import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = fileURLToPath(new URL('../../workers/workflows/freeze-intrinsics.ts', import.meta.url));

/** Evaluates `expression` in a realm of its own with frozen built-in objects. */
async function frozen(expression: string): Promise<unknown> {
  const script = `import(${JSON.stringify(MODULE)}).then(() => { 'use strict';
    const attempt = work => { try { return work(); } catch (error) { return error.constructor.name; } };
    console.log(JSON.stringify(${expression})); });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script]);
  return JSON.parse(stdout);
}

test('a run can change no prototype that others share', async () => {
  const changes = await frozen(`[
    () => { Array.prototype.map = () => 'mine'; },
    () => { Object.prototype.polluted = true; },
    () => { Object.defineProperty(Map.prototype, 'get', { value: () => 1 }); },
    () => { delete Promise.prototype.then; },
    () => { Error.prototype.name = 'mine'; },
    () => { Object.getPrototypeOf(function* () {}).prototype.next = () => 1; },
    () => { Object.setPrototypeOf(Set.prototype, {}); },
  ].map(attempt)`);
  expect(changes).toEqual(Array(7).fill('TypeError'));
});

test('objects of its own may still have names that a prototype has', async () => {
  const own = await frozen(`(() => {
    class Mine extends Error { constructor() { super('m'); this.name = 'Mine'; this.message = 'changed'; } }
    const object = {}; object.toString = () => 'text'; object.constructor = 1;
    const f = () => 1; f.toString = () => 'f';
    const mine = new Mine();
    return [mine.name, mine.message, String(object), object.constructor, String(f), new Error('e').name, String([1, 2])];
  })()`);
  expect(own).toEqual(['Mine', 'changed', 'text', 1, 'f', 'Error', '1,2']);
});

test('freezing twice, as a second run in the same context does, changes nothing', async () => {
  expect(await frozen(`Object.isFrozen(Array.prototype) && Error.stackTraceLimit`)).toBe(3);
});
