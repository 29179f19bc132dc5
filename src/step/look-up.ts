import type { Begun } from '../engine/begun.js';
import type { Execute } from '../engine/command.js';
import { createEngine } from '../engine/engine.js';
import type { EngineEvent } from '../engine/event.js';
import type { Known, Origin } from '../engine/known.js';
import type { Plan, PlanStep } from '../plan/plan.js';
import type { Value } from '../value/value.js';

/** An execution whose step is cached. */
export interface Asked {
  readonly at: string;
  readonly node: PlanStep;
  readonly inputs: Readonly<Record<string, Value>>;
}
export interface Hit {
  readonly outputs: Readonly<Record<string, Value>>;
  readonly from: Origin;
}
/** Per execution what the cache has, in the same order. */
export type Find = (asked: readonly Asked[]) => Promise<readonly (Hit | undefined)[]>;

/**
 * Goes through a run as it would go if only the cache answered: the engine itself says what would be executed with which
 * inputs, so conditions, interventions and defaults count as they will. Executions that nothing answers stay open, and
 * with them all that follows.
 */
export async function lookUp({ plan, options, interventions, inputs }: Begun, find: Find): Promise<readonly Known[]> {
  const { breakpoints: _, deadline: __, schedule: ___, ...rest } = options;
  const engine = createEngine(plan, { ...rest, cache: 'bypass' }, interventions);
  const known: Known[] = [];
  let at = 0;
  let commands = engine.apply({ at, kind: 'started', inputs });
  while (commands.length > 0) {
    const wanted = commands.filter(command => command.kind === 'execute').flatMap(command => asked(plan, command));
    const hits = await find(wanted.map(({ what }) => what));
    const events: EngineEvent[] = [];
    wanted.forEach(({ exec, what }, k) => {
      const hit = hits[k];
      if (!hit) return;
      known.push({ at: what.at, ...hit });
      events.push({ at, kind: 'completed', exec, ...hit });
    });
    // The engine wants a new moment where more is ready than one may start.
    const turns = commands.flatMap(command => (command.kind === 'timer' && command.isTurn ? [command.timer] : []));
    if (turns.length > 0) at += 1;
    events.push(...turns.map(timer => ({ at, kind: 'fired' as const, timer })));
    commands = events.flatMap(event => engine.apply({ ...event, at }));
  }
  return known;
}

function asked(plan: Plan, { exec, address, body, node: index, inputs }: Execute) {
  const node = plan.bodies[body]?.nodes[index];
  if (node?.kind !== 'step' || !plan.contracts[node.contract]?.cache) return [];
  return [{ exec, what: { at: address, node, inputs } }];
}
