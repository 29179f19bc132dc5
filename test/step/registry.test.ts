import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { defineOperate } from '../../src/graph/operate.js';
import { defineResolver } from '../../src/graph/resolver.js';
import { step } from '../../src/graph/step.js';
import { impl, type Impl } from '../../src/step/impl.js';
import { createRegistry } from '../../src/step/registry.js';

const grind = step({ id: 'grind', in: {}, out: { powder: z.number() } });
const brew = step({ id: 'brew', in: {}, out: {} });
const shift = defineOperate({
  name: 'shift',
  port: z.number(),
  data: z.number(),
  uses: { inner: true, data: true },
  merge: (inner, data) => inner + data,
});
const today = defineResolver({ name: 'today', args: {}, value: z.string(), resolve: () => '2026-11-23' });

describe('a registry', () => {
  it('finds an implementation by the id of its step', () => {
    const grinding = impl(grind, () => ({ powder: 1 }));
    const registry = createRegistry({ steps: [impl(brew, () => {}), grinding, grinding] });
    expect(registry.find('grind')).toBe(grinding);
    expect(registry.find('constructor')).toBeUndefined();
    expect(registry.steps).toHaveLength(2);
    expect(createRegistry({}).find('grind')).toBeUndefined();
  });

  it('refuses two implementations of one step, naming both', () => {
    const fast = impl(grind, function fastGrind() {
      return { powder: 1 };
    });
    const steps = [fast, impl(brew, () => {}), impl(grind, () => ({ powder: 2 }))];
    expect(() => createRegistry({ steps })).toThrow(
      'step "grind" has two implementations, steps[0] (fastGrind) and steps[2]; register one',
    );
    expect(() => createRegistry({ steps })).toThrow(expect.objectContaining({ code: 'duplicate_id' }));
  });

  it('finds operates and resolvers by name, each of its own kind', () => {
    const registry = createRegistry({ operates: [shift, shift], resolvers: [today] });
    expect(registry.findOperate('shift')).toBe(shift);
    expect(registry.findResolver('today')).toBe(today);
    expect([registry.findOperate('today'), registry.findResolver('shift'), registry.find('shift')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([registry.operates, registry.resolvers]).toEqual([[shift], [today]]);
    expect(createRegistry({}).findOperate('shift')).toBeUndefined();
  });

  it('refuses two operates, or two resolvers, of one name', () => {
    const other = { ...shift };
    expect(() => createRegistry({ operates: [shift, other] })).toThrow(
      'operate "shift" is defined twice, operates[0] and operates[1]; register one',
    );
    const again = { definition: today.definition };
    expect(() => createRegistry({ resolvers: [today, today, again] })).toThrow(
      'resolver "today" is defined twice, resolvers[0] and resolvers[2]; register one',
    );
  });
});

describe('impl', () => {
  const untyped = impl as unknown as (contract: unknown, body: unknown) => Impl;

  it('refuses what is no contract of a step, and what is no function', () => {
    const empty = graph({ id: 'empty', in: {}, out: {} }, () => ({ out: {} }));
    for (const contract of [undefined, {}, empty]) {
      expect(() => untyped(contract, () => ({}))).toThrow('impl: expected the contract of a step, made by `step`');
    }
    expect(() => untyped(grind, { powder: 1 })).toThrow('impl of step "grind": expected a function');
  });
});
