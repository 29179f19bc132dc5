import type { Execute } from '../../src/engine/command.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { Plan } from '../../src/plan/plan.js';
import { check } from './difference.js';

/** Throws if more is in flight than the run, a node or a cluster may have. */
export function limitsHold(plan: Plan, options: RunOptions, flights: readonly Execute[]): void {
  const steps = flights.filter(({ stream }) => !stream).length;
  check(steps <= (options.concurrency ?? 500), `${steps} in flight at once`);
  check(flights.length <= 500, `${flights.length} in flight at once, with streams`);
  const counts = new Map<string, number>();
  const most = new Map<string, number>();
  for (const { body, node } of flights) {
    const planned = plan.bodies[body]?.nodes[node];
    if (planned?.kind !== 'step') continue;
    const limits: [string, number | undefined][] = [
      [`node ${body} ${node}`, plan.policies[planned.policy]?.limit],
      [`cluster ${planned.cluster}`, plan.clusters[planned.cluster ?? -1]?.limit],
    ];
    for (const [key, limit] of limits) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      most.set(key, limit ?? Infinity);
    }
  }
  for (const [key, count] of counts) check(count <= (most.get(key) ?? Infinity), `${count} of ${key} at once`);
}
