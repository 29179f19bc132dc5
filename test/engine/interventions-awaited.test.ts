import { describe, expect, test } from 'vitest';
import { buildPlan, type InputSpec } from './build-plan.js';
import { input, lazy, override } from './changes-of.js';
import { Drive } from './drive.js';
import { chain, diamond } from './shapes.js';

/** `ok` is awaited; a step reads it, and so does an output of the run. */
const approval = (ok: InputSpec, more: { onFailure?: 'continue' } = {}) =>
  buildPlan({
    in: ['ok'],
    inputs: { ok },
    nodes: [
      { id: 'a', out: ['y'] },
      { id: 'publish', in: { ok: '$in.ok', y: 'a.y' }, out: ['z'] },
    ],
    out: { 'z?': 'publish.z', 'ok?': '$in.ok' },
    ...more,
  });
const only = (ok: InputSpec) => buildPlan({ in: ['ok'], inputs: { ok }, nodes: [], out: { 'ok?': '$in.ok' } });

describe('awaited ports', () => {
  test('I1 the run begins without one, shows that it waits, and goes on with what is supplied', () => {
    const d = new Drive(approval({ awaited: {} })).start().complete('a', { y: 1 });
    expect(d.engine.waiting()).toEqual([{ address: '$in.ok', schema: {} }]);
    expect([d.running, d.finish]).toEqual([[], undefined]);
    d.intervene(input('$in.ok', true));
    expect([d.inputsOf('publish'), d.engine.waiting(), d.came('$in.ok')]).toEqual([
      { ok: true, y: 1 },
      [],
      'applied used',
    ]);
    expect(d.complete('publish', { z: 2 }).outputs).toEqual({ z: 2, ok: true });
  });

  test('a run whose output is an awaited port does not end before it is supplied', () => {
    const d = new Drive(only({ awaited: {} })).start();
    expect([d.finish, d.engine.status, d.engine.waiting()]).toMatchObject([
      undefined,
      'running',
      [{ address: '$in.ok' }],
    ]);
    expect(d.handOver().intervene(input('$in.ok', 1)).outputs).toEqual({ ok: 1 });
  });

  test('a default stands in when the time is over, and not before', () => {
    const d = new Drive(approval({ awaited: { deadline: 50 }, default: false })).start().complete('a', { y: 1 });
    expect(d.engine.waiting()).toMatchObject([{ deadline: 1050 }]);
    expect(d.wait(49).running).toEqual([]);
    expect(d.wait(1).inputsOf('publish')).toEqual({ ok: false, y: 1 });
    expect(d.intervene(input('$in.ok', true)).came('$in.ok')).toBe('too-late not-used');
  });

  test('without a default the run fails by its deadline; where failures do not stop it the port is absent', () => {
    const d = new Drive(approval({ awaited: { deadline: 50 } })).start().complete('a', { y: 1 }).wait(50);
    expect(d.finish).toMatchObject({ status: 'failed', error: { code: 'deadline', address: '$in.ok' } });
    const on = new Drive(approval({ awaited: { deadline: 50 } }, { onFailure: 'continue' }))
      .start()
      .complete('a', { y: 1 })
      .wait(50);
    expect([on.finish?.status, on.statuses()['publish']]).toEqual(['completed', 'skipped']);
    expect(on.finish?.failures).toMatchObject([{ code: 'deadline', address: '$in.ok' }]);
  });

  test('I1 one that was given at the start, or has its default already, is not supplied again', () => {
    const given = new Drive(approval({ awaited: {} })).start({ ok: 1 }).intervene(input('$in.ok', 2));
    expect(given.came('$in.ok')).toBe('too-late not-used');
    expect(given.complete('a', { y: 1 }).inputsOf('publish')).toEqual({ ok: 1, y: 1 });
    const late = new Drive(approval({ awaited: { deadline: 5 }, default: 3 }))
      .start()
      .wait(5)
      .intervene(input('$in.ok', 2));
    expect([late.came('$in.ok'), late.complete('a', { y: 1 }).inputsOf('publish')]).toEqual([
      'too-late not-used',
      { ok: 3, y: 1 },
    ]);
  });

  test('I15 what was supplied is taken back while nothing has read it, and waited for again, but not beyond the deadline', () => {
    const plan = approval({ awaited: { deadline: 50 }, default: 7 });
    const d = new Drive(plan).start().intervene(input('$in.ok', 1)).withdraw('$in.ok');
    expect(d.engine.waiting()).toMatchObject([{ address: '$in.ok', deadline: 1050 }]);
    const late = new Drive(plan)
      .start()
      .intervene(input('$in.ok', 1))
      .wait(60)
      .withdraw('$in.ok')
      .complete('a', { y: 1 });
    expect(late.inputsOf('publish')).toEqual({ ok: 7, y: 1 });
  });

  test('a later one replaces it until it is read', () => {
    const d = new Drive(approval({ awaited: {} })).start().intervene(input('$in.ok', 1, { id: 'one' }));
    d.intervene(input('$in.ok', 2, { id: 'two' })).complete('a', { y: 1 });
    expect([d.inputsOf('publish'), d.came('one')]).toEqual([{ ok: 2, y: 1 }, 'applied superseded']);
    expect(d.intervene(input('$in.ok', 3, { id: 'three' })).came('three')).toBe('too-late not-used');
  });

  test('I8 one that nothing needs any more is not waited for', () => {
    const d = new Drive(approval({ awaited: {} }), {}, [override('publish.z', 1), override('$out.ok', 2)]).start();
    expect([d.engine.waiting(), d.complete('a', { y: 1 }).outputs]).toEqual([[], { z: 1, ok: 2 }]);
  });

  test('I5 it may be supplied by a resolver, which is called once', () => {
    const d = new Drive(only({ awaited: {} })).start().intervene(lazy('$in.ok', { kind: 'input' }));
    expect([d.finish, [...d.asked.keys()]]).toEqual([undefined, ['$in.ok!resolve']]);
    expect(d.supply('$in.ok!resolve', 4).outputs).toEqual({ ok: 4 });
  });

  test('I1 an open port of a node is awaited like an input', () => {
    const plan = buildPlan({ open: { 'a/$in.p': { awaited: {} } }, nodes: [{ id: 'a', in: { p: 'a/$in.p' } }] });
    const d = new Drive(plan).start();
    expect(d.engine.waiting()).toMatchObject([{ address: 'a/$in.p' }]);
    expect(d.intervene(input('a/$in.p', 1)).inputsOf('a')).toEqual({ p: 1 });
  });
});

describe('breakpoints', () => {
  test('before a node: it is not executed until the run goes on, and is changed meanwhile', () => {
    const d = new Drive(chain, { breakpoints: [{ before: 'b' }] }).start({ x: 1 }).complete('a', { y: 2 });
    expect([d.running, d.engine.status, d.engine.holds]).toMatchObject([[], 'paused', [{ at: 'b', since: 1000 }]]);
    expect(d.intervene(override('a.y', 9)).came('a.y')).toBe('applied pending');
    expect(d.event({ kind: 'released', address: 'b' }).inputsOf('b')).toEqual({ x: 9 });
    expect([d.engine.status, d.came('a.y')]).toEqual(['running', 'applied used']);
  });

  test('the whole run is held: nothing else starts; resume goes past all of them', () => {
    const d = new Drive(diamond(), { breakpoints: [{ after: 'a' }, { before: 'alone' }] }).start();
    expect(d.running).toEqual(['a']);
    d.complete('a', { y: 1 });
    expect([d.running, d.engine.holds.map(({ at }) => at)]).toEqual([[], ['alone', 'a']]);
    expect(d.event({ kind: 'released', address: 'alone' }).running).toEqual([]);
    expect(d.event({ kind: 'resumed' }).running.toSorted()).toEqual(['alone', 'l', 'r']);
  });

  test('at a port: where the condition is true, or can not be decided', () => {
    const at = (text: string, y: unknown): unknown =>
      new Drive(chain, { breakpoints: [{ at: 'a.y', if: text }] }).start({ x: 1 }).complete('a', { y: y as number })
        .engine.status;
    expect([at('value > 3', 4), at('value > 3', 2), at('value > 3', 'text')]).toEqual(['paused', 'running', 'paused']);
    const d = new Drive(chain, { breakpoints: [{ at: '$in.x', if: 'value == 1' }] }).start({ x: 1 });
    expect([d.engine.status, d.event({ kind: 'resumed' }).running]).toEqual(['paused', ['a']]);
  });

  test('fires once per generation', () => {
    const d = new Drive(chain, { breakpoints: [{ before: 'b' }] }).start({ x: 1 }).complete('a', { y: 2 });
    d.event({ kind: 'released' });
    expect(d.running).toEqual(['b']);
    d.intervene(override('a.y', 9, { onLate: 'recompute' }));
    expect(d.engine.holds).toMatchObject([{ at: 'b' }]);
    d.close('b');
    expect(d.event({ kind: 'released' }).inputsOf('b')).toEqual({ x: 9 });
  });

  test('R2 set while the run goes on, they hold after a hand-over, too; and the hold itself is handed over', () => {
    const d = new Drive(chain)
      .start({ x: 1 })
      .event({ kind: 'breakpointsSet', breakpoints: [{ before: 'b' }] })
      .handOver();
    d.complete('a', { y: 1 });
    expect([d.running, d.engine.status]).toEqual([[], 'paused']);
    expect(d.handOver().running).toEqual([]);
    expect(d.event({ kind: 'released' }).running).toEqual(['b']);
  });

  test('a node that is overridden while the run holds before it is not executed', () => {
    const d = new Drive(chain, { breakpoints: [{ before: 'b' }] })
      .start({ x: 1 })
      .complete('a', { y: 2 })
      .intervene(override('b.y', 5));
    expect(d.event({ kind: 'released' }).outputs).toEqual({ y: 5 });
  });
});
