import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { defineOperate } from '../../src/graph/operate.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import type { Log } from '../../src/step/ctx.js';
import { LocalEspalier } from '../../src/testing/local-espalier.js';

const n = z.number();
export const QUIET: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const twice = step({ id: 'twice', in: { n }, out: { n } });
const plus = step({ id: 'plus', in: { a: n, b: n }, out: { n }, options: { by: n.default(0) } });
const day = step({ id: 'day', in: { n }, out: { day: z.iso.date() } });
export const add = defineOperate({
  name: 'add',
  port: n,
  data: n,
  uses: { inner: true, data: true },
  merge: (inner, data) => inner + data,
});

/** `left` and `right` read the input, `sum` both, `late` the sum; `other` stands alone. */
export const works = graph(
  { id: 'works', in: { n, m: n.default(1) }, out: { sum: n, other: n, late: z.iso.date() } },
  (g, i) => {
    const left = g.run(twice, { n: i.n }, { as: 'left' });
    const right = g.run(twice, { n: i.m }, { as: 'right' });
    const other = g.run(twice, { n: i.m }, { as: 'other' });
    const sum = g.run(plus, { a: left.n, b: right.n }, { as: 'sum', options: { by: 3 } });
    const late = g.run(day, { n: sum.n }, { as: 'late' });
    return { out: { sum: sum.n, other: other.n, late: late.day }, nodes: [left, right, other, sum, late] };
  },
);

/** A place to run them: what was executed there, and how a step is made to do something else. */
export class Works {
  readonly executed: string[] = [];
  /** By node: what it gives instead, or throws. */
  readonly instead = new Map<string, () => number>();
  readonly steps = [
    impl(twice, ({ n: value }, ctx) => ({ n: this.note(ctx.address, 2 * value) })),
    impl(plus, ({ a, b }, ctx) => ({ n: this.note(ctx.address, a + b + ctx.options.by) })),
    impl(day, ({ n: value }, ctx) => ({ day: `2026-01-${10 + (this.note(ctx.address, value) % 10)}` })),
  ];
  readonly espalier = new LocalEspalier(async () => ({ steps: this.steps, operates: [add] }), QUIET);

  /** What was executed since this was last asked. */
  take(): readonly string[] {
    return this.executed.splice(0).toSorted();
  }

  private note(address: string, value: number): number {
    this.executed.push(address);
    return this.instead.get(address)?.() ?? value;
  }
}
