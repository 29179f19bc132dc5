import { at, bump, type Edges } from './edges.js';

/**
 * The order of Kahn: every vertex after all those with an edge to it, and of several that could be next the one with the
 * lowest number. Vertices from `ranked` on are waypoints: they come as soon as they can and are not compared.
 * O(V + E), but for the logarithm of `LowestFirst`; without recursion. Vertices on a cycle, and behind one, are left out.
 */
export function orderOf(edges: Edges, ranked: number): Int32Array {
  const { size, starts, targets } = edges;
  const waiting = new Int32Array(size);
  for (let e = 0; e < targets.length; e += 1) bump(waiting, at(targets, e), 1);
  const order = new Int32Array(size);
  const ready = new LowestFirst(ranked);
  let placed = 0;
  for (let v = 0; v < size; v += 1) {
    if (waiting[v] !== 0) continue;
    if (v < ranked) ready.add(v);
    else order[placed++] = v;
  }
  for (let left = 0; left < placed || ready.size > 0; left += 1) {
    if (left === placed) order[placed++] = ready.take();
    const v = at(order, left);
    for (let e = at(starts, v); e < at(starts, v + 1); e += 1) {
      const target = at(targets, e);
      if (bump(waiting, target, -1) > 0) continue;
      if (target < ranked) ready.add(target);
      else order[placed++] = target;
    }
  }
  return order.subarray(0, placed);
}

/**
 * Numbers below a limit, of which the lowest is taken first: a tree of bits, 32 to a word, whose upper levels say which
 * words below are not empty. Five levels hold 33 million numbers; a heap would compare its way through some twenty.
 */
class LowestFirst {
  size = 0;
  private readonly levels: readonly Int32Array[];

  constructor(limit: number) {
    const levels = [];
    for (let words = limit; levels.length === 0 || words > 1;) {
      words = Math.ceil(words / 32);
      levels.push(new Int32Array(words));
    }
    this.levels = levels;
  }

  /** Only what is not there yet. */
  add(item: number): void {
    this.size += 1;
    let rest = item;
    for (const words of this.levels) {
      const before = at(words, rest >>> 5);
      words[rest >>> 5] = before | (1 << (rest & 31));
      if (before !== 0) return;
      rest >>>= 5;
    }
  }

  /** Only where `size` > 0. */
  take(): number {
    this.size -= 1;
    let lowest = 0;
    for (let k = this.levels.length - 1; k >= 0; k -= 1) {
      const word = at(this.levels[k] as Int32Array, lowest);
      lowest = (lowest << 5) + 31 - Math.clz32(word & -word);
    }
    this.remove(lowest);
    return lowest;
  }

  private remove(item: number): void {
    let rest = item;
    for (const words of this.levels) {
      const after = at(words, rest >>> 5) & ~(1 << (rest & 31));
      words[rest >>> 5] = after;
      if (after !== 0) return;
      rest >>>= 5;
    }
  }
}
