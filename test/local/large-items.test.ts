/** Conditions on items and states, whether they are inline or lie in the store. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph, impl, runLocal, step } from '../../src/index.js';

const x = z.object({ flag: z.boolean(), text: z.string() });
const xs = z.array(x);
const n = z.number();
const size = step({ id: 'size', in: { x }, out: { n } });
const make = step({ id: 'make', in: { size: n }, out: { xs } });
const items = (length: number) => [true, false, true].map(flag => ({ flag, text: 'a'.repeat(length) }));
const steps = [impl(size, given => ({ n: given.x.text.length })), impl(make, given => ({ xs: items(given.size) }))];

const ofInput = graph({ id: 'ofInput', in: { xs }, out: { ns: z.array(n) } }, (g, i) => {
  const each = g.each(i.xs, { as: 'each' }, (g, item) => ({
    out: { n: g.run(size, { x: item }, { when: { expr: 'x.flag', in: { x: item } } }).n },
  }));
  return { out: { ns: each.n } };
});
const ofStep = graph({ id: 'ofStep', in: { size: n }, out: { ns: z.array(n) } }, (g, i) => {
  const made = g.run(make, { size: i.size });
  const each = g.each(made.xs, { as: 'each' }, (g, item) => ({
    out: { n: g.run(size, { x: item }, { when: { expr: 'x.flag', in: { x: item } } }).n },
  }));
  return { out: { ns: each.n } };
});
const looped = graph({ id: 'looped', in: { xs }, out: { ks: z.array(n) } }, (g, i) => {
  const each = g.each(i.xs, { as: 'each' }, (g, item) => {
    const loop = g.loop(
      { as: 'loop', state: { x, k: n }, init: { x: item, k: 0 }, until: 'x.flag', max: 4, onLimit: 'stop' },
      (_, state, k) => ({ next: { x: state.x, k } }),
    );
    return { out: { k: loop.k } };
  });
  return { out: { ks: each.k } };
});

test.each([10, 2000, 5000])('a condition on items of a list from outside, of %i characters each', async length => {
  const run = runLocal(ofInput, { steps, input: { xs: items(length) } });
  expect(await run.result()).toEqual({ ns: [length, length] });
});

test.each([10, 2000, 5000])('a condition on items of a list that a step gives, of %i characters each', async length => {
  const run = runLocal(ofStep, { steps, input: { size: length } });
  expect(await run.result()).toEqual({ ns: [length, length] });
});

test.each([10, 2000, 5000])('a loop until its state says so, which began as an item of %i characters', async length => {
  const run = runLocal(looped, { steps, input: { xs: items(length) } });
  expect(await run.result()).toEqual({ ks: [0, 3, 0] });
});
