import type { BodySpec, NodeSpec, PlanFormSpec, PlanSpec } from './build-plan.js';
import type { Random } from './random.js';

/** A number (`y`), a boolean (`b`), and one that may be absent (`o`): what every step gives. */
const STEP_OUT = ['y', 'b', 'o'];
const LIMITS = [1, 2, 3];

/** A random plan of 1 to 60 nodes in all, with bodies inside bodies. */
export function randomSpec(random: Random): PlanSpec {
  const budget = { nodes: random.chance(0.7) ? 1 + random.below(15) : 1 + random.below(60) };
  const clusters = [{ name: 'c0', limit: random.pick(LIMITS) }, { name: 'c1' }];
  return {
    ...randomBody(random, ['n', 'flag'], budget, 0),
    onFailure: random.pick(['stop', 'continue', 'continue']),
    clusters,
  };
}

function randomBody(random: Random, inputs: readonly string[], budget: { nodes: number }, depth: number): BodySpec {
  const most = depth === 0 ? 60 : 1 + random.below(5);
  const nodes: NodeSpec[] = [];
  const numbers = ['$in.n'];
  const flags = ['$in.flag'];
  while (budget.nodes > 0 && nodes.length < most) {
    budget.nodes -= 1;
    const node = randomNode(random, `n${nodes.length}`, { numbers, flags }, budget, depth);
    nodes.push(node);
    if (node.scoped) numbers.push(`${node.id}.y`);
    else if (node.sleep !== undefined) numbers.push(`${node.id}.value`);
    else {
      numbers.push(`${node.id}.y`, `${node.id}.o`);
      flags.push(`${node.id}.b`);
    }
  }
  const required = random.chance(0.5) ? '' : '?';
  return {
    in: inputs,
    nodes,
    out: { [`y${required}`]: randomForm(random, { numbers, flags }, 2), 'z?': random.pick(numbers) },
  };
}

interface Sources {
  readonly numbers: readonly string[];
  readonly flags: readonly string[];
}

function randomNode(random: Random, id: string, from: Sources, budget: { nodes: number }, depth: number): NodeSpec {
  const when = random.chance(0.15) ? { when: random.pick(from.flags) } : {};
  if (random.chance(0.08)) return { id, ...when, in: { value: random.pick(from.numbers) }, sleep: random.below(50) };
  if (depth < 2 && budget.nodes > 1 && random.chance(0.15)) {
    const body = randomBody(random, ['n', 'flag', 'outer'], budget, depth + 1);
    const scoped = {
      kind: random.pick(['item', 'iteration'] as const),
      onFailure: random.pick(['stop', 'continue'] as const),
      body,
    };
    return { id, ...when, in: { outer: random.pick(from.numbers) }, scoped };
  }
  const ports = Array.from({ length: random.below(4) }, (_, k) => [
    `p${k}${random.chance(0.4) ? '?' : ''}`,
    random.chance(0.3) ? randomForm(random, from, 2) : random.pick(from.numbers),
  ]);
  return {
    id,
    ...when,
    in: Object.fromEntries(ports),
    out: STEP_OUT,
    policy: randomPolicy(random),
    ...(random.chance(0.5) && { cluster: random.below(2) }),
  };
}

function randomPolicy(random: Random): NonNullable<NodeSpec['policy']> {
  const onFailure = random.pick(['fail', 'fail', 'skip', { fallback: { y: { size: 2, inline: 77 } } }] as const);
  const retry = { attempts: 1 + random.below(3), backoff: 'none', initial: 1, max: 1, except: [] } as const;
  const limit = random.chance(0.25) && { limit: random.pick(LIMITS) };
  // In the simulation a step with a deadline never ends before it.
  const deadline = random.chance(0.06) && { deadline: 1 + random.below(40) };
  return { onFailure, retry, ...limit, ...deadline };
}

function randomForm(random: Random, from: Sources, depth: number): string | PlanFormSpec {
  const part = (): string | PlanFormSpec =>
    depth > 0 ? randomForm(random, from, depth - 1) : random.pick(from.numbers);
  const parts = (): (string | PlanFormSpec)[] => Array.from({ length: 1 + random.below(3) }, part);
  switch (random.below(7)) {
    case 0:
      return { first: parts() };
    case 1:
      return { list: parts() };
    case 2:
      return { flat: { list: [{ list: parts() }, { list: parts() }] } };
    case 3:
      return { value: random.below(100) };
    case 4:
      return { when: random.pick(from.flags), of: part() };
    default:
      return random.pick(from.numbers);
  }
}
