import type { Command, Execute, Finish, Gather, Merge, Resolve } from '../../src/engine/command.js';
import type { Engine } from '../../src/engine/engine.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { Snapshot } from '../../src/engine/snapshot.js';
import { FEED } from '../../src/plan/fed.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import type { Call, EngineModule, Outside, Simulated, Untimed } from './outside.js';
import { check, same } from './difference.js';
import { limitsHold } from './limits-hold.js';
import { hash, type Random } from './random.js';
import { openedFromOutside, scopesHold } from './scopes-hold.js';
import { outputsOf, playStream, type StreamFlight } from './play-stream.js';
import { Slices } from './slices.js';
import { streamsHold } from './streams-hold.js';
import { suppliedBy, type World } from './world.js';

export { check, Difference } from './difference.js';
export type { Call, EngineModule, Outside, Simulated, Untimed } from './outside.js';

/** What a hand-built plan is given, by address. */
export const INPUTS: Readonly<Record<string, Json>> = { '$in.n': 5, '$in.flag': true };

/** More turns than the largest plan needs: it is stuck. */
const MOST_TURNS = 5000;

/** What comes for an input port that the run waits for. */
export const suppliedInput = (address: string): Json => hash(1, address) % 1000;

/**
 * Runs a plan to its end with events in a random order, and checks after each of them what must always hold. Throws what
 * does not.
 */
export function simulate(
  module: EngineModule,
  plan: Plan,
  options: RunOptions,
  world: World,
  random: Random,
  { inputs = INPUTS, interventions = [], known, cached, twins = 1, disturbed = 0.15, ...outside }: Outside = {},
): Simulated {
  const { meddle, observe, answerCall, betweenLinks } = outside;
  let engine = module.createEngine(plan, options, interventions);
  let now = 1_000_000;
  let paused = false;
  let held = false;
  let wasCancelled = false;
  let finish: Finish | undefined;
  const flying = new Map<number, { readonly command: Execute; attempt: number; closing: boolean }>();
  const asked = new Map<number, Resolve | Merge>();
  const supplies: (Resolve | Merge)[] = [];
  const looking = new Set<number>();
  const slices = new Slices();
  const timers = new Map<number, number>();
  const given = new Set<number>();
  const executed = new Map<string, number>();
  const executions: Execute[] = [];
  const away = new Map<string, number>();
  let fed = new Map<string, number>();
  const calls = new Map<number, Call | Gather>();
  /** What a runner that is stopped is resumed from: its last checkpoint since then. */
  let saved: { readonly snapshot: string; readonly fed: ReadonlyMap<string, number> } | undefined;

  const send = (event: Untimed): void => {
    if (random.chance(0.5)) now += random.below(20);
    const full = { ...event, at: now };
    // After every event a restored engine must be the same machine: it is given the next one as well [R2].
    const twin =
      random.chance(twins) && module.restoreEngine(plan, JSON.parse(JSON.stringify(engine.snapshot())) as Snapshot);
    const wasHeld = engine.holds.length > 0 && event.kind !== 'released' && event.kind !== 'resumed';
    const commands = engine.apply(full);
    held = wasHeld && engine.holds.length > 0;
    if (twin) {
      same(twin.apply(full), commands, 'commands of a restored engine');
      same(twin.snapshot(), engine.snapshot(), 'snapshot of a restored engine');
      if (random.chance(0.2)) engine = twin;
    }
    observe?.(event, commands, engine);
    for (const command of commands) perform(command);
    limitsHold(
      plan,
      options,
      Array.from(flying.values(), ({ command }) => command),
    );
    scopesHold(plan, engine);
    streamsHold(plan, engine);
  };

  const perform = (command: Command): void => {
    check(!finish, 'a command after the end');
    if ('exec' in command && command.kind !== 'cancel') {
      const isAgain = given.has(command.exec) && (command.kind === 'resolve' || command.kind === 'merge');
      check(isAgain ? !asked.has(command.exec) : !given.has(command.exec), `exec ${command.exec} twice`);
      given.add(command.exec);
    }
    switch (command.kind) {
      case 'execute':
        check(!paused && !held, `${command.address} started while paused`);
        check(
          ![...flying.values()].some(f => !f.closing && f.command.address === command.address),
          `${command.address} twice at once`,
        );
        executed.set(command.address, Math.max(executed.get(command.address) ?? 0, command.generation));
        executions.push(command);
        flying.set(command.exec, { command, attempt: 1, closing: false });
        return;
      case 'timer':
        check(!timers.has(command.timer), `timer ${command.timer} twice`);
        timers.set(command.timer, command.at);
        return;
      case 'cancel': {
        if ('timer' in command) timers.delete(command.timer);
        const flight = 'exec' in command ? flying.get(command.exec) : undefined;
        if (flight) flight.closing = true;
        if ('exec' in command) for (const some of [asked, looking, slices]) some.delete(command.exec);
        return;
      }
      case 'lookUp':
        looking.add(command.exec);
        return;
      case 'resolve':
      case 'merge':
        asked.set(command.exec, command);
        supplies.push(command);
        return;
      case 'handOver':
        check(flying.size === 0, 'handed over with something in flight');
        askBetween();
        return goOn();
      case 'finish':
        if (command.stopped && saved) return goOn();
        finish = command;
        return;
      case 'checkpoint':
        check(!saved || command.reason === 'stop', 'a checkpoint after the last one');
        if (command.reason === 'stop') saved = { snapshot: JSON.stringify(engine.snapshot()), fed: new Map(fed) };
        calls.set(command.exec, command);
        return;
      case 'keep':
      case 'hook':
      case 'gather':
        calls.set(command.exec, command);
        return;
      case 'slice':
        check(!paused && !held, `${command.address} asked for while paused`);
        return slices.ask(command);
    }
  };

  /** What is asked of a run before its next link goes on starts nothing. */
  const askBetween = (): void =>
    betweenLinks?.(engine, event => {
      if (event.kind === 'paused') paused = true;
      const commands = engine.apply({ ...event, at: now });
      check(commands.length === 0, `${event.kind} before the run goes on gives commands`);
      observe?.(event, commands, engine);
    });

  /** From the last checkpoint of a runner that is being stopped: what has happened since then has not happened. */
  const goOn = (): void => {
    const from = module.resumable(JSON.parse(saved?.snapshot ?? JSON.stringify(engine.snapshot())) as Snapshot, now);
    if (saved) fed = new Map(saved.fed);
    engine = module.restoreEngine(plan, from);
    ({ paused } = from);
    saved = undefined;
    flying.clear();
    calls.clear();
    asked.clear();
    looking.clear();
    slices.clear();
    timers.clear();
    askBetween();
    send({ kind: 'continued' });
  };

  const answer = (exec: number): void => {
    const flight = flying.get(exec);
    if (!flight) return;
    const { address, body, node } = flight.command;
    if (flight.closing && random.chance(0.7)) {
      flying.delete(exec);
      return send({ kind: 'closed', exec });
    }
    const times = away.get(address) ?? 0;
    if (times < world.notHere(address)) {
      away.set(address, times + 1);
      flying.delete(exec);
      return send({ kind: 'failed', exec, error: { code: 'step_not_here', message: 'later' } });
    }
    const planned = plan.bodies[body]?.nodes[node];
    const policy = planned?.kind === 'step' ? plan.policies[planned.policy] : undefined;
    const attempts = policy?.retry.attempts ?? 1;
    if (flight.command.stream && !flight.closing) return stream(flight, attempts);
    // A step with a deadline hangs, so that its deadline comes; what it says after that is late.
    if (policy?.deadline !== undefined && !flight.closing) return;
    if (flight.attempt <= world.failures(address) && flight.attempt < attempts) {
      flight.attempt += 1;
      return;
    }
    flying.delete(exec);
    if (flight.attempt <= world.failures(address)) {
      return send(failed(exec, address));
    }
    send({ kind: 'completed', exec, outputs: outputsOf(plan, world, flight.command) });
    if (random.chance(0.1)) send({ kind: 'completed', exec, outputs: {} });
  };

  const stream = (flight: StreamFlight, attempts: number): void => {
    const { exec, address } = flight.command;
    const { event, next } = playStream(flight, engine.flow(exec, flight.attempt), attempts, world, random);
    if (!event) return;
    if (next === undefined) flying.delete(exec);
    send(event.kind === 'completed' ? { ...event, outputs: outputsOf(plan, world, flight.command) } : event);
    const after = engine.flow(exec, flight.attempt);
    if (after && next !== undefined) same(after.next, next, `items taken of ${address}`);
  };

  const supply = (exec: number): void => {
    const command = asked.get(exec);
    asked.delete(exec);
    send(supplyAnswer(exec, command && suppliedBy(command)));
  };

  const call = (): void => {
    const [exec, command] = random.pick([...calls]);
    calls.delete(exec);
    if (command.kind === 'gather') send({ kind: 'gathered', exec, value: command.value });
    else send(answerCall?.(command) ?? { kind: 'called', exec });
  };

  const lookUp = (): void => {
    const [exec = 0] = looking;
    looking.delete(exec);
    send(cached ? { kind: 'found', exec, known: cached } : failed(exec, 'the cache is away'));
  };

  /** Somebody sends what the run waits for; what has a deadline is left to it. */
  const supplyInput = (): void => {
    const waiting = engine.waiting().filter(({ deadline }) => deadline === undefined);
    if (waiting.length === 0) return;
    const { address } = random.pick(waiting);
    const id = `await ${address} ${now}`;
    const intervention = { id, at: address, kind: 'input', value: literal(suppliedInput(address)) };
    send({ kind: 'intervened', intervention });
  };

  const fire = (): void => {
    const [timer] = [...timers].toSorted((a, b) => a[1] - b[1] || a[0] - b[0])[0] ?? [];
    if (timer === undefined) return;
    now = Math.max(now, timers.get(timer) ?? 0);
    timers.delete(timer);
    send({ kind: 'fired', timer });
  };

  const openScoped = () => openedFromOutside(plan, engine).filter(({ address }) => address !== FEED);

  /** Plays the generator (or the loop) behind a scoped node: gives it some of what it has not been given yet. */
  const feed = (): void => {
    const open = openScoped();
    // What comes while the last state is being saved is not heard, and comes again.
    if (open.length === 0 || saved) return;
    const { address, scope, body, node } = random.pick(open);
    const planned = plan.bodies[body]?.nodes[node];
    const iterates = planned?.kind === 'scoped' && planned.scopes === 'iteration';
    const done = fed.get(address) ?? 0;
    const left = world.count(address) - done;
    if (left === 0) return send({ kind: 'ended', scope, node });
    const before = `${address}@${done - 1}/`;
    if (iterates && [...engine.nodes()].some(other => other.address.startsWith(before))) return;
    const size = iterates ? 1 : 1 + random.below(left);
    const again = iterates ? 0 : random.below(done + 1);
    const items = Array.from({ length: size + again }, (_, k) => {
      const item = world.item(`${address}${iterates ? `@${done + k}` : `[${done - again + k}]`}`);
      return [literal(item.n), literal(item.flag)];
    });
    fed.set(address, done + size);
    send({ kind: 'items', scope, node, first: done - again, items });
  };

  const disturb = (): void => {
    switch (random.below(12)) {
      case 0:
        paused = true;
        return send({ kind: 'paused' });
      case 1:
        return send({ kind: 'filling' });
      case 2:
        // The driver dies: its successor has nothing but the snapshot. One that stops has a successor when it has ended.
        return saved ? undefined : goOn();
      case 3:
        if (!random.chance(0.1)) return;
        wasCancelled = true;
        return send({ kind: 'cancelled' });
      default:
    }
  };

  const isStuck = (): boolean =>
    flying.size + timers.size + asked.size + looking.size + slices.size + calls.size === 0 &&
    !isIdle(engine) &&
    engine.status !== 'paused' &&
    engine.waiting().length === 0 &&
    openScoped().length === 0;

  const values = Object.entries(inputs).map(([address, json]) => [address, literal(json)] as const);
  send({ kind: 'started', inputs: Object.fromEntries(values), ...(known && { known }) });
  const waitedFor = engine.waiting().map(({ address }) => address);
  for (let i = 0; !finish; i += 1) {
    check(
      i < MOST_TURNS && !isStuck(),
      `stuck: ${[...engine.nodes()].map(n => `${n.address} ${n.status}`).join(', ')}`,
    );
    if (meddle && random.chance(0.3)) meddle(engine, send);
    else if (engine.holds.length > 0 && random.chance(0.3)) send({ kind: 'released', ...releasedOf(engine) });
    else if (paused && random.chance(0.3)) {
      paused = false;
      send({ kind: 'resumed' });
    } else if (random.chance(disturbed)) disturb();
    else if (looking.size > 0 && random.chance(0.4)) lookUp();
    else if (slices.size > 0 && random.chance(0.4)) send(slices.answer(random));
    else if (calls.size > 0 && random.chance(0.3)) call();
    else if (asked.size > 0 && random.chance(0.5)) supply(random.pick([...asked.keys()]));
    else if (random.chance(0.1)) supplyInput();
    else if (flying.size > 0 && random.chance(0.6)) answer(random.pick([...flying.keys()]));
    else if (random.chance(0.5)) feed();
    else fire();
  }
  return { finish, engine, executed, executions, supplies, wasCancelled, waitedFor };

  function releasedOf({ holds }: Engine): { readonly address?: string } {
    return random.chance(0.5) ? {} : { address: random.pick(holds).at };
  }
}

const supplyAnswer = (exec: number, json: Json | undefined): Untimed =>
  json === undefined ? failed(exec, 'no value') : { kind: 'supplied', exec, value: literal(json) };

const failed = (exec: number, message: string): Untimed => ({ kind: 'failed', exec, error: { code: 'boom', message } });

/** A runner that has nothing to do waits for more. */
const isIdle = ({ feed }: Engine): boolean => feed !== undefined && feed.accepted === feed.ended;
