import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { G } from '../../src/graph/builder.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { build, grind, note, type Handle, type Untyped } from './untyped.js';

describe('a port used as a value', () => {
  it.each<[string, (port: Handle) => unknown]>([
    ['in a template', port => `in ${port as unknown as string}`],
    ['in a sum', port => (port as unknown as number) + 1],
    ['as a number', Number],
    ['as JSON', port => JSON.stringify({ port })],
    ['by a method', port => (port as unknown as { toFixed(): string }).toFixed()],
    ['by a field', port => port['name']],
    ['as a list', port => [...(port as unknown as unknown[])]],
  ])('throws %s, naming the port', (_, use) => {
    const bad = build((g, i) => void use(g.run(grind, { beans: i['beans'] })['powder'] as Handle));
    expect(bad).toThrow('this is a port, not a value: "grind.powder" of graph "g"');
    expect(bad).toThrow(expect.objectContaining({ code: 'not_a_value' }));
    expect(build((_g, i) => void use(i['beans'] as Handle))).toThrow('this is a port, not a value: "$in.beans"');
  });

  it('deep inside a literal throws as well', () => {
    const open = step({ id: 'open', in: { any: z.unknown() }, out: {} });
    expect(build((g, i) => void g.run(open, { any: { deep: [i['text']] } }))).toThrow(
      'this is a port, not a value: "$in.text"',
    );
  });
});

describe('a port of another graph', () => {
  it('is refused, naming the port and both graphs', () => {
    let leaked: Handle | undefined;
    build((g, i) => void (leaked = g.run(grind, { beans: i['beans'] })['powder']))();
    const bad = () =>
      graph({ id: 'h', in: {}, out: {} }, g => ({ out: {}, n: g.run(grind, { beans: leaked as never }) }));
    expect(bad).toThrow(expect.objectContaining({ code: 'foreign_port' }));
    expect(bad).toThrow(
      'graph "h": node "grind", port "beans": "grind.powder" belongs to another graph, "g"; pass it in through an input of graph "h"',
    );
  });

  it('is refused in every place a port can stand', () => {
    let leaked: unknown;
    build((_g, i) => void (leaked = i['text']))();
    const places: ((g: Untyped, i: Handle) => unknown)[] = [
      g => g.first(leaked, 'x'),
      (g, i) => g.first(i['text'], leaked),
      g => g.list([leaked]),
      g => g.flat(leaked),
      g => g.sleep(leaked, '1s', { as: 's' }),
      g => g.run(note, { text: '' }, { when: leaked }),
      g => g.run(note, { text: '' }, { when: { expr: 'x', in: { x: leaked } } }),
    ];
    for (const place of places)
      expect(build((g, i) => void place(g, i))).toThrow(expect.objectContaining({ code: 'foreign_port' }));
  });

  it('and the `g` of a graph that is built can no longer be used', () => {
    let leaked: G | undefined;
    graph({ id: 'g', in: {}, out: {} }, g => {
      leaked = g;
      return { out: {} };
    });
    expect(() => leaked?.run(grind, { beans: 1 })).toThrow('graph "g": it is built');
  });
});
