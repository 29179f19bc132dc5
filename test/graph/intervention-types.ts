import { z } from 'zod';
import { step } from '../../src/graph/step.js';
import { graph } from '../../src/graph/graph.js';
import { input, operate, override } from '../../src/graph/intervene.js';
import { defineOperate } from '../../src/graph/operate.js';
import { defineResolver } from '../../src/graph/resolver.js';

/** As types.ts, of interventions. What is made here is what intervene.test.ts looks at. */
const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const Roast = z.enum(['light', 'dark']);
const grind = step({
  id: 'grind',
  in: { beans: z.number() },
  out: { powder: z.number(), note: z.string().optional(), roast: Roast, on: Day, signal: z.array(z.number()) },
});
const brew = step({ id: 'brew', in: { powder: z.number() }, out: { coffee: z.string() } });
const mill = graph({ id: 'mill', in: { beans: z.number() }, out: { powder: z.number() } }, (g, i) => {
  const ground = g.run(grind, { beans: i.beans });
  return { out: { powder: ground.powder }, nodes: [ground] };
});
const coffee = graph(
  { id: 'coffee', in: { beans: z.number(), day: Day }, out: { coffee: z.string(), day: Day } },
  (g, i) => {
    const ground = g.run(mill, { beans: i.beans });
    const cup = g.run(brew, { powder: ground.powder });
    return { out: { coffee: cup.coffee, day: i.day }, nodes: [ground, cup] };
  },
);
const { at } = coffee;
const { out } = at.mill.grind;
const uses = { inner: true, data: true } as const;
const blind = { inner: false, data: true } as const;

const Numbers = z.array(z.number());
const offset = defineOperate({
  name: 'offset',
  port: Numbers,
  data: Numbers,
  uses: { inner: true, data: true },
  merge: (inner, data) => inner.map((number, index) => number + (data[index] ?? 0)),
});
const fill = defineOperate({
  name: 'fill',
  port: z.string(),
  data: z.object({ text: z.string() }),
  uses: { inner: false, data: true },
  merge: async (_inner, { text }) => text,
});
const orElse = defineOperate({
  name: 'orElse',
  port: z.number(),
  data: z.number(),
  uses: { inner: true, data: true },
  shortCircuit: true,
  merge: (inner, data) => (inner === null ? data : inner + data),
});
const nextDay = defineOperate({
  name: 'nextDay',
  port: Day,
  data: z.null(),
  uses: { inner: true, data: false },
  version: '2',
  timeout: '5s',
  merge: (day, _, ctx) => (ctx.signal.aborted ? day : `${day.slice(0, 8)}02`),
});
const today = defineResolver({
  name: 'today',
  args: { zone: z.string().default('UTC'), from: Day.optional() },
  value: Day,
  resolve: async ({ zone, from }) => from ?? new Date(zone.length),
});
const beans = defineResolver({ name: 'beans', args: {}, value: z.number(), resolve: () => 20 });
const ref = { store: 'blobs', key: 'a'.repeat(64) };

export const list = [
  input(at.$in.beans, 20),
  input(at.$in.day, today({}), { id: 'i-1', reason: 'why', by: 'me', onLate: 'recompute' }),
  override(out.powder, 25),
  override(at.brew.in.powder, beans({})),
  override(at.mill.out.powder, { ref }),
  override(out.roast, 'dark'),
  operate(out.signal, offset, [10, 20]),
  operate(at.brew.out.coffee, fill, { text: 'x' }, { reason: 'tea' }),
  operate(out.powder, orElse, 1),
  operate(out.on, nextDay, null),
];
export const operates = [offset, fill, orElse, nextDay];
export const resolvers = [today, beans];
export { at, ref, today };

void ((): unknown => [
  // @ts-expect-error no such step
  override(at.nope.out.powder, 25),
  // @ts-expect-error no such port
  override(out.powder2, 25),
  // @ts-expect-error a value of another type
  override(out.powder, '25'),
  // @ts-expect-error none of the enum
  override(out.roast, 'medium'),
  // @ts-expect-error the code side where the JSON side is wanted
  input(at.$in.day, new Date()),
  // @ts-expect-error a resolver of another type
  input(at.$in.beans, today({})),
  // @ts-expect-error nothing
  override(out.note, undefined),
  // @ts-expect-error a lazy value that no resolver made
  override(out.powder, { resolve: { name: 'beans', args: {} } }),
  // @ts-expect-error half a ref
  override(out.powder, { ref: { key: 'x' } }),
  // @ts-expect-error text is no typed address
  override('grind.powder', 25),
  // @ts-expect-error an operate for ports of another type
  operate(out.powder, offset, [1]),
  // @ts-expect-error data of another type
  operate(out.signal, offset, 1),
  // @ts-expect-error no such thing can be said of it
  override(out.powder, 25, { because: 'x' }),
  // @ts-expect-error an argument of another type
  today({ zone: 1 }),
  // @ts-expect-error no such argument
  today({ place: 'x' }),
  // @ts-expect-error what is merged is not of the port
  defineOperate({ name: 'a', port: z.number(), data: z.number(), uses, merge: (inner, data) => `${inner}${data}` }),
  // @ts-expect-error the inner value may be missing: it is not used
  defineOperate({ name: 'b', port: z.number(), data: z.number(), uses: blind, merge: inner => inner + 1 }),
  // @ts-expect-error the inner value may be missing: it can short-circuit
  defineOperate({ name: 'c', port: z.number(), data: z.number(), uses, shortCircuit: true, merge: i => i + 1 }),
  // @ts-expect-error the JSON side where the code side is wanted
  defineResolver({ name: 'd', args: {}, value: Day, resolve: () => '2026-01-01' }),
  // @ts-expect-error an argument that is not there
  defineResolver({ name: 'e', args: { a: z.string() }, value: z.string(), resolve: ({ b }) => b }),
]);
