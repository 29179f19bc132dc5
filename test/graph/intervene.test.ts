import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AnyAddr } from '../../src/graph/address.js';
import { override } from '../../src/graph/intervene.js';
import { filterByKind, findIntervention, isInput } from '../../src/graph/intervention-list.js';
import { defineOperate } from '../../src/graph/operate.js';
import { defineResolver } from '../../src/graph/resolver.js';
import { at, list, operates, ref, resolvers, today } from './intervention-types.js';
import { ROOT, typeCheck } from './type-check.js';

describe('an intervention made by a typed constructor', () => {
  it('is compile-time checked at the property: step, port and value', { timeout: 60_000 }, async () => {
    const { errors } = await typeCheck([`${ROOT}test/graph/intervention-types.ts`]);
    expect(errors).toEqual([]);
  });

  it('IV-11: is the JSON object, its address that of the port, its value as it was given', () => {
    expect(list.slice(2)).toEqual([
      { at: 'mill/grind.powder', kind: 'override', value: 25 },
      { at: 'brew/$in.powder', kind: 'override', resolve: { name: 'beans', args: {} } },
      { at: 'mill.powder', kind: 'override', ref },
      { at: 'mill/grind.roast', kind: 'override', value: 'dark' },
      { at: 'mill/grind.signal', kind: 'offset', value: [10, 20], shortCircuit: false },
      { at: 'brew.coffee', kind: 'fill', value: { text: 'x' }, reason: 'tea', shortCircuit: true },
      { at: 'mill/grind.powder', kind: 'orElse', value: 1, shortCircuit: true },
      { at: 'mill/grind.on', kind: 'nextDay', value: null, shortCircuit: false },
    ]);
    expect(JSON.parse(JSON.stringify(list))).toEqual(list);
  });

  it('carries who, why, and what to do when it comes late, and nothing that is undefined', () => {
    const resolve = { name: 'today', args: {} };
    const said = { id: 'i-1', reason: 'why', by: 'me', onLate: 'recompute' };
    expect(list[1]).toEqual({ at: '$in.day', kind: 'input', resolve, ...said });
    const loose = override(at.brew.out.coffee, 'x', { reason: undefined } as object);
    expect(Object.keys(loose)).toEqual(['at', 'kind', 'value']);
  });

  it('takes a value for a ref only if it looks just like one', () => {
    const untyped = override as (at: AnyAddr, value: unknown) => object;
    const values = [
      { ref: 'x' },
      { ref: null },
      { ref, more: 1 },
      { ref: { store: 'blobs' } },
      { resolve: { name: 'a' } },
    ];
    for (const value of values) expect(untyped(at.brew.out.coffee, value)).toHaveProperty('value', value);
  });

  it('refuses what is no address, saying what to write', () => {
    const untyped = override as (at: unknown, value: unknown) => object;
    expect(() => untyped('grind.powder', 25)).toThrow(
      'override: expected an address such as graph.at.grind.out.powder, got "grind.powder"; as text, write { at:',
    );
    expect(() => untyped(undefined, 25)).toThrow(expect.objectContaining({ code: 'not_a_port' }));
  });
});

describe('a list of interventions', () => {
  it('IV-19: gives those of a kind, in order', () => {
    expect(filterByKind(list, 'input').map(({ at }) => at)).toEqual(['$in.beans', '$in.day']);
    expect(filterByKind(list, 'offset')).toEqual([list[6]]);
    expect(filterByKind(list, 'nope')).toEqual([]);
  });

  it('IV-19: gives the one at an address, as text or typed, null if there is none', () => {
    expect(findIntervention(list, '$in.beans')).toBe(list[0]);
    expect(findIntervention(list, at.brew.in.powder)).toBe(list[3]);
    expect(findIntervention(list, 'brew.powder')).toBeNull();
  });

  it('IV-19: knows inputs from what changes a port that has a value', () => {
    expect(list.map(isInput)).toEqual([true, true, ...Array.from({ length: 8 }, () => false)]);
  });
});

describe('an operate', () => {
  it('I3: can short-circuit unless it uses the inner value or says otherwise; takes 60 s at most unless it says otherwise', () => {
    expect(operates.map(({ name, shortCircuit }) => [name, shortCircuit])).toEqual([
      ['offset', false],
      ['fill', true],
      ['orElse', true],
      ['nextDay', false],
    ]);
    expect(operates.map(({ timeout }) => timeout)).toEqual([60_000, 60_000, 60_000, 5000]);
    const runs = { name: 'runs', port: z.string(), data: z.string(), uses: { inner: false, data: true } };
    expect(defineOperate({ ...runs, shortCircuit: false, merge: (_, data) => data }).shortCircuit).toBe(false);
  });

  const untyped = defineOperate as (spec: object) => unknown;
  const right = { name: 'a', port: z.number(), data: z.number(), uses: { inner: true, data: true }, merge: () => 1 };
  it.each([
    [
      { name: 'override' },
      'operate "override" can\'t be defined: "override" is reserved: it is an intervention of its own',
    ],
    [{ name: 'input' }, '"input" is reserved'],
    [{ name: 'a b' }, 'operate "a b" can\'t be defined: expected an id: a letter, then'],
    [{ name: undefined }, 'a name is text'],
    [{ port: z.date() }, 'port: JSON has no dates'],
    [{ data: 5 }, 'data: expected a zod schema, such as z.string()'],
    [{ uses: undefined }, 'uses: expected { inner, data }, each true or false'],
    [{ uses: { inner: true } }, 'uses: expected { inner, data }, each true or false'],
    [{ shortCircuit: 1 }, 'shortCircuit: expected true or false'],
    [{ timeout: 'long' }, 'timeout: expected a duration, such as \'30s\' or milliseconds, got "long"'],
    [{ timeout: 0 }, 'timeout: expected a duration'],
    [{ merge: undefined }, 'merge: expected a function (inner, data) => value'],
  ])('that is wrong as it is written is refused: %j', (wrong, message) => {
    expect(() => untyped({ ...right, ...wrong })).toThrow(message);
    expect(() => untyped({ ...right, ...wrong })).toThrow(expect.objectContaining({ code: 'invalid_contract' }));
  });

  it('that is wrong in several ways is told all of them', () => {
    expect(() => untyped({ ...right, name: '', port: z.bigint(), merge: 1 })).toThrow(
      /operate "" can't be defined:\n {2}expected an id.*\n {2}port: JSON has no big integers.*\n {2}merge: expected/,
    );
  });
});

describe('a resolver', () => {
  it('IV-08: makes a lazy value of arguments, JSON side, and calls nothing', () => {
    expect(today({ from: new Date('2026-11-23') }).resolve).toEqual({ name: 'today', args: { from: '2026-11-23' } });
    expect(resolvers.map(({ definition }) => definition.timeout)).toEqual([60_000, 60_000]);
  });

  it('refuses arguments that are not of its types, all at once', () => {
    const untyped = today as (args: unknown) => unknown;
    expect(() => untyped({ zone: 1, place: 'x' })).toThrow(
      'resolver "today": argument "place": there is no such port; it has zone, from; argument "zone": expected string, got 1',
    );
    expect(() => untyped({ zone: 1 })).toThrow(expect.objectContaining({ code: 'invalid_args' }));
    expect(untyped(undefined)).toEqual({ resolve: { name: 'today', args: {} } });
  });

  const untyped = defineResolver as (spec: object) => unknown;
  const right = { name: 'a', args: {}, value: z.number(), resolve: () => 1 };
  it.each([
    [{ name: '7' }, 'resolver "7" can\'t be defined: expected an id'],
    [{ args: undefined }, 'args: expected an object of zod schemas by name, such as { zone: z.string() }'],
    [{ args: { zone: 'x' } }, 'argument "zone": expected a zod schema'],
    [{ args: { 'a b': z.string() } }, 'argument expected a port name'],
    [{ value: z.map(z.string(), z.string()) }, 'value: JSON has no maps'],
    [{ timeout: -1 }, 'timeout: expected a duration'],
    [{ resolve: 1 }, 'resolve: expected a function (args) => value'],
  ])('that is wrong as it is written is refused: %j', (wrong, message) => {
    expect(() => untyped({ ...right, ...wrong })).toThrow(message);
  });
});
