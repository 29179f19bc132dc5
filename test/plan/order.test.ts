import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentsOf, cyclesIn, wayRound } from '../../src/plan/cycles.js';
import { edgesFrom, type Edges } from '../../src/plan/edges.js';
import { orderOf } from '../../src/plan/order.js';

const pairsIn = (size: number): fc.Arbitrary<readonly (readonly [number, number])[]> =>
  fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 2 * size });
const graphs = fc
  .integer({ min: 1, max: 14 })
  .chain(size => fc.record({ size: fc.constant(size), pairs: pairsIn(size), ranked: fc.nat(size) }));

const edgesOf = (size: number, pairs: readonly (readonly [number, number])[]): Edges => edgesFrom(size, pairs.flat());
const targetsOf = ({ starts, targets }: Edges, v: number): readonly number[] => [
  ...targets.slice(starts[v], starts[v + 1]),
];

/** reach[a] has b if a way of one edge or more leads from a to b. */
function reachOf(size: number, pairs: readonly (readonly [number, number])[]): readonly Set<number>[] {
  const reach = Array.from({ length: size }, () => new Set<number>());
  for (let round = 0; round < size; round += 1) {
    for (const [from, to] of pairs) {
      for (const set of reach) if (set.has(from)) set.add(to);
      reach[from]?.add(to);
    }
  }
  return reach;
}

describe('edgesFrom', () => {
  it('keeps the targets of each vertex in the order they were given', () => {
    const edges = edgesFrom(3, [2, 1, 0, 2, 2, 0, 0, 1]);
    expect([0, 1, 2].map(v => targetsOf(edges, v))).toEqual([[2, 1], [], [1, 0]]);
  });
});

describe('componentsOf', () => {
  it('puts two vertices together exactly if each can be reached from the other', () => {
    fc.assert(
      fc.property(graphs, ({ size, pairs }) => {
        const { vertices, starts } = componentsOf(edgesOf(size, pairs));
        const reach = reachOf(size, pairs);
        const component = new Map<number, number>();
        starts.slice(1).forEach((end, k) => {
          for (const v of vertices.slice(starts[k], end)) component.set(v, k);
        });
        expect([...vertices].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, v) => v));
        for (let a = 0; a < size; a += 1) {
          for (let b = 0; b < size; b += 1) {
            const together = a === b || (reach[a]?.has(b) === true && reach[b]?.has(a) === true);
            expect(component.get(a) === component.get(b)).toBe(together);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('puts a component after all those its edges lead to', () => {
    fc.assert(
      fc.property(graphs, ({ size, pairs }) => {
        const { vertices } = componentsOf(edgesOf(size, pairs));
        const place = new Map([...vertices].map((v, k) => [v, k]));
        const reach = reachOf(size, pairs);
        for (const [from, to] of pairs) {
          if (reach[to]?.has(from) === true) continue;
          expect(place.get(to)).toBeLessThan(place.get(from) ?? -1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('wayRound', () => {
  it('is a way along edges, from the vertex to itself, and no shorter one is there', () => {
    fc.assert(
      fc.property(graphs, ({ size, pairs }) => {
        const edges = edgesOf(size, pairs);
        for (const cycle of cyclesIn(componentsOf(edges))) {
          const start = cycle[0] as number;
          const way = wayRound(edges, cycle, start);
          expect([way[0], way.at(-1)]).toEqual([start, start]);
          way.slice(1).forEach((to, k) => expect(targetsOf(edges, way[k] as number)).toContain(to));
          expect(way.length - 1).toBe(shortestRound(edges, start));
        }
      }),
      { numRuns: 500 },
    );
  });
});

function shortestRound(edges: Edges, start: number): number {
  let reached = new Set([start]);
  for (let steps = 1; ; steps += 1) {
    reached = new Set([...reached].flatMap(v => targetsOf(edges, v)));
    if (reached.has(start)) return steps;
  }
}

describe('orderOf', () => {
  it('takes the lowest of what could be next, every time, waypoints looked through', () => {
    fc.assert(
      fc.property(graphs, ({ size, pairs, ranked }) => {
        const forward = pairs.filter(([from, to]) => from !== to);
        const order = [...orderOf(edgesOf(size, forward), ranked)];
        expect(order.filter(v => v < ranked)).toEqual(plainOrder(size, forward, ranked));
        const place = new Map(order.map((v, k) => [v, k]));
        const kept = forward.filter(([, to]) => place.has(to));
        expect(kept.every(([from, to]) => (place.get(from) ?? Infinity) < (place.get(to) ?? -1))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Looks at everything again for each place. */
function plainOrder(size: number, pairs: readonly (readonly [number, number])[], ranked: number): readonly number[] {
  const left = new Set(Array.from({ length: size }, (_, v) => v));
  const isReady = (v: number): boolean => !pairs.some(([from, to]) => to === v && left.has(from));
  const order: number[] = [];
  for (;;) {
    const ready = [...left].filter(isReady);
    const next = ready.find(v => v >= ranked) ?? ready[0];
    if (next === undefined) return order;
    left.delete(next);
    if (next < ranked) order.push(next);
  }
}
