import { describe, expect, test } from 'vitest';
import type { Gather } from '../../src/engine/command.js';
import { buildPlan, type ListSpec } from './build-plan.js';
import { Drive } from './drive.js';

/** Doubles nothing: each item is what it gives. */
const plan = (from: Partial<ListSpec> = {}) =>
  buildPlan({
    in: ['list'],
    nodes: [
      {
        id: 'each',
        in: { items: '$in.list' },
        scoped: {
          kind: 'item',
          onFailure: 'continue',
          from: { kind: 'list', ...from },
          body: {
            in: ['item', 'index'],
            nodes: [{ id: 'n', in: { n: '$in.item' }, out: ['n'] }],
            out: { n: 'n.n' },
          },
        },
      },
    ],
    out: { all: 'each.n' },
  });

const upTo = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
const gathersOf = ({ all }: Drive): readonly Gather[] => all.filter(command => command.kind === 'gather');

/** Completes what is in flight, the items in an order, until nothing is. Every gather is answered with what it was given. */
function play(d: Drive, { answer = true, times = 60 } = {}): Drive {
  for (let round = 0; round < times && !d.finish; round += 1) {
    for (const address of d.running.toReversed()) d.complete(address, { n: Number(/\d+/.exec(address)?.[0]) });
    if (answer) d.gather();
    if (!d.finish) d.wait(1);
  }
  return d;
}

describe('results of many items', () => {
  test('a few are kept as they are', () => {
    const d = play(new Drive(plan()).start({ list: upTo(400) }));
    expect(d.outputs).toEqual({ all: upTo(400) });
    expect(gathersOf(d)).toEqual([]);
  });

  test.each([{ ordered: true }, { ordered: false }])('some hundreds at a time are put into the store: %j', from => {
    const d = play(new Drive(plan(from)).start({ list: upTo(2100) }));
    const all = d.outputs['all'] as number[];
    expect(from.ordered ? all : all.toSorted((a, b) => a - b)).toEqual(upTo(2100));
    expect(gathersOf(d).length).toBeGreaterThanOrEqual(2);
    expect(gathersOf(d).length).toBeLessThanOrEqual(5);
  });

  test('what is on its way is waited for, and asked for again by who goes on', () => {
    const d = play(new Drive(plan()).start({ list: upTo(600) }), { answer: false, times: 20 });
    expect([d.running, d.finish]).toEqual([[], undefined]);
    const [first] = gathersOf(d);
    d.handOver();
    const again = gathersOf(d).at(-1) as Gather;
    expect(again.value).toEqual(first?.value);
    expect(again.exec).not.toBe(first?.exec);
    expect(d.event({ kind: 'gathered', exec: again.exec, value: again.value }).outputs).toEqual({ all: upTo(600) });
  });

  test('a store that takes nothing fails the node', () => {
    const d = play(new Drive(plan()).start({ list: upTo(600) }), { answer: false, times: 20 });
    const { exec } = gathersOf(d)[0] as Gather;
    d.event({ kind: 'failed', exec, error: { code: 'boom', message: 'no store' } });
    expect(d.finish?.error).toMatchObject({ code: 'boom', address: 'each' });
  });

  test('the state does not grow with them', () => {
    const d = play(new Drive(plan()).start({ list: upTo(10_000) }), { times: 12 });
    const progress = d.engine.snapshot().scopes[0]?.scoped[0]?.[1];
    expect(progress?.done).toBeGreaterThan(1500);
    expect(progress?.results.last.length).toBeLessThanOrEqual(1500);
  });
});
