import { describe, expect, test } from 'vitest';
import type { Gather } from '../../src/engine/command.js';
import type { Json } from '../../src/value/json.js';
import { buildPlan } from './build-plan.js';
import { input, lazy, operate, override } from './changes-of.js';
import { Drive } from './drive.js';

const recompute = { onLate: 'recompute' } as const;
/** Weighs more than a command may carry. */
const heavy = (letter: string): Json => letter.repeat(300 * 1024);
const digest = (name: string) => ({ size: 300 * 1024, digest: name });
const gathersOf = ({ last }: Drive): readonly Gather[] => last.filter(command => command.kind === 'gather');

describe('a run that is handed over', () => {
  const gate = buildPlan({
    in: ['w'],
    inputs: { w: { awaited: {} } },
    nodes: [{ id: 'b', when: '$in.w', out: ['y'] }],
    out: { 'y?': 'b.y' },
  });
  const resting = (): Drive => new Drive(gate).start().event({ kind: 'filling' });

  test('I1 and hears what fails a node before it goes on ends then and there, once', () => {
    const d = resting();
    expect(d.last).toEqual([{ kind: 'handOver' }]);
    d.intervene(input('$in.w', 'notbool'));
    expect(d.last.map(({ kind }) => kind)).toEqual(['finish']);
    expect([d.finish, d.engine.status]).toMatchObject([{ status: 'failed', error: { address: 'b' } }, 'failed']);
    expect([d.handOver().last, d.engine.status]).toEqual([[], 'failed']);
  });

  test('I1 and hears what makes a node ready starts it as soon as it goes on', () => {
    const d = resting().intervene(input('$in.w', true));
    expect([d.last, d.finish]).toEqual([[], undefined]);
    expect(d.handOver().complete('b', { y: 1 }).outputs).toEqual({ y: 1 });
  });
});

describe('inputs that are gathered', () => {
  test('I2 an override that comes when they are, and before they are read, is what the node reads', () => {
    const plan = buildPlan({
      nodes: [
        { id: 'a', out: ['x'] },
        { id: 'b', in: { x: 'a.x' } },
      ],
    });
    const d = new Drive(plan).start().complete('a', { x: heavy('a') });
    const [gather] = gathersOf(d);
    d.event({ kind: 'paused' }).event({ kind: 'gathered', exec: gather?.exec ?? -1, value: digest('old') });
    expect(d.statuses()['b']).toBe('queued');
    expect(d.intervene(override('a.x', 7)).came('a.x')).toBe('applied pending');
    expect(d.event({ kind: 'resumed' }).inputsOf('b')).toEqual({ x: 7 });
  });

  test('R6 a part of a gathering that failed does not land in the one that follows', () => {
    const plan = buildPlan({
      nodes: [
        { id: 'p', in: { 'n?': { value: 0 } }, out: ['x', 'y'] },
        { id: 'b', in: { x: 'p.x', y: 'p.y' }, policy: { onFailure: 'skip' } },
        { id: 'c' },
      ],
    });
    const d = new Drive(plan).start().complete('p', { x: heavy('a'), y: heavy('b') });
    const [x, y] = gathersOf(d);
    d.event({ kind: 'failed', exec: x?.exec ?? -1, error: { code: 'boom', message: 'no store' } });
    expect(d.statuses()['b']).toBe('failed');
    expect(d.last).toContainEqual({ kind: 'cancel', exec: y?.exec });
    d.intervene(override('p/$in.n', 1, recompute));
    d.wait(1).complete('p', { x: heavy('c'), y: heavy('d') });
    const [newX, newY] = gathersOf(d);
    d.event({ kind: 'gathered', exec: y?.exec ?? -1, value: digest('old') });
    d.event({ kind: 'gathered', exec: newX?.exec ?? -1, value: digest('x') });
    expect(d.running).not.toContain('b');
    d.event({ kind: 'gathered', exec: newY?.exec ?? -1, value: digest('y') });
    expect(d.flying.get('b')?.inputs).toEqual({ x: digest('x'), y: digest('y') });
  });
});

describe('recompute', () => {
  const ported = buildPlan({
    nodes: [
      { id: 'p', out: ['n'] },
      { id: 'a', in: { n: 'p.n' }, out: ['x', 'y'], policy: { onFailure: 'skip' } },
      { id: 'b', in: { x: 'a.x', y: 'a.y' } },
      { id: 'c' },
    ],
  });

  test('I4 R6 merges of a node of which another one failed are asked anew, with what the step gave now', () => {
    const d = new Drive(ported, {}, [operate('a.x', 'add', 5), operate('a.y', 'add', 6)]).start();
    d.complete('p', { n: 1 }).complete('a', { x: 1, y: 1 });
    const old = d.asked.get('a.y!merge')?.exec ?? -1;
    expect(d.supply('a.x!merge').last).toContainEqual({ kind: 'cancel', exec: old });
    d.intervene(override('p.n', 2, recompute));
    expect(d.complete('a', { x: 2, y: 2 }).last).toMatchObject([
      { kind: 'merge', inner: { inline: 2 }, data: { inline: 5 } },
      { kind: 'merge', inner: { inline: 2 }, data: { inline: 6 } },
    ]);
    expect(d.event({ kind: 'supplied', exec: old, value: { size: 1, inline: 0 } }).last).toEqual([]);
    d.supply('a.x!merge', 7).supply('a.y!merge', 8);
    expect([d.inputsOf('b'), d.engine.failures]).toEqual([{ x: 7, y: 8 }, []]);
  });
});

describe('an awaited input that is supplied from the start', () => {
  const approval = buildPlan({
    in: ['ok'],
    inputs: { ok: { awaited: { deadline: 50 } } },
    nodes: [
      { id: 'a', out: ['y'] },
      { id: 'publish', in: { ok: '$in.ok', y: 'a.y' } },
    ],
  });

  test.each([
    ['a value', input('$in.ok', 1)],
    ['a resolver', lazy('$in.ok', { kind: 'input' })],
  ])('I1 I15 by %s that is taken back before it is read is waited for until its deadline', (_, sent) => {
    const d = new Drive(approval, {}, [sent]).start().wait(20).withdraw('$in.ok');
    expect([d.finish, d.engine.waiting()]).toMatchObject([undefined, [{ address: '$in.ok', deadline: 1050 }]]);
    expect(d.wait(29).finish).toBeUndefined();
    expect(d.wait(1).last).toContainEqual({ kind: 'cancel', exec: d.flying.get('a')?.exec });
    expect(d.close('a').finish).toMatchObject({ status: 'failed', error: { code: 'deadline', address: '$in.ok' } });
  });

  test('I1 I15 and is taken back and supplied again is read', () => {
    const d = new Drive(approval, {}, [input('$in.ok', 1)]).start().withdraw('$in.ok');
    d.intervene(input('$in.ok', 2, { id: 'again' }))
      .wait(60)
      .complete('a', { y: 1 });
    expect(d.inputsOf('publish')).toEqual({ ok: 2, y: 1 });
  });

  test('I1 I15 and is taken back after its deadline is not waited for again', () => {
    const d = new Drive(approval, {}, [input('$in.ok', 1)]).start().wait(60);
    expect(d.finish).toBeUndefined();
    expect(d.withdraw('$in.ok').close('a').finish).toMatchObject({ error: { code: 'deadline', address: '$in.ok' } });
  });
});

describe('an id that is used again', () => {
  const plan = buildPlan({
    nodes: [
      { id: 'a', out: ['y'] },
      { id: 'b', in: { y: 'a.y' } },
    ],
  });

  test('with other content is listed as refused; what the first one did stands', () => {
    const d = new Drive(plan).start().intervene(override('a.y', 1, { id: 'it' }));
    d.intervene(override('a.y', 2, { id: 'it' }));
    expect(d.last).toEqual([]);
    expect(d.engine.interventions()).toMatchObject([
      { id: 'it', value: { inline: 1 }, outcome: 'replaced-attempt', effect: 'used' },
      { id: 'it', value: { inline: 2 }, effect: 'not-used', refused: { code: 'id_reused', address: 'a.y' } },
    ]);
    expect(d.inputsOf('b')).toEqual({ y: 1 });
  });

  test('with the same content is listed once', () => {
    const sent = override('a.y', 1, { id: 'it' });
    expect(new Drive(plan).start().intervene(sent).intervene(sent).engine.interventions()).toHaveLength(1);
  });
});
