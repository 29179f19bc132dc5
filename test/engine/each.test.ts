import { describe, expect, test } from 'vitest';
import type { Slice } from '../../src/engine/command.js';
import type { Value } from '../../src/value/value.js';
import { buildPlan, type ListSpec, type NodeSpec } from './build-plan.js';
import { override } from './changes-of.js';
import { Drive } from './drive.js';

type More = Partial<ListSpec> & { readonly onFailure?: 'stop' | 'continue' };

/** Scans each page: with its index, and with what is around. */
const pages = ({ onFailure = 'continue', ...from }: More = {}): NodeSpec => ({
  id: 'pages',
  in: { items: '$in.pages', k: '$in.k' },
  scoped: {
    kind: 'item',
    onFailure,
    from: { kind: 'list', ...from },
    body: {
      in: ['item', 'index', 'k'],
      nodes: [{ id: 'scan', in: { item: '$in.item', index: '$in.index', k: '$in.k' }, out: ['text'] }],
      out: { text: 'scan.text' },
    },
  },
});
const each = (more: More = {}) =>
  buildPlan({
    in: ['pages', 'k'],
    nodes: [pages(more), { id: 'join', in: { texts: 'pages.text' }, out: ['y'] }],
    out: { y: 'join.y' },
  });
/** A list that lies in the store. */
const STORED: Value = { digest: 'd', size: 9000 };
const slicesOf = ({ all }: Drive): readonly Slice[] => all.filter(command => command.kind === 'slice');
const startStored = (more: More = {}): Drive =>
  new Drive(each(more)).event({ kind: 'started', inputs: { '$in.pages': STORED, '$in.k': { size: 1, inline: 0 } } });
const leaves = (...list: number[]): Value[] => list.map(inline => ({ digest: `d${inline}`, size: 1, inline }));

describe('an each over a list', () => {
  test('opens as many items as it may, in order, with their index and what is around', () => {
    const d = new Drive(each({ concurrency: 2 })).start({ pages: ['a', 'b', 'c'], k: 10 });
    expect(d.running).toEqual(['pages[0]/scan', 'pages[1]/scan']);
    expect(d.inputsOf('pages[1]/scan')).toEqual({ item: 'b', index: 1, k: 10 });
    expect(d.complete('pages[1]/scan', { text: 'B' }).running).toEqual(['pages[0]/scan', 'pages[2]/scan']);
    d.complete('pages[2]/scan', { text: 'C' }).complete('pages[0]/scan', { text: 'A' });
    expect(d.inputsOf('join')).toEqual({ texts: ['A', 'B', 'C'] });
  });

  test('gives what ends first first, if it is not `ordered`', () => {
    const d = new Drive(each({ ordered: false })).start({ pages: [1, 2, 3], k: 0 });
    d.complete('pages[2]/scan', { text: 'C' }).complete('pages[0]/scan', { text: 'A' }).handOver();
    expect(d.complete('pages[1]/scan', { text: 'B' }).inputsOf('join')).toEqual({ texts: ['C', 'A', 'B'] });
  });

  test.each([
    ['text', '"abc"', 'expected a list, got "abc"'],
    ['a number', '7', 'expected a list, got 7'],
  ])('fails where the items are %s', (_, json, problem) => {
    const d = new Drive(each()).start({ pages: JSON.parse(json), k: 0 });
    expect(d.finish?.error).toEqual({
      code: 'invalid_value',
      address: 'pages',
      message: `pages: input "items": ${problem}`,
      details: { problems: [{ address: 'pages/$in.items', port: 'items', message: problem }] },
    });
  });

  test.each([
    ['a list of lists', { flat: { list: [{ value: [1] }, { list: [{ value: 2 }] }, { value: [] }] } }, [1, 2]],
    ['one list of lists', { flat: { value: [[1, 2], [3]] } }, [1, 2, 3]],
    ['lists of lists of lists', { flat: { flat: { list: [{ value: [[1], [2]] }] } } }, [1, 2]],
  ] as const)('takes the items of a flat of %s', (_, items, expected) => {
    const plan = buildPlan({ in: ['k'], nodes: [{ ...pages(), in: { items, k: '$in.k' } }] });
    const d = new Drive(plan).start({ k: 0 });
    expect(d.running.map(address => d.inputsOf(address)['item'])).toEqual(expected);
  });

  test('without items is done at once', () => {
    const d = new Drive(each()).start({ pages: [], k: 0 });
    expect(d.inputsOf('join')).toEqual({ texts: [] });
  });

  test.each([
    [[1, [2]], 'expected a list of lists, got one with 1 in it'],
    [3, 'expected a list of lists, got 3'],
  ])('fails where %j is to be made flat', (value, problem) => {
    const plan = buildPlan({ in: ['k'], nodes: [{ ...pages(), in: { items: { flat: { value } }, k: '$in.k' } }] });
    expect(new Drive(plan).start({ k: 0 }).finish?.error?.message).toBe(`pages: input "items": ${problem}`);
  });

  test('an override at its items, or at an output, works as at any node', () => {
    const items = new Drive(each(), {}, [override('pages/$in.items', ['x'])]).start({ pages: [1, 2, 3], k: 0 });
    expect(items.running).toEqual(['pages[0]/scan']);
    expect(items.handOver().inputsOf('pages[0]/scan')).toMatchObject({ item: 'x' });
    const one = new Drive(each(), {}, [override('pages[1]/scan.text', 'B')]).start({ pages: [1, 2], k: 0 });
    expect(one.complete('pages[0]/scan', { text: 'A' }).inputsOf('join')).toEqual({ texts: ['A', 'B'] });
    const all = new Drive(each(), {}, [override('pages.text', ['z'])]).start({ pages: [1, 2], k: 0 });
    expect(all.running).toEqual(['join']);
  });

  test('is done again with other items, as the next generation', () => {
    const d = new Drive(each()).start({ pages: [1, 2], k: 0 }).complete('pages[0]/scan', { text: 'A' });
    d.intervene(override('pages/$in.items', [9], { onLate: 'recompute' }));
    expect(d.flying.get('pages[0]/scan')).toMatchObject({ generation: 2 });
    expect(d.complete('pages[0]/scan', { text: 'Z' }).inputsOf('join')).toEqual({ texts: ['Z'] });
  });

  test('opens nothing while the run is paused', () => {
    const d = new Drive(each({ concurrency: 1 })).start({ pages: [1, 2], k: 0 }).event({ kind: 'paused' });
    expect(d.complete('pages[0]/scan', { text: 'A' }).statuses()).not.toHaveProperty('pages[1]/scan');
    expect(d.event({ kind: 'resumed' }).running).toEqual(['pages[1]/scan']);
  });
});

describe('a list that lies in the store', () => {
  test('is asked for slice by slice, the next one when less than half is left', () => {
    const d = startStored({ concurrency: 1 });
    const [first] = slicesOf(d);
    expect(first).toEqual({ kind: 'slice', exec: 1, address: 'pages!items-1', value: STORED, first: 0 });
    d.event({ kind: 'sliced', exec: 1, items: leaves(1, 2, 3, 4), total: 5 });
    const end = (k: number): Drive => d.complete(`pages[${k}]/scan`, { text: k });
    end(0);
    expect(slicesOf(d)).toHaveLength(1);
    end(1);
    const [, next] = slicesOf(d);
    expect(next).toMatchObject({ first: 4, value: STORED });
    d.event({ kind: 'sliced', exec: next?.exec ?? 0, items: leaves(5), total: 5 });
    for (const k of [2, 3, 4]) end(k);
    expect(slicesOf(d)).toHaveLength(2);
    expect(d.inputsOf('join')).toEqual({ texts: [0, 1, 2, 3, 4] });
  });

  test('is asked for again by who goes on; a late answer changes nothing', () => {
    const d = startStored().handOver();
    const [old, again] = slicesOf(d);
    expect(again).toMatchObject({ first: 0 });
    expect(d.event({ kind: 'sliced', exec: old?.exec ?? 0, items: leaves(1), total: 1 }).last).toEqual([]);
    expect(d.event({ kind: 'sliced', exec: again?.exec ?? 0, items: leaves(1), total: 1 }).running).toHaveLength(1);
  });

  test('that can not be had fails its node, and what runs is cancelled', () => {
    const d = startStored().event({ kind: 'sliced', exec: 1, items: leaves(1), total: 3 });
    const exec = slicesOf(d)[1]?.exec ?? 0;
    d.event({ kind: 'failed', exec, error: { code: 'hydration_failed', message: 'gone' } });
    expect(d.last).toContainEqual({ kind: 'cancel', exec: d.flying.get('pages[0]/scan')?.exec });
    expect(d.close('pages[0]/scan').finish).toMatchObject({ error: { code: 'hydration_failed', address: 'pages' } });
  });

  test('is not wanted any more when its node has failed', () => {
    const d = startStored({ onFailure: 'stop' }).event({ kind: 'sliced', exec: 1, items: leaves(1), total: 3 });
    const exec = slicesOf(d)[1]?.exec ?? 0;
    expect(d.fail('pages[0]/scan').last).toContainEqual({ kind: 'cancel', exec });
    expect(d.finish?.error).toMatchObject({ code: 'boom', address: 'pages[0]/scan' });
  });

  test('is waited for before the run is handed over', () => {
    const d = startStored().event({ kind: 'filling' });
    expect(d.last).not.toContainEqual({ kind: 'handOver' });
    d.event({ kind: 'sliced', exec: 1, items: leaves(1), total: 1 });
    expect(d.last.at(-1)).toEqual({ kind: 'handOver' });
    expect(d.handOver().running).toEqual(['pages[0]/scan']);
  });

  test('in parts that are too heavy for one command is asked for part by part', () => {
    const part = (k: number): Value => ({ digest: String(k).padStart(64, '0'), size: 9000 });
    const items: Value = { flat: { list: Array.from({ length: 2000 }, (_, k) => part(k)) } };
    const d = new Drive(each({ concurrency: 1 }));
    d.event({ kind: 'started', inputs: { '$in.pages': items, '$in.k': { size: 1, inline: 0 } } });
    d.event({ kind: 'sliced', exec: 1, items: leaves(1), total: 1 }).complete('pages[0]/scan', { text: 1 });
    const asked = slicesOf(d).map(({ value, first }) => [JSON.stringify(value).length, first]);
    expect(asked).toHaveLength(2);
    for (const [length = 0, first] of asked) expect([length < 150_000, first]).toEqual([true, 0]);
  });
});
