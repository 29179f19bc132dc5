import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import type { InputSpec, NodeSpec, PlanFormSpec, PlanSpec } from '../engine/build-plan.js';
import type { Random } from '../engine/random.js';
import { FAILING } from '../engine/world.js';
import type { Change } from './oracle.js';

/** Ports whose values are booleans: those called so, and nothing else. */
export const isFlag = (address: string): boolean => /(\.b|\.flag)$/.test(address);

type Ref = string | PlanFormSpec;
interface Sources {
  readonly numbers: Ref[];
  readonly flags: string[];
}

/** A flat graph of 1 to 25 nodes with inputs of every kind, conditions, pure steps and ports of nested graphs. */
export function randomGraph(random: Random): PlanSpec {
  const inputs: Record<string, InputSpec> = {};
  const open: Record<string, InputSpec> = {};
  const from: Sources = { numbers: ['$in.n'], flags: ['$in.flag'] };
  const names = ['n', 'flag'];
  const more: readonly [string, InputSpec][] = [
    ['maybe?', {}],
    ['given', { default: 8 }],
    ['later', { awaited: {} }],
    ['timed', { awaited: { deadline: 5 }, default: 6 }],
  ];
  for (const [name, input] of more) {
    if (!random.chance(0.3)) continue;
    names.push(name);
    inputs[name.replace('?', '')] = input;
    from.numbers.push(`$in.${name.replace('?', '')}`);
  }
  const count = random.chance(0.6) ? 1 + random.below(8) : 1 + random.below(25);
  const isPure = random.pick([0, 0.3, 0.8]);
  const nodes = Array.from({ length: count }, (_, k) => randomNode(random, `n${k}`, from, open, isPure));
  const ends = Array.from({ length: random.below(4) }, (_, k) => [
    `r${k}${random.chance(0.7) ? '?' : ''}`,
    randomForm(random, from),
  ]);
  return {
    in: names,
    inputs,
    open,
    nodes,
    out: Object.fromEntries(ends),
    onFailure: random.pick(['stop', 'continue']),
  };
}

function randomNode(
  random: Random,
  id: string,
  from: Sources,
  open: Record<string, InputSpec>,
  pure: number,
): NodeSpec {
  const when = random.chance(0.15) ? { when: random.pick(from.flags) } : {};
  if (random.chance(0.05)) {
    const nap: NodeSpec = { id, ...when, in: { value: random.pick(from.numbers) }, sleep: random.below(20) };
    from.numbers.push(`${id}.value`);
    return nap;
  }
  const ports: [string, Ref][] = [];
  for (let k = random.below(4); k > 0; k -= 1) {
    const port = `p${k}`;
    if (random.chance(0.04)) {
      open[`${id}/$in.${port}`] = random.pick([{}, { awaited: {} }]);
      ports.push([port, `${id}/$in.${port}`]);
    } else ports.push([`${port}${random.chance(0.35) ? '?' : ''}`, randomForm(random, from)]);
  }
  const out = ['y', 'b', 'o?'].slice(0, random.below(4));
  for (const port of out) (port === 'b' ? from.flags : from.numbers).push(`${id}.${port.replace('?', '')}`);
  // Some outputs are seen from outside a nested graph, and some of those pass a guard of it.
  if (out.length > 0 && random.chance(0.25)) {
    const of = random.chance(0.3) ? { when: random.pick(from.flags), of: `${id}.y` } : `${id}.y`;
    from.numbers.push({ port: `g${id}.y`, of });
  }
  const onFailure = random.pick(['fail', 'fail', 'skip', { fallback: { y: { size: 2, inline: 77 } } }] as const);
  const retry = { attempts: 1, backoff: 'none', initial: 1, max: 1, except: [] } as const;
  return { id, ...when, in: Object.fromEntries(ports), out, pure: random.chance(pure), policy: { onFailure, retry } };
}

function randomForm(random: Random, { numbers, flags }: Sources): Ref {
  const part = (): Ref => random.pick(numbers);
  switch (random.below(12)) {
    case 0:
      return { first: [part(), part()] };
    case 1:
      return { list: [part(), part()] };
    case 2:
      return { value: 3 };
    case 3:
      return { when: random.pick(flags), of: part() };
    case 4:
      return { first: [{ when: random.pick(flags), of: part() }, { list: [part()] }] };
    default:
      return part();
  }
}

/** Every address that an intervention may have, by what it is. */
export function addressesOf(spec: PlanSpec): Record<'inputs' | 'outputs' | 'readers' | 'ports' | 'results', string[]> {
  const bare = (port: string): string => port.replace('?', '');
  const open = Object.keys(spec.open ?? {});
  return {
    inputs: [...(spec.in ?? []).map(name => `$in.${bare(name)}`), ...open],
    outputs: spec.nodes.flatMap(({ id, out = [], sleep }) =>
      sleep === undefined ? out.map(port => `${id}.${bare(port)}`) : [`${id}.value`],
    ),
    readers: spec.nodes
      .flatMap(node => Object.keys(node.in ?? {}).map(port => `${node.id}/$in.${bare(port)}`))
      .filter(address => !open.includes(address)),
    ports: [...new Set([...JSON.stringify(spec).matchAll(/"port":"([^"]+)"/g)].map(([, port = '']) => port))],
    results: Object.keys(spec.out ?? {}).map(port => `$out.${bare(port)}`),
  };
}

/** Up to one intervention a port; some graphs have few, some nearly all of their ports taken. */
export function randomChanges(random: Random, spec: PlanSpec, breaks: boolean): readonly Change[] {
  const { inputs, outputs, readers, ports, results } = addressesOf(spec);
  const dense = random.pick([0, 0.1, 0.3, 0.8]);
  const some = (addresses: readonly string[], p: number): readonly string[] => addresses.filter(() => random.chance(p));
  return [
    ...some(inputs, 0.3).map(at => randomChange(random, at, 'input', breaks)),
    ...some([...outputs, ...readers], dense / 20).map(at => randomChange(random, at, 'input', false)),
    ...some(outputs, dense).map(at => randomChange(random, at, random.chance(0.7) ? 'override' : 'operate', breaks)),
    ...some(readers, dense / 3).map(at =>
      randomChange(random, at, random.chance(0.6) ? 'override' : 'operate', breaks),
    ),
    ...some(ports, dense).map(at => randomChange(random, at, 'override', false)),
    ...some(results, dense / 3).map(at => ({ at, kind: 'override', value: random.below(1000) })),
  ].filter(({ at }, k, all) => all.findIndex(other => other.at === at) === k);
}

function randomChange(random: Random, at: string, kind: 'input' | 'override' | 'operate', breaks: boolean): Change {
  const value: Json = isFlag(at) ? random.chance(0.5) : random.below(1000);
  const fails = breaks && random.chance(0.1);
  const lazy = random.chance(0.3) && { resolver: fails ? FAILING : 'find' };
  if (kind !== 'operate') {
    const isStored = !lazy && !isFlag(at) && random.chance(0.2);
    return { at, kind, value: isStored ? `stored ${random.below(10)}` : value, ...lazy };
  }
  const name = fails ? FAILING : random.pick(['add', 'put']);
  return { at, kind: name, value, ...(name === 'put' && { standsIn: true }), ...lazy };
}

/** The same as a run receives it. */
export function sentOf({ at, kind, value, resolver, standsIn }: Change, id: string): SentIntervention {
  const shared = { id, at, kind, ...(standsIn && { shortCircuit: true }) };
  if (resolver !== undefined) return { ...shared, resolve: { name: resolver, args: { v: value } } };
  const digest = typeof value === 'string' ? /^stored (.*)$/.exec(value)?.[1] : undefined;
  return { ...shared, value: digest === undefined ? literal(value) : { digest, size: 5000 } };
}
