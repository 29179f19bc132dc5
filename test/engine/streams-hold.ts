import type { Engine } from '../../src/engine/engine.js';
import { isPack } from '../../src/engine/stream-progress.js';
import { RUNNING } from '../../src/engine/state.js';
import type { ScopeSnapshot } from '../../src/engine/snapshot.js';
import { isStream, outputCount, type Plan } from '../../src/plan/plan.js';
import { check } from './difference.js';

/** Throws if more items of a stream wait than a node that reads it has room for, or if some are gone that it needs. */
export function streamsHold(plan: Plan, engine: Engine): void {
  if (!plan.contracts.some(contract => contract.yields)) return;
  const { scopes, received } = engine.snapshot();
  // Interventions may change who reads what.
  if (received === undefined) for (const scope of scopes) streamsOf(plan, scope);
}

function streamsOf(plan: Plan, { body, streams = [], scoped, status }: ScopeSnapshot): void {
  const nodes = plan.bodies[body]?.nodes ?? [];
  for (const [node, { first, next, items }] of streams) {
    const planned = nodes[node];
    const kept = items.reduce((sum, item) => sum + (isPack(item) ? item.count : 1), 0);
    check(first + kept === next, `${kept} items kept from ${first} on, with ${next} taken`);
    if (!planned || !isStream(plan, planned)) continue;
    const slot = planned.out + outputCount(plan, planned) - 1;
    for (const [n, reader] of nodes.entries()) {
      if (reader.kind !== 'scoped' || reader.from?.kind !== 'items' || reader.in[0] !== slot) continue;
      const progress = scoped.find(([at]) => at === n)?.[1];
      if (Number(status[n]) > RUNNING || progress?.ended === true) continue;
      const opened = progress?.opened ?? 0;
      check(next - opened <= reader.from.buffer, `${next - opened} items wait for ${reader.id}`);
      check(opened >= first, `${reader.id} has opened ${opened}, and the first item kept is ${first}`);
    }
  }
}
