import { at, type Edges } from './edges.js';

/** Vertices grouped by strongly connected component; a component comes after all those its edges lead to. */
export interface Components {
  readonly vertices: Int32Array;
  /** Where each component starts in `vertices`; one more at the end. */
  readonly starts: readonly number[];
}

/**
 * Tarjan's strongly connected components, with a stack of its own instead of recursion. O(V + E).
 * A component of more than one vertex is a cycle, or several that share vertices. The same edges give the same order.
 */
export function componentsOf(edges: Edges): Components {
  const { size, starts, targets } = edges;
  const vertices = new Int32Array(size);
  const bounds = [0];
  let done = 0;
  let clock = 0;
  /** When a vertex was first seen, from 1; 0: not yet; DONE: its component is complete. */
  const seen = new Int32Array(size);
  const low = new Int32Array(size);
  const edge = starts.slice(0, size);
  const open = new Int32Array(size);
  let opened = 0;
  const path = new Int32Array(size);

  for (let root = 0; root < size; root += 1) {
    if (seen[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    while (depth >= 0) {
      const v = at(path, depth);
      if (seen[v] === 0) {
        clock += 1;
        seen[v] = low[v] = clock;
        open[opened++] = v;
      }
      const next = at(edge, v);
      if (next < at(starts, v + 1)) {
        const target = at(targets, next);
        edge[v] = next + 1;
        if (seen[target] === 0) path[++depth] = target;
        else low[v] = Math.min(at(low, v), at(seen, target));
        continue;
      }
      depth -= 1;
      if (depth >= 0) {
        const above = at(path, depth);
        low[above] = Math.min(at(low, above), at(low, v));
      }
      if (low[v] !== seen[v]) continue;
      let member: number;
      do {
        member = at(open, --opened);
        seen[member] = DONE;
        low[member] = DONE;
        vertices[done++] = member;
      } while (member !== v);
      bounds.push(done);
    }
  }
  return { vertices, starts: bounds };
}

const DONE = 0x7fffffff;

/** Those components that are cycles: more than one vertex. Each sorted by number. */
export function cyclesIn({ vertices, starts }: Components): readonly Int32Array[] {
  const cycles: Int32Array[] = [];
  for (let i = 1; i < starts.length; i += 1) {
    const from = starts[i - 1] as number;
    const to = starts[i] as number;
    if (to - from > 1) cycles.push(vertices.slice(from, to).sort());
  }
  return cycles;
}

/** The shortest way along `edges` from `start` back to itself inside its component: `[start, …, start]`. O(V + E) of it. */
export function wayRound(edges: Edges, component: Int32Array, start: number): readonly number[] {
  const within = new Set(component);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const v of queue) {
    for (let e = at(edges.starts, v); e < at(edges.starts, v + 1); e += 1) {
      const target = at(edges.targets, e);
      if (!within.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, v);
      if (target === start) return trail(cameFrom, start);
      queue.push(target);
    }
  }
  return [start];
}

function trail(cameFrom: ReadonlyMap<number, number>, start: number): readonly number[] {
  const way = [start];
  let v = cameFrom.get(start);
  while (v !== undefined && v !== start) {
    way.push(v);
    v = cameFrom.get(v);
  }
  way.push(start);
  return way.toReversed();
}
