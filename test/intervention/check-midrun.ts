import type { Execute } from '../../src/engine/command.js';
import type { NodeState } from '../../src/engine/engine.js';
import type { Json } from '../../src/value/json.js';
import { buildPlan, type BodySpec, type NodeSpec, type PlanFormSpec, type PlanSpec } from '../engine/build-plan.js';
import { equal } from '../engine/check-run.js';
import type { Plan } from '../../src/plan/plan.js';
import { createRandom, hash } from '../engine/random.js';
import { randomSpec } from '../engine/random-spec.js';
import { check, simulate, type EngineModule, type Simulated } from '../engine/simulate.js';
import { createWorld, FAILING, merged, seenAs, type World } from '../engine/world.js';
import { Meddler } from './meddler.js';
import type { Change } from './oracle.js';
import { addressesOf, randomGraph } from './random-case.js';

/** One random run that is meddled with while it goes on. Throws what does not hold. */
export function checkMidrun(module: EngineModule, seed: number): void {
  const random = createRandom(seed);
  const isFlat = random.chance(0.65);
  const spec = isFlat ? randomGraph(random) : randomSpec(random);
  const all = createWorld(seed);
  const world: World = { ...all, ...(random.chance(0.6) && { failures: () => 0 }) };
  const meddler = new Meddler(random, spec, isFlat ? [] : innerAddresses(spec, ''));
  const open = Object.fromEntries(
    Object.keys(spec.open ?? {})
      .filter(at => !spec.open?.[at]?.awaited)
      .map(at => [at, 9]),
  );
  const later = isFlat && spec.inputs?.['later'] && random.chance(0.3) ? { '$in.later': 4 } : {};
  const inputs = { '$in.n': 5, '$in.flag': random.chance(0.7), ...open, ...later };
  const options = { prune: random.chance(0.4), ...(random.chance(0.5) && { concurrency: 1 + random.below(3) }) };
  const executions: Execute[] = [];
  const plan = buildPlan(spec);
  const before = isFlat && knownBefore(module, plan, seed, world, inputs);
  const run = simulate(module, before ? before.plan : plan, options, world, random, {
    inputs,
    ...(before && before.given),
    meddle: (engine, send) => meddler.meddle(engine, send),
    observe(event, commands, engine) {
      meddler.observe(event, commands, engine);
      executions.push(...commands.filter(command => command.kind === 'execute'));
    },
  });
  meddler.checkEnd(run.engine);
  checkGenerations(executions, world);
  if (isFlat && run.finish.status === 'completed') new End(spec, inputs, world, meddler, run).check();
}

/**
 * In half of the flat runs some nodes need not be executed: it is known from the start how they end, or the cache says so
 * when it is asked, at times too late. What they are known to give is what they gave in a run that nobody meddled with.
 */
function knownBefore(
  module: EngineModule,
  plan: Plan,
  seed: number,
  world: World,
  inputs: Readonly<Record<string, Json>>,
) {
  const random = createRandom(hash(seed, 'known'));
  if (random.chance(0.5)) return undefined;
  const { engine } = simulate(module, plan, {}, world, random, { inputs, twins: 0, disturbed: 0 });
  const ended = [...engine.nodes()].filter(({ status }) => status === 'completed' && random.chance(0.8));
  const known = ended.map(({ address: at, outputs }) => ({ at, outputs, from: { run: 'before', at } }));
  const cached = { ...plan, contracts: plan.contracts.map(contract => ({ ...contract, cache: {} })) };
  return random.chance(0.5) ? { plan, given: { known } } : { plan: cached, given: { cached: known } };
}

/** Addresses inside bodies: of all items, and of one. */
function innerAddresses({ nodes }: BodySpec, prefix: string): readonly string[] {
  return nodes.flatMap(({ id, scoped }): readonly string[] => {
    if (!scoped) return [];
    const one = scoped.kind === 'item' ? `${id}[1]` : `${id}@1`;
    return [`${prefix}${id}/`, `${prefix}${one}/`].flatMap(inside => [
      ...scoped.body.nodes.flatMap(node => (node.out ?? []).map(port => `${inside}${node.id}.${port}`)),
      ...innerAddresses(scoped.body, inside),
    ]);
  });
}

/** A generation is executed once, but where no worker had the step. */
function checkGenerations(executions: readonly Execute[], { notHere }: World): void {
  const last = new Map<string, number>();
  for (const { address, generation } of executions) {
    const isNew = generation > (last.get(address) ?? 0);
    check(isNew || (notHere(address) > 0 && generation === last.get(address)), `${address}#${generation} comes twice`);
    last.set(address, generation);
  }
}

/** A run that has completed: each node's last execution read what its sources have in the end, and gave what it then has. */
class End {
  private readonly nodes: ReadonlyMap<string, NodeState>;

  constructor(
    private readonly spec: PlanSpec,
    private readonly inputs: Readonly<Record<string, Json>>,
    private readonly world: World,
    private readonly meddler: Meddler,
    private readonly run: Simulated,
  ) {
    this.nodes = new Map([...run.engine.nodes()].map(node => [node.address, node]));
  }

  check(): void {
    this.checkFailures();
    for (const node of this.spec.nodes) {
      const status = this.nodes.get(node.id)?.status;
      if (status === 'short-circuited') this.checkOutputs(node, {});
      if (status === 'cached' && node.sleep === undefined) {
        this.checkOutputs(node, this.world.outputs(node.id, this.expectedInputs(node), []));
      }
      if (status !== 'completed' || node.sleep !== undefined) continue;
      const seen = this.run.executions.findLast(({ address }) => address === node.id)?.inputs ?? {};
      const got = Object.fromEntries(Object.entries(seen).map(([port, value]) => [port, seenAs(value)]));
      equal(got, this.expectedInputs(node), `last inputs of ${node.id}`);
      this.checkOutputs(node, this.world.outputs(node.id, got, []));
    }
  }

  /** One for each node that has failed, and of nodes none for those that were done again. */
  private checkFailures(): void {
    const { inputs } = addressesOf(this.spec);
    const left = this.run.finish.failures.filter(({ address = '' }) => !inputs.includes(address));
    const failed = [...this.nodes.values()].filter(({ status }) => status === 'failed');
    equal(left.length, failed.length, 'failures in the end');
  }

  private checkOutputs({ id, out = [], sleep }: NodeSpec, computed: Readonly<Record<string, Json>>): void {
    for (const port of sleep === undefined ? out.map(bare) : ['value']) {
      const change = this.meddler.top(`${id}.${port}`);
      const value = this.nodes.get(id)?.outputs[port];
      if (change?.resolver !== undefined && value === undefined) continue;
      const expected = change ? given(change, computed[port]) : computed[port];
      equal(value && seenAs(value), expected, `${id}.${port} in the end`);
    }
  }

  private expectedInputs({ id, in: ports = {} }: NodeSpec): Record<string, Json> {
    const open = this.spec.open ?? {};
    const entries = Object.entries(ports).map(([port, form]) => {
      const change = open[`${id}/$in.${bare(port)}`] ? undefined : this.meddler.top(`${id}/$in.${bare(port)}`);
      const inner = this.valueOf(form);
      return [bare(port), change && isEffective(change, form) ? given(change, inner) : inner] as const;
    });
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  }

  private valueOf(form: string | PlanFormSpec): Json | undefined {
    if (typeof form === 'string') return this.valueAt(form);
    if ('value' in form) return form.value;
    if ('first' in form) return form.first.map(part => this.valueOf(part)).find(value => value !== undefined);
    if ('list' in form) return form.list.map(part => this.valueOf(part)).filter(value => value !== undefined);
    if ('when' in form) return this.valueAt(form.when) === true ? this.valueOf(form.of) : undefined;
    if ('port' in form) return this.meddler.top(form.port)?.value ?? this.valueOf(form.of);
    return undefined;
  }

  private valueAt(address: string): Json | undefined {
    const [id = '', port = ''] = address.split('.');
    const node = this.nodes.get(id);
    if (node) return node.outputs[port] && seenAs(node.outputs[port]);
    const more = this.spec.inputs?.[port] ?? this.spec.open?.[address];
    const change = this.meddler.top(address);
    if (this.inputs[address] !== undefined || !change) return this.inputs[address] ?? more?.default;
    return change.resolver === FAILING ? undefined : change.value;
  }
}

const bare = (port: string): string => port.replace('?', '');
const isEffective = ({ kind }: Change, form: string | PlanFormSpec): boolean =>
  kind !== 'input' || (typeof form === 'object' && 'value' in form);
const given = (change: Change, inner: Json | undefined): Json | undefined =>
  change.kind === 'override' || change.kind === 'input'
    ? change.value
    : merged(change.kind, inner ?? null, change.value);
