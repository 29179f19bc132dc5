import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { Drive } from './drive.js';

import { chain, diamond } from './shapes.js';

describe('hand-over', () => {
  test('comes to rest when the record fills up, and goes on from the snapshot', () => {
    const d = new Drive(chain).start({ x: 1 }).event({ kind: 'filling' });
    d.complete('a', { y: 2 });
    expect(d.last.at(-1)).toEqual({ kind: 'handOver' });
    expect(d.running).toEqual([]);
    expect(d.handOver().running).toEqual(['b']);
    expect(d.complete('b', { y: 3 }).outputs).toEqual({ y: 3 });
  });

  test('does not start to come to rest while something old runs, and gives up when it takes too long', () => {
    const d = new Drive(diamond()).start().wait(10_001).event({ kind: 'filling' }).complete('a', { y: 0 });
    expect(d.running).toEqual(['alone', 'l', 'r']);
    d.complete('alone', { y: 1 }).complete('l', { y: 1 });
    expect(d.running).toEqual(['r']);
    expect(d.wait(10_000).complete('r', { y: 1 }).running).toEqual(['z']);
  });

  test('what was in flight is executed again as the next generation', () => {
    const d = new Drive(chain).start({ x: 1 });
    const old = d.flying.get('a')?.exec ?? 0;
    d.handOver();
    expect(d.flying.get('a')).toMatchObject({ generation: 2 });
    expect(d.event({ kind: 'completed', exec: old, outputs: {} }).last).toEqual([]);
  });

  test('timers keep their time', () => {
    const plan = buildPlan({
      in: ['x'],
      nodes: [{ id: 'nap', in: { value: '$in.x' }, sleep: 300 }],
      out: { y: 'nap.value' },
    });
    const d = new Drive(plan).start({ x: 1 }).wait(200).handOver();
    expect(d.wait(99).finish).toBeUndefined();
    expect(d.wait(1).finish?.status).toBe('completed');
  });

  test('a record that is full gives what runs its time, and starts nothing more', () => {
    const d = new Drive(diamond()).start().wait(20_000).event({ kind: 'full', within: 500 }).complete('a', { y: 0 });
    expect(d.running).toEqual(['alone']);
    d.event({ kind: 'full', within: 500 }).complete('alone', { y: 1 });
    expect(d.last.at(-1)).toEqual({ kind: 'handOver' });
    expect(d.handOver().running).toEqual(['l', 'r']);
  });

  test('what does not end within that time is executed again by who goes on', () => {
    const d = new Drive(chain).start({ x: 1 }).event({ kind: 'full', within: 500 }).wait(499);
    const old = d.flying.get('a')?.exec ?? 0;
    expect(d.wait(1).last).toEqual([{ kind: 'cancel', exec: old }, { kind: 'handOver' }]);
    expect(d.handOver().flying.get('a')).toMatchObject({ generation: 2 });
  });

  test('a record that takes no more is handed over at once', () => {
    const d = new Drive(chain).start({ x: 1 }).event({ kind: 'exhausted' });
    expect(d.last.at(-1)).toEqual({ kind: 'handOver' });
    expect(d.handOver().complete('a', { y: 2 }).complete('b', { y: 3 }).outputs).toEqual({ y: 3 });
  });
});
