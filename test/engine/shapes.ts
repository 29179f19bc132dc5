import { buildPlan } from './build-plan.js';
import type { PlanSpec } from './build-plan.js';

export const chain = buildPlan({
  in: ['x'],
  nodes: [
    { id: 'a', in: { x: '$in.x' }, out: ['y'] },
    { id: 'b', in: { x: 'a.y' }, out: ['y'] },
  ],
  out: { y: 'b.y' },
});

/** a, then l and r side by side, then z; and one that stands alone. */
export const diamond = (more: Partial<PlanSpec> = {}) =>
  buildPlan({
    nodes: [
      { id: 'a', out: ['y'] },
      { id: 'l', in: { x: 'a.y' }, out: ['y'] },
      { id: 'r', in: { x: 'a.y' }, out: ['y'] },
      { id: 'z', in: { l: 'l.y', r: 'r.y' }, out: ['y'] },
      { id: 'alone', out: ['y'] },
    ],
    out: { 'y?': 'z.y', 'alone?': 'alone.y' },
    ...more,
  });
