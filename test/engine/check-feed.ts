import type { Command, HookEvent } from '../../src/engine/command.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Failure } from '../../src/engine/failure.js';
import type { FedResult } from '../../src/engine/fed.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import { fedPlan } from '../../src/plan/fed.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import type { Value } from '../../src/value/value.js';
import { buildPlan, type NodeSpec, type PlanSpec } from './build-plan.js';
import { equal, jsonOf } from './check-run.js';
import { createRandom, type Random } from './random.js';
import { randomSpec } from './random-spec.js';
import { expectedOf } from './reference.js';
import { check, simulate, type Call, type EngineModule, type Untimed } from './simulate.js';
import { createWorld, FAILING, seenAs, type World } from './world.js';

/** What a runner was given: what it must have done follows from it. */
interface Fed {
  readonly id: string;
  readonly n: number;
  readonly flag: boolean | null;
}
/** Counts as if it were long, so that a few results make a part. */
const heavy = (n: number): Value => ({ size: 5000, inline: n });

const HOOKS = { input: 'h', completed: 'h', failed: 'h', idle: 'h', stop: 'h' };

/**
 * A runner of a random graph, fed at random moments, disturbed, stopped and resumed: each input comes to what the graph
 * alone comes to with it, once. Throws where it does not.
 */
export function checkFeed(module: EngineModule, seed: number): void {
  const random = createRandom(seed);
  const spec = { ...smallSpec(random), onFailure: 'continue' as const };
  const plan = buildPlan(spec);
  const world = createWorld(seed);
  const most = 1 + random.below(random.chance(0.2) ? 20 : 6);
  const interventions = random.chance(0.4) ? overridesIn(random, spec, most) : [];
  const options = optionsOf(random, spec);
  const isEarly = (sent: SentIntervention): boolean => !sent.at.startsWith('$[') || random.chance(0.5);
  const early = interventions.filter(isEarly);
  const feeder = new Feeder(
    random,
    most,
    interventions.filter(sent => !early.includes(sent)),
  );
  const books = new Books(options);
  const run = simulate(module, fedPlan(plan), options, world, random, {
    inputs: {},
    interventions: early,
    disturbed: 0.1,
    twins: random.pick([0, 0.3, 1]),
    meddle: (engine, send) => feeder.meddle(engine, send),
    observe: (event, commands, engine) => books.enter(event, commands, engine),
    answerCall: call => books.answer(call, random),
    betweenLinks: (engine, send) => feeder.between(engine, send),
  });
  if (run.wasCancelled) return;
  const results = books.results(run.engine);
  equal(
    results.map(({ seq }) => seq).toSorted((a, b) => a - b),
    [...feeder.taken.keys()],
    'inputs with a result',
  );
  check(run.engine.feed?.accepted === feeder.taken.length, 'inputs that count as accepted');
  const applied = run.engine.interventions().filter(({ outcome, withdrawn }) => outcome === 'applied' && !withdrawn);
  for (const result of results) {
    const own = [...ofInput(applied, undefined), ...ofInput(applied, result.seq)];
    checkAlone(module, { spec, options, world, own, fed: feeder.taken[result.seq] as Fed }, result);
  }
}

interface Alone {
  readonly spec: PlanSpec;
  readonly options: RunOptions;
  readonly world: World;
  readonly own: readonly SentIntervention[];
  readonly fed: Fed;
}

/** Holds what came of an input against a run of its own, and against the reference where nothing was overridden. */
function checkAlone(module: EngineModule, { spec, world, own, fed }: Alone, result: FedResult): void {
  const before = `$[${result.seq}]/`;
  const there: World = {
    ...world,
    failures: at => world.failures(before + at),
    notHere: () => 0,
    outputs: (at, inputs, ports) => world.outputs(before + at, inputs, ports),
    count: at => world.count(before + at),
    item: at => world.item(before + at),
  };
  const inputs = { '$in.n': fed.n, ...(fed.flag !== null && { '$in.flag': fed.flag }) };
  const expected = expectedOf(spec, there, inputs);
  const plan = buildPlan({ ...spec, in: spec.in?.map(name => (name === 'flag' ? 'flag?' : name)) ?? [] });
  const outside = { inputs, interventions: own, twins: 0, disturbed: 0 };
  const alone = simulate(module, plan, {}, there, createRandom(result.seq), outside);
  const what = `input ${result.seq}`;
  equal(seen(result.outputs), seen(alone.finish.outputs), `outputs of ${what}`);
  const facts = [...alone.engine.nodes()].filter(({ outputs }) => Object.keys(outputs).length > 0);
  const got = Object.entries(result.facts).map(([id, outputs]) => [id, seen(outputs)]);
  equal(
    got.toSorted(byId),
    facts.map(({ address, outputs }) => [address, seen(outputs)]).toSorted(byId),
    `facts of ${what}`,
  );
  // Of two values of one node that can't be had, it is chance which one is heard of first.
  const place = ({ address = '' }: Failure): string => address.replace(before, '').replace(/\.\w+$/, '');
  const failed = (result.failures ?? []).map(place).toSorted();
  const failing = alone.finish.failures.map(place).toSorted();
  const isFailed = failing.length > 0 || alone.finish.status === 'failed';
  check((result.failed === true) === isFailed, `${what} counts as failed`);
  if (!expected.stops) equal(failed, failing, `failures of ${what}`);
  if (own.length > 0) return;
  equal(jsonOf(result.outputs), expected.outputs, `outputs of ${what}, by the reference`);
  if (!expected.stops) equal(failed, [...expected.failing].toSorted(), `failures of ${what}, by the reference`);
}

const seen = (outputs: Readonly<Record<string, Value>>): Record<string, Json> =>
  Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, seenAs(value)]));
const byId = ([a]: readonly unknown[], [b]: readonly unknown[]): number => (String(a) < String(b) ? -1 : 1);

const ofInput = (sent: readonly SentIntervention[], seq: number | undefined): SentIntervention[] =>
  sent
    .filter(({ at }) => (seq === undefined ? !at.startsWith('$[') : at.startsWith(`$[${seq}]/`)))
    .map(({ id, kind, at, value, resolve }) => {
      const own = { id, kind, at: at.replace(/^\$\[\d+\]\//, '') };
      return { ...own, ...(value && { value }), ...(resolve && { resolve }) };
    });

/** Fewer nodes than in a single run: there are many runs of it. */
function smallSpec(random: Random): PlanSpec {
  for (;;) {
    const spec = randomSpec(random);
    if (spec.nodes.length <= 12) return spec;
  }
}

function optionsOf(random: Random, spec: PlanSpec): RunOptions {
  const { id } = random.pick(spec.nodes);
  return {
    ...(random.chance(0.5) && { concurrency: 1 + random.below(4) }),
    ...(random.chance(0.7) && {
      checkpoint: random.pick(['every_cycle', 'on_complete', 'manual', { every_n: 1 + random.below(4) }] as const),
    }),
    ...(random.chance(0.6) && { hooks: HOOKS }),
    ...(random.chance(0.3) && { breakpoints: [random.chance(0.5) ? { before: id } : { after: id }] }),
    cancelGrace: random.pick([0, 20, 15_000]),
  };
}

/** For every input, or for one. */
function overridesIn(random: Random, { nodes }: PlanSpec, most: number): SentIntervention[] {
  const steps = nodes.filter(({ out = [] }) => out.length > 0);
  if (steps.length === 0) return [];
  return Array.from({ length: 1 + random.below(4) }, (_, k) => {
    const step = random.pick(steps);
    const at = `${random.chance(0.5) ? '' : `$[${random.below(most)}]/`}${placeIn(random, step)}`;
    const given = random.chance(0.7)
      ? { value: at.endsWith('.b') ? literal(random.chance(0.5)) : heavy(2000 + k) }
      : { resolve: { name: random.chance(0.3) ? FAILING : 'r', args: { v: at.endsWith('.b') ? true : 3000 + k } } };
    return { id: `i${k}`, at, kind: 'override', ...given };
  });
}

function placeIn(random: Random, { id, in: ports = {}, out = [] }: NodeSpec): string {
  const names = Object.keys(ports);
  return names.length > 0 && random.chance(0.4)
    ? `${id}/$in.${random.pick(names).replace('?', '')}`
    : `${id}.${random.pick(out)}`;
}

/** Sends inputs, stops the runner now and then, and ends it when it has done all. */
class Feeder {
  readonly taken: Fed[] = [];
  private readonly byId = new Map<string, number>();
  private stops = 0;

  constructor(
    private readonly random: Random,
    private readonly most: number,
    /** Each at one input, which has not come yet when it is sent. */
    private readonly late: SentIntervention[],
  ) {}

  meddle(engine: Engine, send: (event: Untimed) => void): void {
    const { random } = this;
    const isDone = this.taken.length === this.most && engine.feed?.ended === this.most;
    if (isDone) return send({ kind: 'stopping', persist: false });
    if (random.chance(0.08) && this.stops < 4) {
      this.stops += 1;
      return send({ kind: 'stopping', persist: true });
    }
    const sent = random.chance(0.3) ? this.late.pop() : undefined;
    const seq = Number(/\d+/.exec(sent?.at ?? '')?.[0]);
    if (sent && seq >= this.taken.length) send({ kind: 'intervened', intervention: sent });
    else this.feed(engine, send);
  }

  between(engine: Engine, send: (event: Untimed) => void): void {
    for (let k = this.random.below(3); k > 0; k -= 1) this.feed(engine, send);
    if (this.random.chance(0.1)) send({ kind: 'stopping', persist: true });
    if (this.random.chance(0.1)) send({ kind: 'paused' });
  }

  private feed(engine: Engine, send: (event: Untimed) => void): void {
    const { random, taken } = this;
    const isRepeat = taken.length > 0 && random.chance(0.2);
    if (!isRepeat && taken.length === this.most) return;
    const id = isRepeat ? random.pick(taken).id : `in-${taken.length}`;
    const fed = { id, n: random.below(100), flag: random.pick([true, false, true, null]) };
    const values = [heavy(fed.n), fed.flag === null ? null : literal(fed.flag)];
    const isRefused = engine.feedRefusal({ kind: 'fed', id, values }) !== undefined;
    // As an update it is told so, as a signal it is taken all the same: who resumes has it.
    if (isRefused && random.chance(0.5)) return;
    send({ kind: 'fed', id, values });
    const isTaken = !isRepeat && engine.fedSeq(id) !== undefined;
    check(isTaken || isRepeat || engine.snapshot().ending !== null, `${id} is not taken`);
    if (isTaken) this.byId.set(id, taken.push(fed) - 1);
    for (const one of isTaken ? [id] : []) check(engine.fedSeq(one) === this.byId.get(one), `number of ${one}`);
  }
}

/** What a runner has told its driver: parts that are in the store, checkpoints, hooks. */
class Books {
  private readonly parts = new Map<
    string,
    { readonly before: string | null; readonly results: readonly FedResult[] }
  >();
  private readonly told = new Map<string, number>();
  private readonly lost = new Set<number>();
  private readonly every: number;
  private cycles = 0;
  private cycleCheckpoints = 0;
  /** How many times more idle was saved than told. */
  private idles = 0;
  private lastIdle = -1;

  constructor(private readonly options: RunOptions) {
    const { checkpoint } = options;
    this.every = checkpoint === 'every_cycle' ? 1 : typeof checkpoint === 'object' ? checkpoint.every_n : Infinity;
  }

  enter(event: Untimed, commands: readonly Command[], engine: Engine): void {
    const isStopping = (): boolean => engine.snapshot().stopping !== undefined;
    const has = (kind: Command['kind']): boolean => commands.some(command => command.kind === kind);
    if (has('execute')) check(!isStopping(), 'a step starts while the run is being stopped');
    if (event.kind === 'failed' && this.lost.has(event.exec)) {
      check(has('keep') || isStopping(), 'a part that was lost is kept again');
    }
    for (const command of commands) if (command.kind === 'hook') this.hear(command.event, engine);
    const saved = commands.flatMap(command => (command.kind === 'checkpoint' ? [command.reason] : []));
    const count = (reason: string): number => saved.filter(one => one === reason).length;
    if (engine.changed().some(({ status }) => status === 'completed')) this.cycles += 1;
    this.cycleCheckpoints += count('cycle');
    check(this.cycleCheckpoints === Math.floor(this.cycles / this.every), `${this.cycles} cycles, ${saved.join()}`);
    const idles = commands.filter(command => command.kind === 'hook' && command.event.kind === 'idle').length;
    const { checkpoint, hooks } = this.options;
    if (hooks && checkpoint !== 'manual') this.idles += count('idle') - idles;
    check(checkpoint !== 'manual' || count('idle') === 0, 'idle is not saved by hand');
  }

  answer(call: Call, random: Random): Untimed {
    const { exec } = call;
    if (call.kind === 'keep' && random.chance(0.7)) {
      const head = `part ${exec}`;
      this.parts.set(head, call);
      // It is in the store, and nobody hears of it.
      if (random.chance(0.8)) return { kind: 'kept', exec, head };
    }
    if (call.kind === 'keep') this.lost.add(exec);
    if (call.kind === 'keep' || random.chance(0.2)) {
      return { kind: 'failed', exec, error: { code: 'boom', message: 'the store is away' } };
    }
    return { kind: 'called', exec };
  }

  results({ feed }: Engine): FedResult[] {
    const all = [...(feed?.done ?? [])];
    let head = feed?.head ?? null;
    while (head !== null) {
      const part = this.parts.get(head);
      check(part !== undefined, `part ${head} is in the store`);
      all.unshift(...(part?.results ?? []));
      head = part?.before ?? null;
    }
    check(all.length === feed?.ended, 'results in parts and done are those that ended');
    check(this.idles === 0, 'idle is saved once when it is told once');
    if (this.options.hooks) check(this.lastIdle === all.length - 1, 'idle is told at the end');
    for (const kind of this.options.hooks ? ['input', 'completed'] : []) {
      for (const { seq } of all) check(this.told.has(`${kind} ${seq}`), `${kind} ${seq} was never told`);
    }
    return all;
  }

  private hear(event: HookEvent, engine: Engine): void {
    if (!('seq' in event)) return;
    const key = `${event.kind} ${event.seq}`;
    this.told.set(key, (this.told.get(key) ?? 0) + 1);
    check(this.told.get(key) === 1, `${key} was told twice`);
    if (event.kind !== 'idle') return;
    check(event.seq > this.lastIdle, `idle at ${event.seq} after ${this.lastIdle}`);
    this.lastIdle = event.seq;
    // While the run comes to rest for a hand-over it is told later: there may be more by then.
    check(this.lastIdle < (engine.feed?.accepted ?? 0), 'idle tells an input that was taken');
  }
}
