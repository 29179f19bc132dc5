import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { Drive } from './drive.js';
import { chain, diamond } from './shapes.js';

describe('dataflow', () => {
  test('a step is executed when its inputs are there, and the run ends with the last one', () => {
    const d = new Drive(chain).start({ x: 1 });
    expect(d.running).toEqual(['a']);
    d.complete('a', { y: 2 });
    expect(d.inputsOf('b')).toEqual({ x: 2 });
    d.complete('b', { y: 3 });
    expect(d.finish).toMatchObject({ status: 'completed', failures: [], abandoned: [] });
    expect(d.outputs).toEqual({ y: 3 });
  });

  test('an empty graph is valid, and its run is empty', () => {
    expect(new Drive(buildPlan({ nodes: [] })).start().finish).toMatchObject({ status: 'completed', outputs: {} });
  });

  test('branches run side by side, their join once', () => {
    const d = new Drive(diamond()).start();
    expect(d.running).toEqual(['a', 'alone']);
    d.complete('a', { y: 0 }).complete('l', { y: 1 });
    expect(d.running).toEqual(['alone', 'r']);
    d.complete('r', { y: 2 });
    expect(d.inputsOf('z')).toEqual({ l: 1, r: 2 });
  });

  test('OI-20 missing inputs are named all at once, and nothing runs', () => {
    const d = new Drive(buildPlan({ in: ['a', 'b', 'c?'], nodes: [{ id: 's' }] })).start();
    expect(d.finish?.error).toMatchObject({ code: 'missing_input', details: { missing: ['$in.a', '$in.b'] } });
    expect(d.all.filter(command => command.kind === 'execute')).toEqual([]);
  });

  test('an event that comes twice or late changes nothing', () => {
    const d = new Drive(chain).start({ x: 1 });
    const exec = d.flying.get('a')?.exec ?? 0;
    d.complete('a', { y: 2 });
    const before = JSON.stringify(d.engine.snapshot());
    d.event({ kind: 'completed', exec, outputs: {} });
    expect(d.last).toEqual([]);
    expect(JSON.stringify(d.engine.snapshot())).toBe(before);
  });
});

describe('absence', () => {
  const branch = buildPlan({
    in: ['yes', 'no'],
    nodes: [
      { id: 'a', when: '$in.yes', out: ['y'] },
      { id: 'b', when: '$in.no', out: ['y'] },
      { id: 'afterB', in: { x: 'b.y' }, out: ['y'] },
      { id: 'maybe', in: { 'x?': 'b.y', 'k?': { value: 7 } }, out: ['y'] },
    ],
    out: { y: { first: ['b.y', 'a.y'] }, l: { list: ['b.y', 'a.y'] } },
  });

  test('a false guard skips the node and what requires its outputs, and nothing else', () => {
    const d = new Drive(branch).start({ yes: true, no: false });
    expect(d.statuses()).toMatchObject({ a: 'running', b: 'skipped', afterB: 'skipped', maybe: 'running' });
    expect(d.inputsOf('maybe')).toEqual({ k: 7 });
    d.complete('a', { y: 'A' }).complete('maybe');
    expect(d.outputs).toEqual({ y: 'A', l: ['A'] });
    expect(d.finish?.status).toBe('completed');
  });

  test('a guard that is no boolean fails its node', () => {
    const d = new Drive(branch).start({ yes: 'sure', no: false });
    expect(d.finish?.error).toMatchObject({ code: 'condition_failed', address: 'a' });
  });

  test('a required output that is absent at the end fails the run', () => {
    const plan = buildPlan({ in: ['no'], nodes: [{ id: 'a', when: '$in.no', out: ['y'] }], out: { y: 'a.y' } });
    const d = new Drive(plan).start({ no: false });
    expect(d.finish?.error).toMatchObject({ code: 'output_absent', address: '$out.y' });
  });
});

describe('failure', () => {
  test('under stop nothing new starts, what runs is cancelled, and partial results are kept', () => {
    const d = new Drive(diamond()).start().complete('alone', { y: 'kept' }).complete('a', { y: 0 }).fail('l');
    expect(d.last).toContainEqual({ kind: 'cancel', exec: d.flying.get('r')?.exec });
    expect(d.finish).toBeUndefined();
    d.close('r');
    expect(d.finish).toMatchObject({ status: 'failed', error: { code: 'boom', address: 'l' } });
    expect(d.outputs).toEqual({ alone: 'kept' });
    expect(d.statuses()).toMatchObject({ l: 'failed', r: 'cancelled', z: 'cancelled' });
  });

  test('what does not close within the grace is abandoned by name', () => {
    const d = new Drive(diamond(), { cancelGrace: 500 }).start().fail('a').wait(499);
    expect(d.finish).toBeUndefined();
    expect(d.wait(1).finish).toMatchObject({ status: 'failed', abandoned: ['alone'] });
  });

  test('under continue a failed branch leaves its siblings alone and its dependants are skipped', () => {
    const d = new Drive(diamond({ onFailure: 'continue' })).start().complete('a', { y: 0 }).fail('l');
    expect(d.running).toEqual(['alone', 'r']);
    d.complete('r', { y: 1 }).complete('alone', { y: 2 });
    expect(d.finish).toMatchObject({ status: 'completed', failures: [{ code: 'boom', address: 'l' }] });
    expect(d.statuses()).toMatchObject({ z: 'skipped' });
  });

  test('onFailure skip leaves the outputs absent, fallback gives them', () => {
    const node = (onFailure: 'skip' | { fallback: { y: { size: number; inline: number } } }) =>
      buildPlan({ nodes: [{ id: 'a', out: ['y'], policy: { onFailure } }], out: { 'y?': 'a.y' } });
    expect(new Drive(node('skip')).start().fail('a').finish).toMatchObject({ status: 'completed', outputs: {} });
    const fallback = new Drive(node({ fallback: { y: { size: 1, inline: 9 } } })).start().fail('a');
    expect(fallback.outputs).toEqual({ y: 9 });
    expect(fallback.finish?.failures).toMatchObject([{ address: 'a' }]);
  });

  test.each([
    ['no worker has', 'step_not_here'],
    ['the store could not be reached for', 'store_unavailable'],
    ['the store had no room for', 'store_full'],
  ])('a step %s is executed again later, in the same generation', (_, code) => {
    const d = new Drive(chain).start({ x: 1 }).fail('a', code);
    expect(d.running).toEqual([]);
    expect(d.wait(999).running).toEqual([]);
    expect(d.wait(1).flying.get('a')).toMatchObject({ generation: 1 });
    d.fail('a', code).wait(1999);
    expect(d.running).toEqual([]);
    expect(d.wait(1).complete('a', { y: 1 }).running).toEqual(['b']);
  });
});

describe('time', () => {
  test('a sleep gives its value later', () => {
    const plan = buildPlan({
      in: ['x'],
      nodes: [{ id: 'nap', in: { value: '$in.x' }, sleep: 300 }],
      out: { y: 'nap.value' },
    });
    const d = new Drive(plan).start({ x: 5 });
    expect(d.wait(299).finish).toBeUndefined();
    expect(d.wait(1).outputs).toEqual({ y: 5 });
  });

  test('the deadline of a node runs from the moment it is ready, and fences its late result', () => {
    const plan = buildPlan({
      nodes: [{ id: 'a', out: ['y'], policy: { deadline: 100, onFailure: 'skip' } }],
      out: { 'y?': 'a.y' },
    });
    const d = new Drive(plan).start().wait(100);
    expect(d.engine.failures).toMatchObject([{ code: 'deadline', address: 'a' }]);
    expect(d.complete('a', { y: 1 }).outputs).toEqual({});
    expect(d.finish?.status).toBe('completed');
  });

  test('the deadline of the run stops it, also while it is paused', () => {
    const d = new Drive(chain, { deadline: 1000 }).event({ kind: 'paused' }).start({ x: 1 });
    expect(d.running).toEqual([]);
    expect(d.wait(1000).finish).toMatchObject({ status: 'failed', error: { code: 'deadline' } });
  });
});

describe('pause and cancel', () => {
  test('a paused run starts nothing, and goes on where it was', () => {
    const plan = buildPlan({
      in: ['x'],
      nodes: [
        { id: 'a', in: { x: '$in.x' }, out: ['y'] },
        { id: 'b', in: { x: 'a.y' } },
        { id: 'nap', in: { value: 'a.y' }, sleep: 50 },
      ],
    });
    const d = new Drive(plan).start({ x: 1 }).event({ kind: 'paused' }).complete('a', { y: 2 }).wait(1000);
    expect([d.running, d.engine.status]).toEqual([[], 'paused']);
    d.event({ kind: 'resumed' });
    expect(d.running).toEqual(['b']);
    expect(d.complete('b').wait(50).finish?.status).toBe('completed');
  });

  test('cancelling waits for what runs and keeps what is there', () => {
    const d = new Drive(chain).start({ x: 1 }).event({ kind: 'cancelled', reason: 'enough' });
    expect(d.close('a').finish).toMatchObject({ status: 'cancelled', error: { code: 'cancelled', message: 'enough' } });
  });
});
