import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { input, lazy, operate, override } from './changes-of.js';
import { Drive } from './drive.js';
import { chain } from './shapes.js';

const coffee = buildPlan({
  in: ['beans', 'water'],
  nodes: [
    { id: 'grind', in: { beans: '$in.beans' }, out: ['powder'] },
    { id: 'brew', in: { powder: 'grind.powder', water: '$in.water' }, out: ['coffee'] },
  ],
  out: { coffee: 'brew.coffee' },
});
/** One step with three outputs, and one that reads them all. */
const three = buildPlan({
  onFailure: 'continue',
  nodes: [
    { id: 's', out: ['z', 'a', 'm'] },
    { id: 't', in: { 'z?': 's.z', 'a?': 's.a', 'm?': 's.m' }, out: ['y'] },
  ],
  out: { 'y?': 't.y' },
});
const executed = (d: Drive): string[] =>
  d.all.flatMap(command => (command.kind === 'execute' ? [command.address] : []));

describe('inputs', () => {
  test('IV-01 I1 with no explicit inputs, interventions of kind input are the inputs', () => {
    const d = new Drive(coffee, {}, [input('$in.beans', 20), input('$in.water', 200)]).start();
    expect(d.inputsOf('grind')).toEqual({ beans: 20 });
    d.complete('grind', { powder: 20 });
    expect(d.inputsOf('brew')).toEqual({ powder: 20, water: 200 });
    expect(d.complete('brew', { coffee: 'cup' }).finish).toMatchObject({ status: 'completed' });
    expect(d.finish).not.toHaveProperty('overridden');
    expect([d.came('$in.beans'), d.came('$in.water')]).toEqual(['applied used', 'applied used']);
  });

  test('IV-02 I1 an explicit input beats an intervention, whose resolver is not called', () => {
    const d = new Drive(chain, {}, [lazy('$in.x', { kind: 'input' })]).start({ x: 'A' });
    expect([d.inputsOf('a'), d.asked.size, d.came('$in.x')]).toEqual([{ x: 'A' }, 0, 'applied not-used']);
  });

  test('IV-02 IV-16 I1 an input on a port that an edge feeds has no effect', () => {
    const d = new Drive(chain, {}, [input('a.y', 7), input('b/$in.x', 8)]).start({ x: 1 }).complete('a', { y: 2 });
    expect(d.inputsOf('b')).toEqual({ x: 2 });
    expect([d.came('a.y'), d.came('b/$in.x')]).toEqual(['applied not-used', 'applied not-used']);
  });

  test('I1 an input supplies what nothing feeds: an open port of a node, and one that is optional', () => {
    const plan = buildPlan({
      open: { 'a/$in.p': {} },
      nodes: [{ id: 'a', in: { p: 'a/$in.p', 'q?': { value: 1 } } }],
    });
    const d = new Drive(plan, {}, [input('a/$in.p', 5), input('a/$in.q', 6)]).start();
    expect([d.inputsOf('a'), d.came('a/$in.p')]).toEqual([{ p: 5, q: 6 }, 'applied used']);
    expect(new Drive(plan).start().finish?.error).toMatchObject({ details: { missing: ['a/$in.p'] } });
    const explicit = new Drive(plan, {}, [input('a/$in.p', 5)]).start({ 'a/$in.p': 4 });
    expect([explicit.inputsOf('a'), explicit.came('a/$in.p')]).toEqual([{ p: 4, q: 1 }, 'applied not-used']);
  });

  test('I8 an input that only nodes need which do not run is not required', () => {
    const d = new Drive(coffee, {}, [override('grind.powder', 25)]).start({ water: 200 });
    expect(d.inputsOf('brew')).toEqual({ powder: 25, water: 200 });
    expect(new Drive(coffee).start({ water: 1 }).finish?.error).toMatchObject({ details: { missing: ['$in.beans'] } });
  });

  test('I8 of a resolver that fails, the run fails; where failures do not stop it the input is absent', () => {
    const plan = (onFailure: 'stop' | 'continue') =>
      buildPlan({ in: ['x'], onFailure, nodes: [{ id: 'a', in: { x: '$in.x' }, out: ['y'] }], out: { 'y?': 'a.y' } });
    const stopped = new Drive(plan('stop'), {}, [lazy('$in.x', { kind: 'input' })]).start().supply('$in.x!resolve');
    expect(stopped.finish?.error).toMatchObject({ code: 'intervention_failed', address: '$in.x' });
    const d = new Drive(plan('continue'), {}, [lazy('$in.x', { kind: 'input' })]).start().supply('$in.x!resolve');
    expect([d.finish?.status, d.statuses()]).toEqual(['completed', { a: 'skipped' }]);
  });
});

describe('overrides', () => {
  test('IV-03 I3 a step whose outputs are all covered is not executed', () => {
    const d = new Drive(coffee, {}, [override('grind.powder', 25)]).start({ beans: 20, water: 200 });
    d.complete('brew', { coffee: 'cup' });
    expect([executed(d), d.statuses()]).toEqual([['brew'], { grind: 'short-circuited', brew: 'completed' }]);
    expect([d.finish?.overridden, d.came('grind.powder')]).toEqual([true, 'applied used']);
  });

  test.each([
    [{ a: 9 }, { z: 1, a: 9, m: 3 }],
    [
      { a: 9, m: 8 },
      { z: 1, a: 9, m: 8 },
    ],
  ])('IV-04 IV-12 I3 of a step with three outputs, %j is replaced by name and the rest is its own', (covers, read) => {
    const d = new Drive(
      three,
      {},
      Object.entries(covers).map(([port, json]) => override(`s.${port}`, json)),
    ).start();
    expect(d.inputsOf('t')).toEqual({});
    expect(d.complete('s', { z: 1, a: 2, m: 3 }).inputsOf('t')).toEqual(read);
    const computed = [...d.engine.nodes()][0]?.computed;
    expect(Object.keys(computed ?? {}).toSorted()).toEqual(Object.keys(covers).toSorted());
  });

  test('IV-05 I3 an operate that needs the inner value has the step executed, one that does not stands in for it', () => {
    const one = buildPlan({
      nodes: [
        { id: 's', out: ['a', 'b'] },
        { id: 't', in: { a: 's.a', b: 's.b' } },
      ],
    });
    const needing = new Drive(one, {}, [override('s.a', 1), operate('s.b', 'offset', 2)]).start();
    expect(needing.running).toEqual(['s']);
    const capable = [override('s.a', 1), operate('s.b', 'put', 2, { shortCircuit: true })];
    const d = new Drive(one, {}, capable).start();
    expect([d.running, d.asked.get('s.b!merge')]).toMatchObject([[], { inner: null, operate: 'put' }]);
    expect(d.supply('s.b!merge', 3).inputsOf('t')).toEqual({ a: 1, b: 3 });
  });

  test('IV-06 I4 a merge is called once with what the step gave, and its value is what consumers read', () => {
    const d = new Drive(chain, {}, [operate('a.y', 'offset', [10, 20])]).start({ x: 1 }).complete('a', { y: [1, 2] });
    expect(d.asked.get('a.y!merge')).toMatchObject({
      operate: 'offset',
      inner: { inline: [1, 2] },
      data: { inline: [10, 20] },
    });
    expect(d.statuses()).toEqual({ a: 'running', b: 'waiting' });
    expect(d.supply('a.y!merge', [11, 22]).inputsOf('b')).toEqual({ x: [11, 22] });
    expect(d.complete('b', { y: 0 }).all.filter(({ kind }) => kind === 'merge')).toHaveLength(1);
  });

  test('IV-07 I4 a merge that fails fails the node, with address and reason', () => {
    const d = new Drive(chain, {}, [operate('a.y', 'offset', 1)])
      .start({ x: 1 })
      .complete('a', { y: 1 })
      .supply('a.y!merge');
    expect(d.finish?.error).toMatchObject({
      code: 'intervention_failed',
      address: 'a.y',
      details: { address: 'a.y', reason: 'no value' },
    });
  });

  test('I4 of two merges the first that fails fails the node, and the other one is no longer wanted', () => {
    const d = new Drive(three, {}, [operate('s.a', 'offset', 1), operate('s.m', 'offset', 1)]).start();
    d.complete('s', { z: 1, a: 2, m: 3 }).supply('s.a!merge');
    const cancelled = d.last.flatMap(command => (command.kind === 'cancel' && 'exec' in command ? [command.exec] : []));
    for (const exec of cancelled) d.event({ kind: 'failed', exec, error: { code: 'boom', message: 'late' } });
    expect(cancelled).toHaveLength(1);
    expect([d.engine.failures.length, d.running, d.finish]).toEqual([1, ['t'], undefined]);
  });

  test('I2 an override at an input is for that consumer only, and does not cover the producer', () => {
    const plan = buildPlan({
      nodes: [
        { id: 's', out: ['y'] },
        { id: 't', in: { x: 's.y' } },
        { id: 'u', in: { x: 's.y' } },
      ],
    });
    const d = new Drive(plan, {}, [override('t/$in.x', 9)]).start();
    expect([d.running, d.inputsOf('t')]).toEqual([['s', 't'], { x: 9 }]);
    expect(d.complete('s', { y: 1 }).inputsOf('u')).toEqual({ x: 1 });
  });

  test('I4 I15 an operate at an input merges for that consumer; an absent port merges with null', () => {
    const plan = buildPlan({
      in: ['x?'],
      nodes: [
        { id: 't', in: { x: '$in.x' } },
        { id: 'u', in: { x: '$in.x' } },
      ],
    });
    const d = new Drive(plan, {}, [operate('t/$in.x', 'add', 9)]).start();
    expect(d.asked.get('t/$in.x!merge')).toMatchObject({ inner: null });
    expect([d.supply('t/$in.x!merge', 10).inputsOf('t'), d.statuses()['u']]).toEqual([{ x: 10 }, 'skipped']);
    const given = new Drive(plan, {}, [operate('t/$in.x', 'add', 9)]).start({ x: 1 });
    expect([given.asked.get('t/$in.x!merge'), given.inputsOf('u')]).toMatchObject([{ inner: { inline: 1 } }, { x: 1 }]);
    expect(given.supply('t/$in.x!merge').finish).toBeUndefined();
    expect(given.close('u').finish?.error).toMatchObject({ code: 'intervention_failed', address: 't/$in.x' });
  });

  test('IV-11 I7 the address decides, whatever the value is named', () => {
    const d = new Drive(chain, {}, [override('a.y', { name: 'x', payload: 1 })]).start({ x: 1 });
    expect(d.inputsOf('b')).toEqual({ x: { name: 'x', payload: 1 } });
  });

  test('IV-09 IV-10 I6 a ref stays a ref until a step reads it, and nothing is asked for', () => {
    const ref = { digest: 'd'.repeat(64), size: 5000 };
    const d = new Drive(chain, {}, [override('a.y', 0, { value: ref })]).start({ x: 1 });
    expect([d.flying.get('b')?.inputs, d.asked.size]).toEqual([{ x: ref }, 0]);
  });

  test('IV-18 I12 a step that fails under partial coverage fails with its own error, and nothing is applied', () => {
    const d = new Drive(three, {}, [override('s.a', 9)]).start().fail('s', 'own');
    expect([d.engine.failures[0]?.code, d.inputsOf('t')]).toEqual(['own', {}]);
    expect(d.complete('t', { y: 1 }).came('s.a')).toBe('applied not-used');
  });

  test('IV-17 I11 I13 what the step gave is kept beside, and all that follows is marked', () => {
    const d = new Drive(three, {}, [override('s.a', 9)])
      .start()
      .complete('s', { z: 1, a: 2, m: 3 })
      .complete('t', { y: 4 });
    const [s, t] = [...d.engine.nodes()];
    expect(s).toMatchObject({ computed: { a: { inline: 2 } }, outputs: { a: { inline: 9 } }, overridden: true });
    expect([t?.overridden, d.finish?.overridden]).toEqual([true, true]);
    const plain = new Drive(coffee, {}, [input('$in.beans', 1)]).start({ water: 1 }).complete('grind', { powder: 1 });
    expect([...plain.engine.nodes()].map(node => node.overridden)).toEqual([undefined, undefined]);
  });

  test('I3 overriding all outputs beats a condition', () => {
    const plan = buildPlan({ in: ['no'], nodes: [{ id: 'a', when: '$in.no', out: ['y'] }], out: { y: 'a.y' } });
    expect(new Drive(plan, {}, [override('a.y', 1)]).start({ no: false }).outputs).toEqual({ y: 1 });
  });

  test('an output of the run is an address of its own', () => {
    const d = new Drive(coffee, {}, [override('$out.coffee', 'tea')]).start({ beans: 1, water: 1 });
    expect(d.complete('grind', { powder: 1 }).complete('brew', { coffee: 'cup' }).outputs).toEqual({ coffee: 'tea' });
    expect([d.finish?.overridden, d.came('$out.coffee')]).toEqual([true, 'applied used']);
  });
});

describe('what is not needed', () => {
  const pure = buildPlan({
    nodes: [
      { id: 'p', out: ['y'], pure: true },
      { id: 'i', out: ['y'] },
      { id: 'q', in: { p: 'p.y', i: 'i.y' }, out: ['y'] },
      { id: 'sink', in: { x: 'q.y' }, pure: true, out: ['y'] },
    ],
  });

  test('I9 a pure step that only nodes need which do not run is left out; one with side effects runs', () => {
    const d = new Drive(pure, {}, [override('q.y', 1)]).start();
    expect(d.statuses()).toEqual({ p: 'pruned', i: 'running', q: 'short-circuited', sink: 'running' });
    expect(new Drive(pure, { prune: true }, [override('q.y', 1)]).start().statuses()).toMatchObject({ i: 'pruned' });
  });

  test('I9 after a change the need is worked out again: what has not started is left out, and comes back', () => {
    const plan = buildPlan({
      nodes: [
        { id: 'a', out: ['y'] },
        { id: 'p', in: { x: 'a.y' }, out: ['y'], pure: true },
        { id: 'q', in: { a: 'a.y', p: 'p.y' }, out: ['y'] },
        { id: 'r', in: { q: 'q.y', a: 'a.y' } },
      ],
    });
    const d = new Drive(plan).start().intervene(override('q.y', 1));
    expect(d.statuses()).toEqual({ a: 'running', p: 'pruned', q: 'short-circuited', r: 'waiting' });
    d.withdraw('q.y');
    expect(d.statuses()).toEqual({ a: 'running', p: 'waiting', q: 'waiting', r: 'waiting' });
    expect(d.complete('a', { y: 1 }).complete('p', { y: 2 }).complete('q', { y: 3 }).complete('r').finish?.status).toBe(
      'completed',
    );
  });

  test('IV-08 I5 a resolver is called when something needs its value, once, and what has no need is not asked', () => {
    const d = new Drive(chain, {}, [lazy('a.y')]).start({ x: 1 });
    expect(d.asked.get('a.y!resolve')).toMatchObject({ name: 'find', args: { a: 1 } });
    expect(d.supply('a.y!resolve', 5).inputsOf('b')).toEqual({ x: 5 });
    const none = new Drive(chain, {}, [lazy('a.y'), override('b.y', 1)]).start({ x: 1 });
    expect([none.asked.size, none.outputs]).toEqual([0, { y: 1 }]);
  });

  test('IV-08 I5 a resolver that was not needed is called when its value is needed after all', () => {
    const plan = buildPlan({
      nodes: [
        { id: 'a', out: ['y'] },
        { id: 'b', in: { x: 'a.y' }, out: ['y'] },
        { id: 'w', out: ['y'] },
        { id: 'c', in: { x: 'b.y', w: 'w.y' } },
      ],
    });
    const d = new Drive(plan, {}, [lazy('a.y'), override('b.y', 1)]).start();
    expect([d.asked.size, d.statuses()['a']]).toEqual([0, 'short-circuited']);
    d.withdraw('b.y');
    expect([...d.asked.keys()]).toEqual(['a.y!resolve']);
    expect(d.supply('a.y!resolve', 4).inputsOf('b')).toEqual({ x: 4 });
  });

  test('I5 of resolvers that fail the node fails, or each node that reads the port', () => {
    const at = (address: string) => new Drive(chain, {}, [lazy(address)]).start({ x: 1 });
    expect(at('a.y').supply('a.y!resolve').finish?.error).toMatchObject({
      code: 'intervention_failed',
      address: 'a.y',
    });
    const reader = at('a/$in.x').supply('a/$in.x!resolve');
    expect(reader.finish?.error).toMatchObject({ code: 'intervention_failed', address: 'a/$in.x' });
  });

  test('R2 IV-08 a resolver on its way is asked again by the next driver, and one that has answered is not', () => {
    const d = new Drive(chain, {}, [lazy('a.y')]).start({ x: 1 }).handOver();
    expect([...d.asked.keys()]).toEqual(['a.y!resolve']);
    d.supply('a.y!resolve', 5).handOver();
    expect([d.asked.size, d.inputsOf('b')]).toEqual([0, { x: 5 }]);
  });
});
