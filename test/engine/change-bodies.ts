import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { RunOptions } from '../../src/engine/options.js';
import { inputNames, outputNames, type Plan } from '../../src/plan/plan.js';
import type { Json } from '../../src/value/json.js';
import { buildPlan } from './build-plan.js';
import { createRandom, type Random } from './random.js';
import { randomSpec } from './random-spec.js';
import { INPUTS, simulate, type EngineModule } from './simulate.js';
import { createWorld, FAILING, given } from './world.js';

/**
 * A random plan that is changed everywhere, at the start and while it runs, with breakpoints in it: it must come to an end, and
 * after each event a restored engine must be the same machine. Throws where it is not.
 */
export function checkChanged(module: EngineModule, seed: number): void {
  const random = createRandom(seed);
  const plan = buildPlan(randomSpec(random, { streams: random.chance(0.5) }));
  const ports = portsIn(plan, random, 0, '');
  if (ports.length === 0) return;
  let sent = 0;
  const change = (): SentIntervention => randomChange(random, random.pick(ports), `i${(sent += 1)}`);
  const early = Array.from({ length: random.below(3) }, change);
  const interventions = early.filter(({ at }, k) => early.findIndex(other => other.at === at) === k);
  simulate(module, plan, optionsOf(random, ports), createWorld(seed), random, {
    inputs: INPUTS,
    interventions,
    meddle: (engine, send) => {
      const all = engine.interventions();
      if (sent < 15 && random.chance(0.1)) send({ kind: 'intervened', intervention: change() });
      else if (all.length > 0 && random.chance(0.03)) send({ kind: 'withdrawn', id: random.pick(all).id });
    },
  });
}

/** Every port, also those of one item or iteration. */
function portsIn(plan: Plan, random: Random, body: number, prefix: string): string[] {
  return (plan.bodies[body]?.nodes ?? []).flatMap(node => {
    const own = [
      ...outputNames(plan, node).map(name => `${prefix}${node.id}.${name}`),
      ...inputNames(plan, node).map(name => `${prefix}${node.id}/$in.${name}`),
    ];
    if (node.kind !== 'scoped') return own;
    const index = node.scopes === 'item' ? `[${random.below(3)}]` : `@${random.below(3)}`;
    return [...own, ...['', index].flatMap(which => portsIn(plan, random, node.body, `${prefix}${node.id}${which}/`))];
  });
}

function randomChange(random: Random, at: string, id: string): SentIntervention {
  const v = valueFor(random, at);
  const value = { value: given(id, 'l', v) };
  const lazy = { resolve: { name: random.chance(0.2) ? FAILING : 'find', args: { v } } };
  const kind = random.pick(['override', 'override', 'add', 'put']);
  const how = {
    ...(kind === 'put' && { shortCircuit: true }),
    ...(random.chance(0.4) && { onLate: 'recompute' as const }),
  };
  return { id, at, kind, ...(random.chance(0.6) ? value : lazy), ...how };
}

function valueFor(random: Random, at: string): Json {
  if (at.endsWith('items') && random.chance(0.5)) return random.pick([[], [{ n: 1 }, { n: 2, m: 3 }], [{ m: null }]]);
  if (at.endsWith('items') || at.endsWith('.l')) return random.pick([[], [1, 2], [[3]]]);
  return /\.(b|flag)$/.test(at) ? random.chance(0.5) : random.below(100);
}

function optionsOf(random: Random, ports: readonly string[]): RunOptions {
  const node = random.pick(ports).replace(/(\/\$in)?\.\w+$/, '');
  return {
    ...(random.chance(0.5) && { concurrency: 1 + random.below(4) }),
    ...(random.chance(0.3) && { prune: true }),
    ...(random.chance(0.3) && { breakpoints: [random.chance(0.5) ? { before: node } : { after: node }] }),
  };
}
