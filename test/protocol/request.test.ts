import { describe, expect, test } from 'vitest';
import { BREAKPOINTS, CANCEL, CONTINUE, INTERVENE, PAUSE, WITHDRAW } from '../../src/protocol/names.js';
import { requestEvent, requestProblem } from '../../src/protocol/request.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';

const sent = { id: 'i', at: 'grind.powder', kind: 'override', value: literal(25) };

describe('what a request means to the engine', () => {
  test.each([
    [PAUSE, [], { kind: 'paused' }],
    [CANCEL, ['enough'], { kind: 'cancelled', reason: 'enough' }],
    [CANCEL, ['e'.repeat(10_000)], { kind: 'cancelled', reason: 'e'.repeat(4000) }],
    [INTERVENE, [sent], { kind: 'intervened', intervention: sent }],
    [WITHDRAW, ['i'], { kind: 'withdrawn', id: 'i' }],
    [CONTINUE, [], { kind: 'released' }],
    [CONTINUE, ['brew'], { kind: 'released', address: 'brew' }],
    [BREAKPOINTS, [[{ after: 'brew' }]], { kind: 'breakpointsSet', breakpoints: [{ after: 'brew' }] }],
  ])('%s %j', (name, args, event) => {
    expect(requestEvent(name, 7, args)).toEqual({ at: 7, ...event });
  });

  test('a value that is as deep as values may be is taken', () => {
    const value = { size: 2000, inline: JSON.parse('['.repeat(1000) + ']'.repeat(1000)) as Json };
    expect(requestProblem(INTERVENE, [{ ...sent, value }])).toBeUndefined();
  });

  test('a name that is none means nothing', () => {
    expect(requestEvent('nonsense', 7, [])).toBeUndefined();
  });

  test('what is no field of an intervention does not get into the run', () => {
    expect(requestEvent(INTERVENE, 7, [{ ...sent, extra: 'x'.repeat(100) }])).toEqual({
      at: 7,
      kind: 'intervened',
      intervention: sent,
    });
  });
});

describe('arguments that say nothing are no event, and it is said why', () => {
  const leaf = { size: 1, inline: 1 };
  const deep = (): object => {
    let value: object = leaf;
    for (let k = 0; k < 100_000; k += 1) value = { flat: value };
    return { ...sent, value: { list: [leaf, value, null] } };
  };
  const nested = (depth: number): object => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as object;
  test.each([
    [INTERVENE, undefined, /expected an intervention/],
    [INTERVENE, 'override', /expected an intervention/],
    [INTERVENE, [sent], /expected an intervention/],
    [INTERVENE, { ...sent, at: '' }, /^at: expected an address/],
    [INTERVENE, { ...sent, at: undefined }, /^at: .*got nothing/],
    [INTERVENE, { ...sent, kind: 3 }, /^kind/],
    [INTERVENE, { ...sent, id: undefined }, /^id/],
    [INTERVENE, { ...sent, onLate: 'soon' }, /^onLate/],
    [INTERVENE, { ...sent, value: 25 }, /^value/],
    [INTERVENE, { ...sent, value: { size: 1 } }, /^value/],
    [INTERVENE, { ...sent, value: { size: 1, digest: '../x' } }, /^value/],
    [INTERVENE, { ...sent, value: { list: [leaf, 3] } }, /^value/],
    [INTERVENE, deep(), /^value/],
    [INTERVENE, { ...sent, value: { size: 2002, inline: nested(1001) } }, /^value/],
    [INTERVENE, { ...sent, value: undefined, resolve: { name: 'x', args: { deep: nested(5000) } } }, /^resolve/],
    [INTERVENE, { ...sent, value: { size: 1, inline: 'longer than it says' } }, /^value/],
    [INTERVENE, { ...sent, value: { size: 0, digest: 'a'.repeat(64), media: 'image/png\r\nx: y' } }, /^value/],
    [INTERVENE, { ...sent, value: { size: 1, inline: 'YQ==', media: 'image/png' } }, /^value/],
    [INTERVENE, { ...sent, at: `${'a/'.repeat(10_000)}a.b` }, /^at/],
    [INTERVENE, { ...sent, kind: 'k'.repeat(10_000) }, /^kind/],
    [INTERVENE, { ...sent, id: 'i'.repeat(201) }, /^id/],
    [INTERVENE, { ...sent, reason: 'r'.repeat(10_000) }, /^reason/],
    [INTERVENE, { ...sent, value: undefined }, /either value or resolve/],
    [INTERVENE, { ...sent, resolve: { name: 'x', args: {} } }, /either value or resolve/],
    [INTERVENE, { ...sent, value: undefined, resolve: { name: 'x' } }, /^resolve/],
    [WITHDRAW, undefined, /id of an intervention/],
    [WITHDRAW, 'i'.repeat(201), /id of an intervention/],
    [CONTINUE, 3, /address/],
    [CONTINUE, 'a'.repeat(10_000), /address/],
    [BREAKPOINTS, undefined, /list/],
    [BREAKPOINTS, [{ before: 'brew', after: 'brew' }], /\/0/],
    [BREAKPOINTS, [{ before: 'brew.coffee' }], /address of a node/],
    [BREAKPOINTS, [{ at: 'brew', if: 'true' }], /address of a port/],
    [BREAKPOINTS, [{ after: 'brew' }, { at: 'brew.coffee', if: '1 +' }], /\/1: "1 \+"/],
  ])('%s %#', (name, first, problem) => {
    expect(requestProblem(name, [first])).toMatch(problem);
    expect(requestEvent(name, 7, [first])).toBeUndefined();
  });
});
