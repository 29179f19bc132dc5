import { describe, expect, test } from 'vitest';
import { override } from './changes-of.js';
import { collect, parts, split, StreamDrive } from './stream-drive.js';

const join = { id: 'join', in: { ys: 'parts.y' }, out: ['y'] };

describe('a stream', () => {
  test('gives its items while it runs, and its outputs at its end', () => {
    const d = new StreamDrive([split(), parts(), join], { out: { total: 'split.total', y: 'join.y' } });
    expect(d.running).toEqual(['split']);
    d.yield(0, ['a', 'b']);
    expect(d.inputsOf('parts[1]/scan')).toEqual({ part: 'b', index: 1 });
    d.scan(0, 1).yield(2, ['c']).end(3).scan(2);
    expect(d.inputsOf('join')).toEqual({ ys: [0, 1, 2] });
    expect(d.complete('join', { y: 'all' }).outputs).toEqual({ total: 3, y: 'all' });
  });

  test('counts in no concurrency of the run', () => {
    const other = { id: 'other', in: {}, out: ['y'] };
    const d = new StreamDrive([other, split(), parts()], { concurrency: 1 });
    expect(d.running).toEqual(['split', 'other']);
    d.yield(0, ['a']).complete('other', { y: 1 });
    expect(d.running).toEqual(['split', 'parts[0]/scan']);
  });

  test('without items leaves empty lists', () => {
    const d = new StreamDrive([split(), parts(), collect()], { out: { y: 'parts.y', all: 'all.part' } });
    expect(d.end(0).outputs).toEqual({ y: [], all: [] });
  });

  test('takes what comes again no second time, and nothing where items would be missing', () => {
    const d = new StreamDrive([split(), collect()], { out: { all: 'all.part' } });
    d.yield(0, ['a', 'b']).yield(0, ['a', 'b', 'c']).yield(4, ['e']);
    expect(d.flow()?.next).toBe(3);
    expect(d.yield(3, ['d']).end(4).outputs).toEqual({ all: ['a', 'b', 'c', 'd'] });
  });

  test('is shown without its items', () => {
    const d = new StreamDrive([split(), parts()]).yield(0, ['a']);
    const shown = () => [...d.engine.nodes()].find(({ address }) => address === 'split')?.outputs;
    expect(shown()).toEqual({});
    expect(Object.keys(d.end(1).scan(0).finish ? (shown() ?? {}) : {})).toEqual(['total']);
  });
});

describe('a stream whose items are only collected', () => {
  const all = { out: { all: 'all.part' } };

  test('takes packs of them, between others and in their order', () => {
    const d = new StreamDrive([split(), collect()], all);
    expect(d.from).toMatchObject({ packs: true });
    d.yield(0, ['a']).pack(1, ['b', 'c']).pack(3, ['d']).yield(4, ['e']);
    expect(d.flow()).toMatchObject({ next: 5 });
    // What came before a pack goes to the store, so that the state has only what stands for it.
    expect(d.all.filter(({ kind }) => kind === 'gather')).toHaveLength(1);
    d.gather();
    expect(d.end(5).outputs).toEqual({ all: ['a', 'b', 'c', 'd', 'e'] });
  });

  test('takes a pack whole or not at all', () => {
    const d = new StreamDrive([split(), collect({ buffer: 2 })], all).pack(0, ['a', 'b', 'c']);
    expect(d.flow()).toMatchObject({ next: 0 });
    d.yield(0, ['a']).pack(0, ['a', 'b']).pack(2, ['c']);
    expect(d.flow()).toMatchObject({ next: 1 });
  });

  test('compares the next attempt with the last of a pack', () => {
    const d = new StreamDrive([split(), collect()], all).pack(0, ['a', 'b']);
    d.yield(2, ['c'], { attempt: 2, before: 'b' });
    expect(d.engine.failures).toEqual([]);
    d.yield(3, ['d'], { attempt: 3, before: 'x' });
    expect(d.engine.failures).toMatchObject([{ code: 'stream_not_repeatable' }]);
  });

  test('keeps packs for a collect that has not started', () => {
    const slow = { id: 'slow', in: {}, out: ['y'] };
    const late = { ...collect({}, 'late'), in: { items: 'split.items', y: 'slow.y' } };
    const d = new StreamDrive([slow, split(), collect(), late], { out: { all: 'all.part', late: 'late.part' } });
    d.pack(0, ['a', 'b']).yield(2, ['c']).complete('slow', { y: 1 });
    d.gather();
    expect(d.end(3).outputs).toEqual({ all: ['a', 'b', 'c'], late: ['a', 'b', 'c'] });
  });
});

test('a stream with another reader takes no packs', () => {
  const d = new StreamDrive([split(), parts(), collect()]);
  expect(d.from).not.toHaveProperty('packs');
  expect(d.pack(0, ['a']).flow()).toMatchObject({ next: 0 });
});

describe('of several attempts at a stream', () => {
  test('the latest is listened to', () => {
    const d = new StreamDrive([split(), parts()]).yield(0, ['a']).yield(1, [], { attempt: 2, before: 'a' });
    d.yield(1, ['b']);
    expect(d.flow(1)).toBeUndefined();
    expect(d.flow(2)?.next).toBe(1);
    expect(d.yield(0, ['a', 'b'], { attempt: 2 }).flow(2)?.next).toBe(2);
  });

  test('one that yields another item fails it', () => {
    const d = new StreamDrive([split(), parts()]).yield(0, ['a', 'b']);
    const exec = d.execOf();
    d.yield(2, ['c'], { attempt: 2, before: 'x' });
    expect(d.engine.failures).toMatchObject([{ code: 'stream_not_repeatable', address: 'split' }]);
    expect(d.last).toContainEqual({ kind: 'cancel', exec });
    expect(d.flow(2)).toBeUndefined();
  });

  test('one that ends after fewer items fails it', () => {
    const d = new StreamDrive([split(), parts()]).yield(0, ['a', 'b']).end(1);
    expect(d.engine.failures).toMatchObject([{ code: 'stream_not_repeatable', address: 'split' }]);
  });
});

describe('back-pressure', () => {
  const tight = { buffer: 4, concurrency: 1 };

  test('lets as many items wait as the node has room for', () => {
    const d = new StreamDrive([split(), parts(tight)]);
    expect(d.from).toEqual({ next: 0, credit: 4 });
    d.yield(0, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    // One of them has been opened since.
    expect(d.flow()).toEqual({ next: 4, credit: 1 });
    expect(d.scan(0).flow()).toEqual({ next: 4, credit: 2 });
  });

  test('is that of the slowest of those who read', () => {
    const d = new StreamDrive([split(), parts(tight), collect({ buffer: 100 })]);
    expect(d.yield(0, ['a', 'b']).flow()).toEqual({ next: 2, credit: 3 });
  });

  test('is none where nobody reads', () => {
    const d = new StreamDrive([split()]).yield(0, ['a', 'b']);
    expect(d.flow()).toEqual({ next: 2, credit: 1000 });
    expect(d.engine.snapshot().scopes[0]?.streams?.[0]?.[1]).toMatchObject({ first: 2, items: [] });
  });

  test('counts from the first item for a node that starts late', () => {
    const slow = { id: 'slow', in: {}, out: ['y'] };
    const d = new StreamDrive([slow, split(), parts({ buffer: 2 }, 'parts', { y: 'slow.y' }), collect()]);
    d.yield(0, ['a', 'b', 'c']);
    expect(d.flow()).toEqual({ next: 2, credit: 0 });
    d.complete('slow', { y: 1 });
    expect(d.running).toEqual(['split', 'parts[0]/scan', 'parts[1]/scan']);
    expect(d.flow()).toEqual({ next: 2, credit: 2 });
  });

  test('counts a node no longer that is skipped', () => {
    const slow = { id: 'slow', in: {}, out: ['y?'] };
    const when = { ...parts({ buffer: 2 }, 'parts', { y: 'slow.y' }), when: 'slow.y' };
    const d = new StreamDrive([slow, split(), when]).yield(0, ['a', 'b']);
    expect(d.flow()).toEqual({ next: 2, credit: 0 });
    expect(d.complete('slow', {}).flow()).toEqual({ next: 2, credit: 1000 });
  });

  test('lets a stream park, which is executed again when half of the room is back', () => {
    const d = new StreamDrive([split(), parts(tight)]).yield(0, ['a', 'b', 'c', 'd']).yield(4, ['e']).park();
    expect(d.running).toEqual(['parts[0]/scan']);
    expect(d.statuses()['split']).toBe('running');
    expect(d.scan(0).from).toBeUndefined();
    d.scan(1);
    expect(d.flying.get('split')).toMatchObject({ generation: 1, stream: { next: 5, credit: 2 } });
  });

  test('executes nothing again while the run is paused', () => {
    const d = new StreamDrive([split(), collect({ concurrency: 1 })]).park();
    expect(d.from).toMatchObject({ next: 0, credit: 100 });
    d.event({ kind: 'paused' }).park();
    expect(d.from).toBeUndefined();
    expect(d.event({ kind: 'resumed' }).from).toMatchObject({ next: 0, credit: 100 });
  });

  test('keeps the deadline of a stream that is parked', () => {
    const policy = { deadline: 1000 };
    const d = new StreamDrive([split({ policy }), parts({ buffer: 2, concurrency: 1 })]);
    d.yield(0, ['a', 'b']).yield(2, ['c']).park().wait(1000);
    expect(d.engine.failures).toMatchObject([{ code: 'deadline', address: 'split' }]);
    d.scan(0, 1, 2);
    expect(d.finish?.status).toBe('completed');
  });
});

describe('a stream that fails', () => {
  test('leaves what came to the nodes that keep it, and nothing to the others', () => {
    const out = { 'y?': 'parts.y', 'some?': 'some.part', 'all?': 'all.part' };
    const nodes = [split(), parts(), collect(), collect({ onStreamFailure: 'keep' }, 'some')];
    const d = new StreamDrive(nodes, { out }).yield(0, ['a', 'b']).fail('split').scan(0, 1);
    expect(d.outputs).toEqual({ y: [0, 1], some: ['a', 'b'] });
    expect(d.statuses()).toMatchObject({ split: 'failed', parts: 'completed', all: 'skipped', some: 'completed' });
  });

  test('leaves them also to one that starts after that', () => {
    const slow = { id: 'slow', in: {}, out: ['y'] };
    const nodes = [slow, split(), parts({}, 'parts', { y: 'slow.y' })];
    const d = new StreamDrive(nodes, { out: { y: 'parts.y' } }).yield(0, ['a']).fail('split');
    expect(d.complete('slow', { y: 1 }).scan(0).outputs).toEqual({ y: [0] });
  });

  test('stops a run that stops at failures', () => {
    const d = new StreamDrive([split(), parts()], { onRunFailure: 'stop' }).yield(0, ['a']).fail('split');
    expect(d.close('parts[0]/scan').finish?.error).toMatchObject({ code: 'boom', address: 'split' });
  });
});

describe('another driver', () => {
  test('executes a stream from where it was', () => {
    const d = new StreamDrive([split(), parts()], { out: { y: 'parts.y' } }).yield(0, ['a', 'b']).scan(0).handOver();
    expect(d.flying.get('split')).toMatchObject({ generation: 2, stream: { next: 2, credit: 100 } });
    expect(d.running).not.toContain('parts[0]/scan');
    expect(d.yield(2, ['c'], { before: 'b' }).scan(1, 2).end(3).outputs).toEqual({ y: [0, 1, 2] });
  });

  test('lets a parked one be', () => {
    const d = new StreamDrive([split(), parts({ buffer: 2, concurrency: 1 })]);
    d.yield(0, ['a', 'b']).yield(2, ['c']).park().handOver();
    expect(d.running).toEqual(['parts[0]/scan']);
    expect(d.scan(0).flying.get('split')).toMatchObject({ generation: 1, stream: { next: 3, credit: 1 } });
  });

  test('takes nothing while it comes to rest, so that the stream parks', () => {
    const d = new StreamDrive([split(), collect()]).event({ kind: 'full', within: 30_000 });
    expect(d.flow()).toEqual({ next: 0, credit: 0 });
    expect(d.park().last).toContainEqual({ kind: 'handOver' });
    expect(d.handOver().from).toMatchObject({ next: 0, credit: 100 });
  });
});

describe('an intervention', () => {
  const out = { y: 'parts.y', 'total?': 'split.total' };
  const items = (...list: readonly unknown[]) => override('split.items', list.map(part => ({ part })) as never);

  test('at all outputs and the items takes the place of the stream', () => {
    const d = new StreamDrive([split(), parts()], { out }, [items('x', 'y'), override('split.total', 9)]);
    expect(d.running).toEqual(['parts[0]/scan', 'parts[1]/scan']);
    expect(d.inputsOf('parts[1]/scan')).toEqual({ part: 'y', index: 1 });
    expect(d.statuses()['split']).toBe('short-circuited');
    expect(d.scan(0, 1).outputs).toEqual({ y: [0, 1], total: 9 });
  });

  test('at the items alone lets the stream run, and what it yields goes nowhere', () => {
    const d = new StreamDrive([split(), parts()], { out }, [items('x')]).yield(0, ['a', 'b']);
    expect(d.running).toEqual(['split']);
    d.end(2);
    expect(d.inputsOf('parts[0]/scan')).toEqual({ part: 'x', index: 0 });
    expect(d.scan(0).outputs).toEqual({ y: [0], total: 2 });
    const shown = [...d.engine.nodes()].find(({ address }) => address === 'split');
    expect(shown?.outputs['items']).toMatchObject({ inline: [{ part: 'x' }] });
  });

  test('at what an each reads leaves the stream to the others', () => {
    const d = new StreamDrive([split(), parts(), collect()], {}, [
      override('parts/$in.items', [{ part: 'x' }] as never),
    ]);
    d.yield(0, ['a', 'b']);
    expect(d.running).toEqual(['split', 'parts[0]/scan']);
    expect(d.flow()).toEqual({ next: 2, credit: 100 });
  });

  test('fails an each that is given something else than objects', () => {
    const d = new StreamDrive([split(), parts()], {}, [override('split.items', [7]), override('split.total', 0)]);
    expect(d.engine.failures).toMatchObject([{ code: 'invalid_value', address: 'parts' }]);
    expect(d.engine.failures[0]?.message).toBe('parts: input "items": item 0: expected an object, got 7');
  });

  test('that is taken back has the stream begin anew, where what it yielded is gone', () => {
    const slow = { id: 'slow', in: {}, out: ['y'] };
    const nodes = [slow, split(), parts({}, 'parts', { y: 'slow.y' })];
    const d = new StreamDrive(nodes, { out }).intervene({ ...items('x'), id: 'i' });
    const exec = d.yield(0, ['a', 'b']).execOf();
    d.withdraw('i').complete('slow', { y: 1 });
    expect(d.flying.get('split')).toMatchObject({ generation: 2, stream: { next: 0 } });
    d.event({ kind: 'closed', exec });
    expect(d.yield(0, ['a', 'b']).end(2).scan(0, 1).outputs).toEqual({ y: [0, 1], total: 2 });
  });

  const late = { id: 'slow', in: {}, out: ['y'] };
  const waiting = [late, split(), parts({}, 'parts', { y: 'slow.y' })];

  test('at the items of a stream that has failed is what those read who have not yet', () => {
    const d = new StreamDrive(waiting, { out }).yield(0, ['a']).fail('split');
    d.intervene({ ...items('x', 'y'), id: 'i' }).complete('slow', { y: 1 });
    expect(d.inputsOf('parts[1]/scan')).toMatchObject({ part: 'y' });
    expect(d.scan(0, 1).outputs).toEqual({ y: [0, 1] });
    expect([d.statuses()['split'], d.came('i')]).toEqual(['failed', 'applied used']);
  });

  test('at the items of a stream that has failed, taken back, has it begin anew for who has not read them', () => {
    const d = new StreamDrive(waiting, { out }).yield(0, ['a']).fail('split');
    d.intervene({ ...items('x'), id: 'i' })
      .withdraw('i')
      .complete('slow', { y: 1 });
    expect(d.flying.get('split')).toMatchObject({ generation: 2, stream: { next: 0 } });
  });

  test('that has an each done again has its stream done again', () => {
    const slow = { id: 'slow', in: {}, out: ['y'] };
    const end = { id: 'end', in: { y: 'parts.y' }, out: ['y'] };
    const d = new StreamDrive([slow, split(), parts({}, 'parts', { y: 'slow.y' }), end], { out });
    d.complete('slow', { y: 1 }).yield(0, ['a']).scan(0).end(1);
    expect(d.running).toEqual(['end']);
    d.intervene({ ...override('slow.y', 2), id: 'late', onLate: 'recompute' });
    expect(d.flying.get('split')).toMatchObject({ generation: 2, stream: { next: 0, credit: 100 } });
    d.yield(0, ['a', 'b']);
    expect(d.flying.get('parts[1]/scan')?.generation).toBeGreaterThan(1);
  });
});

test('streams inside an each end with their items', () => {
  const inner = {
    in: ['item', 'index'],
    nodes: [{ ...split(), in: { text: '$in.item' } }, collect()],
    out: { all: 'all.part' },
  };
  const pages = {
    id: 'pages',
    in: { items: { value: ['p', 'q'] } },
    scoped: { kind: 'item', onFailure: 'continue', from: { kind: 'list', concurrency: 1 }, body: inner },
  } as const;
  const d = new StreamDrive([pages], { out: { all: 'pages.all' } });
  for (const k of [0, 1]) {
    const exec = d.execOf(`pages[${k}]/split`);
    d.event({ kind: 'yielded', exec, attempt: 1, first: 0, items: [[{ size: 1, inline: k }]] });
    d.event({ kind: 'completed', exec, outputs: {}, count: 1 });
  }
  expect(d.outputs).toEqual({ all: [[0], [1]] });
});
