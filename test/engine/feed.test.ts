import { describe, expect, test } from 'vitest';
import type { Command, Execute } from '../../src/engine/command.js';
import { createEngine, restoreEngine, resumable } from '../../src/engine/engine.js';
import type { CheckpointStrategy, RunOptions } from '../../src/engine/options.js';
import { fedPlan } from '../../src/plan/fed.js';
import type { Plan } from '../../src/plan/plan.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan } from './build-plan.js';
import { Drive } from './drive.js';
import { chain } from './shapes.js';

const plan = fedPlan(chain);
const run = (options: RunOptions = {}): Drive => new Drive(plan, options).start();
const feed = (d: Drive, x: number, id = `in-${x}`): Drive => d.event({ kind: 'fed', id, values: [literal(x)] });
const checkpoints = (d: Drive): string[] =>
  d.all.flatMap(command => (command.kind === 'checkpoint' ? [command.reason] : []));
const resumedFrom = (of: Plan, saved: string, now: number): Drive =>
  Object.assign(new Drive(of), { engine: restoreEngine(of, resumable(JSON.parse(saved), now)), now });
const STEPS = ['a', 'b'];

describe('a runner’s run', () => {
  test.each<[CheckpointStrategy, readonly string[]]>([
    ['every_cycle', ['cycle', 'cycle', 'cycle', 'cycle', 'idle']],
    [{ every_n: 3 }, ['cycle', 'idle']],
    ['on_complete', ['idle']],
    ['manual', []],
  ])('RN-11: checkpoints of two inputs by %j', (checkpoint, expected) => {
    const d = feed(feed(run({ checkpoint }), 1), 2);
    for (const step of STEPS) for (const seq of [0, 1]) d.complete(`$[${seq}]/${step}`, { y: 1 });
    expect(checkpoints(d)).toEqual(expected);
  });

  test('RN-04: an input that comes before the run begins, or while it is paused, runs once it may', () => {
    const early = feed(new Drive(plan), 1).start();
    expect(early.running).toEqual(['$[0]/a']);
    const paused = feed(new Drive(plan).event({ kind: 'paused' }).start(), 1);
    expect(paused.running).toEqual([]);
    expect(paused.event({ kind: 'resumed' }).running).toEqual(['$[0]/a']);
  });

  test('A1: a record that is full does not end it: what runs is cancelled, and the next link executes it again', () => {
    const d = feed(feed(run(), 1), 2).complete('$[0]/a', { y: 1 });
    d.event({ kind: 'exhausted' });
    expect(d.finish).toBeUndefined();
    expect(d.all.at(-1)).toMatchObject({ kind: 'handOver' });
    const next = restoreEngine(plan, d.engine.snapshot());
    const commands = next.apply({ at: d.now + 1, kind: 'continued' });
    const again = commands.flatMap(command =>
      command.kind === 'execute' ? [[command.address, command.generation]] : [],
    );
    expect(again).toEqual([
      ['$[0]/b', 2],
      ['$[1]/a', 2],
    ]);
  });

  test('RN-09: what closes while the last state is being saved is done again by who resumes', () => {
    const d = feed(run({ checkpoint: 'every_cycle' }), 1);
    feed(d, 2).event({ kind: 'stopping', persist: true }).wait(15_000);
    const snapshot = d.engine.snapshot();
    expect(checkpoints(d)).toEqual(['stop']);
    d.close('$[0]/a').complete('$[1]/a', { y: 1 });
    expect(checkpoints(d)).toEqual(['stop']);
    expect(d.engine.snapshot()).toEqual(snapshot);
    const refused = d.engine.refusal({ id: 'i', at: 'b.y', kind: 'override', value: literal(1) });
    expect(refused?.code).toBe('run_finished');
    expect(d.handOver().running).toEqual(['$[0]/a', '$[1]/a']);
  });

  test('RN-09: who resumes may be asked before it goes on: an input is taken, a stop stops it', () => {
    const d = feed(run(), 1).complete('$[0]/a', { y: 1 }).event({ kind: 'stopping', persist: true });
    d.wait(15_000);
    const saved = JSON.stringify(d.engine.snapshot());
    const resumed = () => resumedFrom(plan, saved, d.now);
    const fed = feed(resumed(), 2).event({ kind: 'continued' });
    expect(fed.running).toEqual(['$[0]/b', '$[1]/a']);
    const stopped = resumed().event({ kind: 'stopping', persist: false }).event({ kind: 'continued' });
    expect(stopped.all.at(-1)).toMatchObject({ kind: 'finish', stopped: true });
  });

  test('RN-14: while a workflow is stopped the deadlines of its nodes stand still', () => {
    const slow = fedPlan(
      buildPlan({ in: ['x'], nodes: [{ id: 'a', in: { x: '$in.x' }, policy: { deadline: 60_000 } }] }),
    );
    const d = feed(new Drive(slow).start(), 1).wait(20_000).event({ kind: 'stopping', persist: true }).wait(15_000);
    const resumed = resumedFrom(slow, JSON.stringify(d.engine.snapshot()), d.now + 3_600_000);
    expect(resumed.event({ kind: 'continued' }).wait(24_000).engine.feed?.done).toEqual([]);
    const [ended] = resumed.wait(2000).engine.feed?.done ?? [];
    expect(ended?.failures).toMatchObject([{ code: 'deadline', address: '$[0]/a' }]);
  });

  test('RN-04: an input that has not ended is never taken again, of those that have 2,000 are remembered', () => {
    const d = feed(run(), 0);
    for (let n = 0; n < 2100; n += 1) {
      feed(d.wait(1), n, `n-${n}`);
      for (const step of STEPS) d.complete(`$[${n + 1}]/${step}`, { y: 1 });
    }
    const { accepted } = d.engine.feed ?? {};
    const ids = ['in-0', 'n-99', 'n-100', 'n-2099'];
    expect(ids.map(id => d.engine.fedSeq(id))).toEqual([0, undefined, 101, 2100]);
    expect(feed(d.handOver(), 0).engine.feed).toMatchObject({ accepted });
  });

  test('A1: an input that comes before who resumes goes on is executed once', () => {
    const d = feed(run({ checkpoint: 'manual' }), 1)
      .event({ kind: 'stopping', persist: true })
      .wait(15_000);
    const resumed = feed(resumedFrom(plan, JSON.stringify(d.engine.snapshot()), d.now), 2).event({ kind: 'continued' });
    expect(executionsOf(resumed)).toEqual(['$[0]/a#2', '$[1]/a#1']);
  });

  test('A1: what is asked before it begins is done when it has begun', () => {
    const stopped = feed(new Drive(plan), 1).event({ kind: 'stopping', persist: true });
    expect(checkpoints(stopped)).toEqual([]);
    expect(checkpoints(stopped.start())).toEqual(['stop']);
    const filled = feed(new Drive(plan), 1).event({ kind: 'filling' }).event({ kind: 'exhausted' }).start();
    expect(executionsOf(filled)).toEqual(['$[0]/a#1']);
    const plain = new Drive(chain).event({ kind: 'filling' }).event({ kind: 'paused' }).event({ kind: 'resumed' });
    expect(executionsOf(plain.start({ x: 1 }))).toEqual(['a#1']);
    const early = JSON.stringify(feed(new Drive(plan), 1).engine.snapshot());
    expect(executionsOf(resumedFrom(plan, early, 5).event({ kind: 'continued' }))).toEqual(['$[0]/a#1']);
  });

  test('A1: an input that nobody could refuse while the last state was being saved is saved too', () => {
    const d = feed(run({ checkpoint: 'manual' }), 1)
      .event({ kind: 'stopping', persist: true })
      .wait(15_000);
    expect(d.engine.feedRefusal({ kind: 'fed', id: 'in-2', values: [literal(2)] })?.code).toBe('run_finished');
    feed(d, 2);
    const [first = 0] = callsOf(d.all);
    d.event({ kind: 'called', exec: first });
    expect(checkpoints(d)).toEqual(['stop', 'stop']);
    expect(d.finish).toBeUndefined();
    const saved = JSON.stringify(d.engine.snapshot());
    d.event({ kind: 'called', exec: callsOf(d.all)[1] ?? 0 });
    expect(d.finish).toMatchObject({ stopped: true });
    expect(executionsOf(resumedFrom(plan, saved, d.now).event({ kind: 'continued' }))).toEqual([
      '$[0]/a#2',
      '$[1]/a#1',
    ]);
  });

  test('RN-04: an id that comes again with the same input is that one, with another one it is refused', () => {
    const d = feed(run(), 1);
    const again = (x: number) => d.engine.feedRefusal({ kind: 'fed', id: 'in-1', values: [literal(x)] })?.code;
    expect([again(1), again(2)]).toEqual([undefined, 'id_reused']);
    d.complete('$[0]/a', { y: 1 }).complete('$[0]/b', { y: 1 });
    expect([again(1), again(2)]).toEqual([undefined, 'id_reused']);
  });

  test('an input for another graph is refused', () => {
    const fed = { kind: 'fed', id: 'i', values: [literal(1)] } as const;
    expect(run().engine.feedRefusal({ ...fed, plan: plan.hash })).toBeUndefined();
    expect(run().engine.feedRefusal({ ...fed, plan: 'f'.repeat(64) })).toMatchObject({ code: 'another_graph' });
    expect(run().event({ ...fed, plan: 'f'.repeat(64) }).running).toEqual([]);
  });

  test('I15: an override at an input that has ended is too late', () => {
    const d = feed(run(), 0).complete('$[0]/a', { y: 1 }).complete('$[0]/b', { y: 2 });
    const at = (seq: number) => ({ id: `i${seq}`, at: `$[${seq}]/a.y`, kind: 'override', value: literal(7) });
    expect(d.intervene(at(0)).came('i0')).toBe('too-late not-used');
    expect(d.intervene(at(1)).came('i1')).toBe('applied pending');
  });

  test('comes to rest for a hand-over though there is always a call under way', () => {
    const d = feed(feed(run({ checkpoint: 'every_cycle', hooks: { completed: 'h' } }), 1), 2).event({
      kind: 'filling',
    });
    d.complete('$[0]/a', { y: 1 }).complete('$[1]/a', { y: 1 });
    expect(d.running).toEqual([]);
    for (const exec of callsOf(d.all)) d.event({ kind: 'called', exec });
    expect(d.last.at(-1)).toEqual({ kind: 'handOver' });
    expect(feed(d, 3).handOver().running.toSorted()).toEqual(['$[0]/b', '$[1]/b', '$[2]/a']);
  });

  test('a breakpoint without an index holds every input', () => {
    const d = feed(run({ breakpoints: [{ before: 'b' }] }), 1).complete('$[0]/a', { y: 1 });
    expect(d.engine.holds.map(({ at }) => at)).toEqual(['$[0]/b']);
    feed(d.event({ kind: 'released' }), 2).complete('$[1]/a', { y: 1 });
    expect(d.engine.holds.map(({ at }) => at)).toEqual(['$[1]/b']);
  });

  test('a part is as long as it may weigh', () => {
    const d = run();
    const value = { size: 4000, inline: 'x'.repeat(3998) };
    for (let x = 0; x < 12; x += 1) {
      feed(d, x);
      for (const step of STEPS) {
        const exec = d.flying.get(`$[${x}]/${step}`)?.exec ?? 0;
        d.event({ kind: 'completed', exec, outputs: { y: value } });
      }
    }
    const keep = d.all.flatMap(command => (command.kind === 'keep' ? [command.results.length] : []));
    expect(keep).toEqual([6]);
    expect(d.engine.feed?.done).toHaveLength(12);
  });
});

/** Feeds a graph of three nodes, keeps a hundred in flight, and answers everything at once. Milliseconds. */
function feedMany(count: number) {
  const step = (id: string, from: string) => ({ id, in: { x: from }, out: ['y'] });
  const nodes = [step('a', '$in.x'), step('b', 'a.y'), step('c', 'b.y')];
  const many = fedPlan(buildPlan({ in: ['x'], nodes, out: { y: 'c.y' } }));
  const engine = createEngine(many, { checkpoint: 'manual' });
  const began = performance.now();
  const flying: Execute[] = [];
  let largest = 0;
  const follow = (commands: readonly Command[]): void => {
    for (const command of commands) {
      if (command.kind === 'execute') flying.push(command);
      if (command.kind === 'keep')
        follow(engine.apply({ kind: 'kept', at: 1, exec: command.exec, head: `${command.exec}` }));
    }
  };
  follow(engine.apply({ kind: 'started', at: 0, inputs: {} }));
  for (let fed = 0; fed < count || flying.length > 0;) {
    if (fed < count && flying.length < 100) {
      follow(engine.apply({ kind: 'fed', at: 2 + fed, id: `order-${fed}`, values: [literal(fed)] }));
      fed += 1;
    } else {
      const { exec = 0, inputs = {} } = flying.shift() ?? {};
      follow(engine.apply({ kind: 'completed', at: 2 + fed, exec, outputs: { y: inputs['x'] ?? literal(0) } }));
    }
    largest = Math.max(largest, engine.feed?.done.length ?? 0);
  }
  const ms = performance.now() - began;
  return { engine, plan: many, largest, ms };
}

test('the state does not grow with what is done, and 10,000 inputs take ten times as long as 1,000', () => {
  feedMany(2000);
  const few = feedMany(2000);
  const { engine, plan, largest, ms } = feedMany(10_000);
  expect(engine.feed).toMatchObject({ accepted: 10_000, ended: 10_000, kept: 10_000 });
  expect(largest).toBeLessThanOrEqual(100);
  const snapshot = engine.snapshot();
  expect(snapshot.scopes).toHaveLength(1);
  expect(JSON.stringify(snapshot).length).toBeLessThan(100_000);
  expect(restoreEngine(plan, snapshot).snapshot()).toEqual(snapshot);
  expect(ms).toBeLessThan(few.ms * 5 * 4);
});

const executionsOf = ({ all }: Drive): string[] =>
  all.flatMap(command => (command.kind === 'execute' ? [`${command.address}#${command.generation}`] : []));

const callsOf = (commands: readonly Command[]): number[] =>
  commands.flatMap(command => (command.kind === 'checkpoint' || command.kind === 'hook' ? [command.exec] : []));
