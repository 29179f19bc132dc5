import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { activityId, formatAddress, parseAddress, type Address, type Segment } from '../../src/document/address.js';

describe('addresses', () => {
  test.each<[string, Address]>([
    ['brew', { kind: 'node', scope: [], node: 'brew' }],
    ['brew#2', { kind: 'node', scope: [], node: 'brew', generation: 2 }],
    ['brew.coffee', { kind: 'output', scope: [], node: 'brew', port: 'coffee' }],
    ['brew/$in.powder', { kind: 'input', scope: [], node: 'brew', port: 'powder' }],
    ['$in.water', { kind: 'input', scope: [], port: 'water' }],
    ['$out.coffee', { kind: 'output', scope: [], port: 'coffee' }],
    ['$[2]/$in.water', { kind: 'input', scope: [{ kind: 'feed', index: 2 }], port: 'water' }],
    [
      'refine@1/better.text',
      { kind: 'output', scope: [{ kind: 'iteration', id: 'refine', index: 1 }], node: 'better', port: 'text' },
    ],
    [
      'pages[3]/hard/ocr/$in.image',
      {
        kind: 'input',
        scope: [
          { kind: 'item', id: 'pages', index: 3 },
          { kind: 'node', id: 'hard' },
        ],
        node: 'ocr',
        port: 'image',
      },
    ],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(text);
  });

  test.each([
    ...['', '.', '/', 'a/', '/a', 'a//b', 'a.', '.b', 'a.b.c', 'a b.c', 'a.b-c', 'a.constructor', '9a.b'],
    ...['pages[3]', 'pages[3].x', 'pages[].x/y', 'pages[03]/a.b', 'pages[-1]/a.b', 'pages[1.5]/a.b', 'pages@x/a.b'],
    ...['$in', '$in.a.b', 'pages[3]/$in.x', 'hard/$out.x', '$[1]', '$[x]/a.b', '$/a.b', '$item.x'],
    ...['a#0', 'a#-1', 'a#', 'a#1#2', 'a#2.b', 'a#2/b', `pages[${'9'.repeat(20)}]/a.b`],
  ])('%j is none', text => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('what is written reads as the same address', () => {
    fc.assert(
      fc.property(anyAddress, address => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test('a text that reads as an address is how that address is written', () => {
    const parts = fc.constantFrom('a', 'b-1', '$in', '$out', '$', '.', '/', '[', ']', '@', '#', '0', '1', '01');
    let read = 0;
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 7 }), chosen => {
        const text = chosen.join('');
        const address = parseAddress(text);
        if (address !== undefined) read += 1;
        return address === undefined || formatAddress(address) === text;
      }),
      { numRuns: 5000 },
    );
    expect(read).toBeGreaterThan(50);
  });
});

describe('activity ids', () => {
  test('are the address, with the generation from the second on, and with what else is worked for it', () => {
    expect(activityId('pages[3]/hard/ocr', 1)).toBe('pages[3]/hard/ocr');
    expect(activityId('brew', 2)).toBe('brew#2');
    expect(activityId('grind.powder', 1, 'merge')).toBe('grind.powder!merge');
    expect(activityId('brew', 3, 'gather-7')).toBe('brew#3!gather-7');
  });

  test('keep 200 bytes, and beyond those end in a digest of the whole', () => {
    const exactly = 'a'.repeat(200);
    expect(activityId(exactly, 1)).toBe(exactly);
    const long = 'a'.repeat(199);
    const digest = createHash('sha256').update(`${long}#2`).digest('hex').slice(0, 16);
    expect(activityId(long, 2)).toBe(`${'a'.repeat(180)}~${digest}`);
  });

  test('of long addresses that differ only at their ends differ', () => {
    const scope = `${'nested/'.repeat(40)}n`;
    const ids = [activityId(`${scope}1`, 1), activityId(`${scope}2`, 1), activityId(`${scope}1`, 2)];
    expect(new Set(ids).size).toBe(3);
    expect(ids.every(id => id.length === 197)).toBe(true);
  });
});

const id = fc.constantFrom('a', 'b-1', 'Z_9', 'end', 'item');
const index = fc.nat({ max: 1_000_000 });
const segment: fc.Arbitrary<Segment> = fc.oneof(
  fc.record({ kind: fc.constant('node' as const), id }),
  fc.record({ kind: fc.constantFrom('item' as const, 'iteration' as const), id, index }),
);
const scope = fc
  .tuple(fc.option(index, { nil: undefined }), fc.array(segment, { maxLength: 3 }))
  .map(([feed, rest]): Segment[] => (feed === undefined ? rest : [{ kind: 'feed', index: feed }, ...rest]));
const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.record({ kind: fc.constant('node' as const), scope, node: id }),
  fc.record({ kind: fc.constant('node' as const), scope, node: id, generation: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ kind: fc.constantFrom('input' as const, 'output' as const), scope, node: id, port: fc.constant('p_1') }),
  fc.record({
    kind: fc.constantFrom('input' as const, 'output' as const),
    scope: fc.constant([]),
    port: id.filter(each => !each.includes('-')),
  }),
);
