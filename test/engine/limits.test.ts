import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { Drive } from './drive.js';

describe('limits', () => {
  const wide = (n: number, more: object = {}) =>
    buildPlan({ nodes: Array.from({ length: n }, (_, i) => ({ id: `n${String(i).padStart(4, '0')}`, ...more })) });

  test('OI-10 with concurrency 1 executions never overlap and come in plan order', () => {
    const d = new Drive(wide(5), { concurrency: 1 }).start();
    const order: string[] = [];
    while (d.running.length > 0) {
      expect(d.running).toHaveLength(1);
      order.push(...d.running);
      d.complete(d.running[0] ?? '');
    }
    expect(order).toEqual(['n0000', 'n0001', 'n0002', 'n0003', 'n0004']);
  });

  test('a cluster limit holds over its nodes, and what is cancelled counts until it has closed', () => {
    const plan = buildPlan({
      clusters: [{ name: 'mill', limit: 2 }],
      nodes: [
        { id: 'a', cluster: 0, policy: { deadline: 10, onFailure: 'skip' } },
        { id: 'b', cluster: 0 },
        { id: 'c', cluster: 0 },
        { id: 'free' },
      ],
    });
    const d = new Drive(plan).start();
    expect(d.running).toEqual(['a', 'b', 'free']);
    d.wait(10);
    expect(d.running).toEqual(['a', 'b', 'free']);
    expect(d.close('a').running).toEqual(['b', 'free', 'c']);
  });

  test('one turn starts at most 200, and a run has at most 500 in flight', () => {
    const d = new Drive(wide(900)).start();
    expect(d.running).toHaveLength(200);
    expect(d.wait(1).running).toHaveLength(400);
    expect(d.wait(5).running).toHaveLength(500);
    d.complete('n0000');
    expect(d.running).toHaveLength(500);
  });

  test('heavy inputs are gathered first, long lists in parts', () => {
    const text = 'x'.repeat(3000);
    const plan = buildPlan({
      in: ['x'],
      nodes: [{ id: 'a', in: { l: { list: Array.from({ length: 200 }, () => '$in.x') } }, out: ['y'] }],
      out: { y: 'a.y' },
    });
    const d = new Drive(plan).start({ x: text });
    const gathers = d.last.filter(command => command.kind === 'gather');
    expect(gathers.length).toBeGreaterThan(2);
    expect(d.running).toEqual([]);
    gathers.forEach(({ exec }, i) => d.event({ kind: 'gathered', exec, value: { size: 9, digest: `d${i}` } }));
    expect(d.flying.get('a')?.inputs).toEqual({
      l: { flat: { list: gathers.map((_, i) => ({ size: 9, digest: `d${i}` })) } },
    });
    expect(d.complete('a', { y: 1 }).finish?.status).toBe('completed');
  });
});
