import type { Plan } from './plan.js';

/** Freezes a plan and all its parts, in place. What is frozen already is frozen all the way down, and is left alone. */
export function freezePlan(plan: Plan): Plan {
  const open: object[] = [plan];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    Object.freeze(part);
    for (const inner of Object.values(part)) {
      if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) open.push(inner);
    }
  }
  return plan;
}
