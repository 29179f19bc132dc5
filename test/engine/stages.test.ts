import { describe, expect, test } from 'vitest';
import { restoreEngine } from '../../src/engine/engine.js';
import { bundlesOf } from '../../src/plan/bundles.js';
import { buildPlan, type NodeSpec } from './build-plan.js';
import { Drive } from './drive.js';
import { createRandom } from './random.js';

const red = { name: 'red' };
/** a → c without a label, a → b in red: red is the second stage. */
const plan = buildPlan({
  clusters: [red],
  nodes: [
    { id: 'a', out: ['y'] },
    { id: 'c', in: { x: 'a.y' }, out: ['y'] },
    { id: 'b', in: { x: 'a.y' }, out: ['y'], cluster: 0 },
    { id: 'pause', in: { value: 'b.y' }, sleep: 1000 },
  ],
});

describe('schedule: stages', () => {
  test('OI-13 nothing of a stage starts before all of the one before has ended', () => {
    const d = new Drive(plan, { schedule: 'stages' }).start().complete('a', { y: 1 });
    expect(d.running).toEqual(['c']);
    d.complete('c', { y: 1 });
    expect(d.running).toEqual(['b']);
    d.complete('b', { y: 1 }).wait(1000);
    expect(d.finish?.status).toBe('completed');
  });

  test('OI-13 without it there are no barriers', () => {
    expect(new Drive(plan).start().complete('a', { y: 1 }).running).toEqual(['c', 'b']);
  });

  test('R2 a run that is restored keeps to the stages', () => {
    const d = new Drive(plan, { schedule: 'stages' }).start().complete('a', { y: 1 });
    d.engine = restoreEngine(plan, d.engine.snapshot());
    expect(d.running).toEqual(['c']);
    expect(d.complete('c', { y: 1 }).running).toEqual(['b']);
  });

  test('OI-13 in 300 random graphs with random clusters no two stages overlap', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const rng = createRandom(seed);
      const nodes = Array.from({ length: 1 + rng.below(12) }, (_, n): NodeSpec => {
        const from = Array.from({ length: n }, (__, k) => k).filter(() => rng.below(3) === 0);
        const cluster = rng.below(2) === 0 ? { cluster: rng.below(3) } : {};
        return { id: `n${n}`, in: Object.fromEntries(from.map(k => [`i${k}`, `n${k}.y`])), out: ['y'], ...cluster };
      });
      const shuffled = buildPlan({ clusters: [red, { name: 'blue' }, { name: 'green' }], nodes });
      const stageOf = new Map<string, number>();
      for (const bundle of bundlesOf(shuffled)) {
        for (const n of bundle.nodes) stageOf.set(shuffled.bodies[0]?.nodes[n]?.id ?? '', bundle.stage);
      }
      const d = new Drive(shuffled, { schedule: 'stages' }).start();
      const seen: number[] = [];
      while (!d.finish) {
        const stages = new Set(d.running.map(address => stageOf.get(address)));
        expect(stages.size, `seed ${seed}`).toBe(1);
        seen.push(...(stages as Set<number>));
        d.complete(d.running[rng.below(d.running.length)] ?? '', { y: 1 });
      }
      expect(seen, `seed ${seed}`).toEqual([...seen].sort((a, b) => a - b));
    }
  });
});
