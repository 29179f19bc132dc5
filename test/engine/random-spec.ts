import type { BodySpec, NodeSpec, PlanFormSpec, PlanSpec } from './build-plan.js';
import type { Random } from './random.js';

/** A number (`y`), a boolean (`b`), a list (`l`), and one that may be absent (`o`): what every step gives. */
const STEP_OUT = ['y', 'b', 'l', 'o'];
const LIMITS = [1, 2, 3];

/** A random plan of 1 to 60 nodes in all, with bodies inside bodies. */
export function randomSpec(random: Random, more: { readonly streams?: boolean } = {}): PlanSpec {
  const nodes = random.chance(0.7) ? 1 + random.below(15) : 1 + random.below(60);
  const budget: Budget = { nodes, streams: more.streams ?? false };
  const clusters = [{ name: 'c0', limit: random.pick(LIMITS) }, { name: 'c1' }];
  return {
    ...randomBody(random, { inputs: ['n', 'flag'], numbers: ['$in.n'], flags: ['$in.flag'] }, budget, 0),
    onFailure: random.pick(['stop', 'continue', 'continue']),
    clusters,
  };
}

/** How many nodes more there may be. */
interface Budget {
  nodes: number;
  readonly streams: boolean;
}
/** What a body begins with. */
interface Given {
  readonly inputs: readonly string[];
  readonly numbers: readonly string[];
  readonly flags: readonly string[];
}
const FROM_OUTSIDE: Given = { inputs: ['n', 'flag', 'outer'], numbers: ['$in.n'], flags: ['$in.flag'] };
const OF_LIST: Given = {
  inputs: ['item', 'index', 'outer', 'flag'],
  numbers: ['$in.item', '$in.index', '$in.outer'],
  flags: ['$in.flag'],
};
const OF_STREAM: Given = {
  inputs: ['n', 'm', 'index', 'outer', 'flag'],
  numbers: ['$in.n', '$in.m', '$in.index', '$in.outer'],
  flags: ['$in.flag'],
};
const OF_LOOP: Given = {
  inputs: ['y', 'z', 'iteration', 'outer', 'flag'],
  numbers: ['$in.y', '$in.z', '$in.iteration', '$in.outer'],
  flags: ['$in.flag'],
};

function randomBody(random: Random, given: Given, budget: Budget, depth: number): BodySpec {
  const most = depth === 0 ? 60 : 1 + random.below(5);
  const nodes: NodeSpec[] = [];
  const numbers = [...given.numbers];
  const flags = [...given.flags];
  const lists: string[] = [];
  const streams: Sources['streams'][number][] = [];
  while (budget.nodes > 0 && nodes.length < most) {
    budget.nodes -= 1;
    const node = randomNode(random, `n${nodes.length}`, { numbers, flags, lists, streams }, budget, depth);
    nodes.push(node);
    if (node.yields) streams.push({ items: `${node.id}.items`, numbers: [...numbers], flags: [...flags] });
    if (node.scoped) (node.scoped.kind === 'item' ? lists : numbers).push(`${node.id}.y`);
    if (node.scoped) numbers.push(`${node.id}.y`);
    else if (node.sleep !== undefined) numbers.push(`${node.id}.value`);
    else {
      numbers.push(`${node.id}.y`, `${node.id}.o`);
      flags.push(`${node.id}.b`);
      lists.push(`${node.id}.l`);
    }
  }
  const required = random.chance(0.5) ? '' : '?';
  return {
    in: given.inputs,
    nodes,
    out: { [`y${required}`]: randomForm(random, { numbers, flags, lists, streams }, 2), 'z?': random.pick(numbers) },
  };
}

interface Sources {
  readonly numbers: readonly string[];
  readonly flags: readonly string[];
  readonly lists: readonly string[];
  /** With what was there before: what reads a stream reads nothing that may follow from it. */
  readonly streams: readonly (Pick<Sources, 'numbers' | 'flags'> & { readonly items: string })[];
}

function randomNode(random: Random, id: string, from: Sources, budget: Budget, depth: number): NodeSpec {
  if (budget.streams && random.chance(0.15)) return streamNode(random, id, from);
  if (from.streams.length > 0 && random.chance(0.5)) return readerNode(random, id, from, budget, depth + 1);
  const when = random.chance(0.15) ? { when: random.pick(from.flags) } : {};
  if (random.chance(0.08)) return { id, ...when, in: { value: random.pick(from.numbers) }, sleep: random.below(50) };
  if (depth < 2 && budget.nodes > 1 && random.chance(0.15)) {
    return { id, ...when, ...random.pick([fedNode, eachNode, loopNode])(random, from, budget, depth + 1) };
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

function streamNode(random: Random, id: string, { numbers }: Sources): NodeSpec {
  const { deadline: _, ...policy } = randomPolicy(random);
  return { id, in: { p: random.pick(numbers) }, out: STEP_OUT, yields: ['n', 'm?'], cursor: 0, policy };
}

function readerNode(random: Random, id: string, from: Sources, budget: Budget, depth: number): NodeSpec {
  const { items, numbers, flags } = random.pick(from.streams);
  const own = { items, outer: random.pick(numbers), flag: random.pick(flags) };
  const when = random.chance(0.15) ? { when: random.pick(flags) } : {};
  const buffer = 1 + random.below(5);
  const concurrency = 1 + random.below(4);
  const order = concurrency === 1 && random.chance(0.5) ? { ordered: false } : {};
  const made = { kind: 'items', yields: ['n', 'm?'], buffer, concurrency, ...order } as const;
  if (depth > 2 || random.chance(0.4)) {
    const onStreamFailure = random.pick(['skip', 'keep'] as const);
    const body = { in: OF_STREAM.inputs, nodes: [], out: { y: '$in.n', 'm?': '$in.m' } };
    const scoped = { kind: 'item', onFailure: 'continue', body, from: { ...made, onStreamFailure } } as const;
    return { id, ...when, in: own, scoped };
  }
  const body = randomBody(random, OF_STREAM, budget, depth);
  const onFailure = random.pick(['stop', 'continue'] as const);
  return { id, ...when, in: own, scoped: { kind: 'item', onFailure, body, from: made } };
}

type Scoped = Required<Pick<NodeSpec, 'in' | 'scoped'>>;
type ScopedMaker = (random: Random, from: Sources, budget: Budget, depth: number) => Scoped;

const fedNode: ScopedMaker = (random, from, budget, depth) => {
  const body = randomBody(random, FROM_OUTSIDE, budget, depth);
  const onFailure = random.pick(['stop', 'continue'] as const);
  const kind = random.pick(['item', 'iteration'] as const);
  return { in: { outer: random.pick(from.numbers) }, scoped: { kind, onFailure, body } };
};

const eachNode: ScopedMaker = (random, from, budget, depth) => {
  const body = randomBody(random, OF_LIST, budget, depth);
  const onFailure = random.pick(['stop', 'continue'] as const);
  // What ends first is known only where one is done after another.
  const concurrency = 1 + random.below(4);
  const order = concurrency === 1 && random.chance(0.5) ? { ordered: false } : {};
  const own = { items: randomList(random, from), outer: random.pick(from.numbers), flag: random.pick(from.flags) };
  return { in: own, scoped: { kind: 'item', onFailure, body, from: { kind: 'list', concurrency, ...order } } };
};

function randomList(random: Random, { numbers, lists }: Sources): string | PlanFormSpec {
  const number = (): string => random.pick(numbers);
  const list = (): string | PlanFormSpec => (lists.length > 0 ? random.pick(lists) : { list: [number(), number()] });
  switch (random.below(8)) {
    case 0:
      return { list: [number(), number(), number()] };
    case 1:
      return { flat: { list: [list(), list()] } };
    case 2:
      return { flat: list() };
    case 3:
      return { value: random.pick([[], [1, 2, 3], [[1], [2, 3]], 7]) };
    case 4:
      return number();
    default:
      return list();
  }
}

const loopNode: ScopedMaker = (random, from, budget, depth) => {
  const body = randomBody(random, OF_LOOP, budget, depth);
  const inner = body.nodes.filter(({ out }) => out).map(({ id }) => `${id}.b`);
  const until = random.chance(0.7) && { until: random.pick([...inner, '$in.flag', '$in.iteration']) };
  const own = {
    y: random.pick(from.numbers),
    z: random.pick(from.numbers),
    outer: random.pick(from.numbers),
    flag: random.pick(from.flags),
  };
  const onLimit = random.pick(['fail', 'stop'] as const);
  const scoped = { body, from: { kind: 'loop', max: 1 + random.below(4), onLimit, ...until } } as const;
  return { in: own, scoped: { ...scoped, kind: 'iteration', onFailure: 'stop' } };
};

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
