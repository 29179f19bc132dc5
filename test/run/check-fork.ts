import type { forkOf as ForkOf, ForkChange } from '../../src/run/fork.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { RunSource } from '../../src/run/source.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan, type PlanSpec } from '../engine/build-plan.js';
import { equal } from '../engine/check-run.js';
import { createRandom, type Random } from '../engine/random.js';
import { check, simulate, type EngineModule, type Simulated } from '../engine/simulate.js';
import { createWorld, seenAs, type World } from '../engine/world.js';
import { addressesOf, isFlag, randomChanges, randomGraph, sentOf } from '../intervention/random-case.js';
import { reachable } from './reachable.js';
import { sourceOf } from './source-of.js';

/** Engine and fork under test: the real ones, or ones with a bug planted in them. */
export interface ForkModule extends EngineModule {
  readonly forkOf: typeof ForkOf;
}

type Inputs = Readonly<Record<string, Json>>;
interface Change {
  readonly inputs: Inputs;
  readonly interventions: readonly SentIntervention[];
  readonly from: readonly string[];
}

/**
 * One random run, forked with one change: exactly what follows from that, and what did not complete, is executed; the rest
 * is as it was; and it comes to what a run from nothing comes to. Throws what does not hold.
 */
export function checkFork(module: ForkModule, seed: number, fails: boolean): void {
  const random = createRandom(seed);
  const spec = randomGraph(random);
  const plan = buildPlan(spec);
  const mended: World = { ...createWorld(seed), notHere: () => 0, failures: () => 0 };
  const world: World = fails ? { ...mended, failures: createWorld(seed).failures } : mended;
  const interventions = randomChanges(random, spec, false).map((each, k) => sentOf(each, `start-${k}`));
  const inputs = randomInputs(random, spec);
  const options = { prune: random.chance(0.3), ...(random.chance(0.3) && { concurrency: 2 }) };
  const first = simulate(module, plan, options, world, random, { inputs, interventions, twins: 0, disturbed: 0.05 });
  const values = valuesOf(inputs);
  const source = sourceOf(first.engine, values);
  const text = JSON.stringify(source);
  const change = fails && random.chance(0.5) ? NOTHING : randomChange(random, spec, interventions);
  const asked: ForkChange = { ...change, inputs: valuesOf(change.inputs) };
  const fork = module.forkOf(source, asked);
  equal(JSON.stringify(source), text, 'the record of the source');

  const forked = simulate(module, plan, options, mended, random, {
    inputs: Object.fromEntries(Object.entries(fork.inputs).map(([at, value]) => [at, seenAs(value)])),
    interventions: fork.interventions,
    known: fork.known,
    twins: 0.3,
    disturbed: 0.05,
  });
  if (forked.wasCancelled && forked.finish.status === 'cancelled') return;
  checkExecuted(spec, source, change, forked);
  checkAsked(source, change, forked);
  if (fails || first.wasCancelled) return;
  const isReplaced = (at: string): boolean => change.interventions.some(each => each.at === at) || at in change.inputs;
  const anew = simulate(module, plan, options, mended, random, {
    inputs: without({ ...inputs, ...change.inputs }, change.interventions),
    interventions: [...interventions.filter(({ at }) => !isReplaced(at)), ...change.interventions],
    twins: 0,
    disturbed: 0,
  });
  const resolved = interventions.filter(({ resolve }) => resolve !== undefined).map(({ at }) => at);
  checkSame(forked, anew, new Set(resolved));
}

const NOTHING: Change = { inputs: {}, interventions: [], from: [] };

function randomInputs(random: Random, spec: PlanSpec): Inputs {
  const more = [...Object.keys(spec.inputs ?? {}).map(name => `$in.${name}`), ...Object.keys(spec.open ?? {})];
  const given = Object.fromEntries(more.filter(() => random.chance(0.7)).map(at => [at, 9]));
  return { '$in.n': 5, '$in.flag': random.chance(0.7), ...given };
}

/** One leaf: an input, a node or a port that counts as changed, an override. */
function randomChange(random: Random, spec: PlanSpec, known: readonly SentIntervention[]): Change {
  const { outputs, readers, ports } = addressesOf(spec);
  const port = (addresses: readonly string[]): string | undefined =>
    addresses.length > 0 ? random.pick(addresses) : undefined;
  switch (random.below(5)) {
    case 4:
      return { ...NOTHING, interventions: [sentOf({ at: '$in.n', kind: 'input', value: 8 }, 'start-0')] };
    case 0:
      return { ...NOTHING, inputs: random.chance(0.5) ? { '$in.n': 6 } : { '$in.flag': random.chance(0.5) } };
    case 1:
      return { ...NOTHING, from: [random.pick(spec.nodes).id] };
    case 2:
      return { ...NOTHING, from: [port([...outputs, ...readers, ...ports]) ?? '$in.n'] };
    default: {
      const again = outputs.filter(each => known.some(({ at, kind }) => at === each && kind !== 'input'));
      const at = port(random.pick([ports, again, again, [...outputs, ...readers]]));
      if (at === undefined) return { ...NOTHING, inputs: { '$in.n': 7 } };
      const value: Json = isFlag(at) ? random.chance(0.5) : random.below(1000);
      const isForm = ports.includes(at);
      const kind = isForm ? 'override' : random.pick(['override', 'override', 'add', 'put']);
      const standsIn = kind === 'put' && { standsIn: true };
      return { ...NOTHING, interventions: [sentOf({ at, kind, value, ...standsIn }, 'start-0')] };
    }
  }
}

const valuesOf = (inputs: Inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([at, json]) => [at, literal(json)]));

function without(inputs: Inputs, interventions: readonly SentIntervention[]): Inputs {
  const taken = new Set(interventions.filter(({ kind }) => kind === 'input').map(({ at }) => at));
  return Object.fromEntries(Object.entries(inputs).filter(([at]) => !taken.has(at)));
}

const COMPLETED: readonly unknown[] = ['completed', 'cached'];
const UNDONE: readonly unknown[] = ['failed', 'cancelled', 'running', 'queued', 'waiting'];

function checkExecuted(spec: PlanSpec, source: RunSource, change: Change, { engine, executed }: Simulated): void {
  const before = new Map(source.nodes.map(({ address, status }) => [address, status]));
  const undone = [...before].flatMap(([address, status]) => (UNDONE.includes(status) ? [address] : []));
  const named = change.from.filter(at => before.has(at));
  const ports = [...change.from.filter(at => !before.has(at)), ...change.interventions.map(({ at }) => at)];
  const dirty = reachable(spec, [...undone, ...named], [...ports, ...Object.keys(change.inputs)]);
  for (const address of executed.keys()) {
    const isNew = !COMPLETED.includes(before.get(address));
    check(dirty.has(address) || isNew, `${address} was executed, and follows from nothing that changed`);
  }
  for (const { address, status } of engine.nodes()) {
    check(status !== 'cached' || !dirty.has(address), `${address} follows from what changed, and was not executed`);
    const isKept = COMPLETED.includes(before.get(address)) && !dirty.has(address);
    if (isKept && status !== 'cancelled') check(status !== 'completed', `${address} was executed again`);
  }
}

/** Nobody is asked again for what was given then, and nothing waited for that came. */
function checkAsked(source: RunSource, { interventions }: Change, { supplies, waitedFor, engine }: Simulated): void {
  const isGiven = (node: string): boolean => interventions.some(({ at }) => at.startsWith(`${node}.`));
  const status = new Map([...engine.nodes()].map(node => [node.address, node.status]));
  const were = new Map(source.nodes.map(node => [node.address, node]));
  for (const { address, kind } of supplies) {
    const [node = '', port = ''] = address.replace(/!.*/, '').split('.');
    const was = were.get(node)?.outputs[port];
    const isKept = status.get(node) === 'cached' || status.get(node) === 'short-circuited';
    check(!was || !isKept || isGiven(node), `${address}: a ${kind} is asked again`);
  }
  const given = new Set(interventions.map(({ at }) => at));
  for (const at of waitedFor) check(!source.settled[at] || given.has(at), `${at} is waited for again`);
}

/** It comes to what a run from nothing comes to, but for resolvers that had been called and would not be again. */
function checkSame(forked: Simulated, anew: Simulated, resolved: ReadonlySet<string>): void {
  equal(forked.finish.status, anew.finish.status, `status (${forked.finish.error?.message})`);
  equal(seen(forked.finish.outputs), seen(anew.finish.outputs), 'outputs');
  const others = new Map([...anew.engine.nodes()].map(node => [node.address, node]));
  for (const { address, status, outputs } of forked.engine.nodes()) {
    const other = others.get(address);
    equal(status === 'cached' ? 'completed' : status, other?.status, `status of ${address}`);
    const isSpare = (port: string): boolean => !other?.outputs[port] && resolved.has(`${address}.${port}`);
    const own = Object.fromEntries(Object.entries(outputs).filter(([port]) => !isSpare(port)));
    equal(seen(own), seen(other?.outputs ?? {}), `outputs of ${address}`);
  }
}

const seen = (values: Simulated['finish']['outputs']) =>
  Object.fromEntries(Object.entries(values).map(([port, value]) => [port, seenAs(value)]));
