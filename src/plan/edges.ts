/**
 * A directed graph over the vertices 0 … size − 1 in two arrays: the targets of `v` are
 * `targets[starts[v]]` … `targets[starts[v + 1] - 1]`.
 */
export interface Edges {
  readonly size: number;
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/** Builds the graph from pairs: `pairs[2i]` → `pairs[2i + 1]`. Keeps the order of a vertex's targets. O(V + E). */
export function edgesFrom(size: number, pairs: readonly number[]): Edges {
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < pairs.length; i += 2) bump(starts, (pairs[i] as number) + 1, 1);
  for (let v = 0; v < size; v += 1) bump(starts, v + 1, at(starts, v));
  const next = starts.slice();
  const targets = new Int32Array(pairs.length / 2);
  for (let i = 0; i < pairs.length; i += 2) {
    const from = pairs[i] as number;
    targets[at(next, from)] = pairs[i + 1] as number;
    bump(next, from, 1);
  }
  return { size, starts, targets };
}

/** The same edges, each the other way. O(V + E). */
export function reversed({ size, starts, targets }: Edges): Edges {
  const pairs: number[] = [];
  for (let v = 0; v < size; v += 1) {
    for (let e = at(starts, v); e < at(starts, v + 1); e += 1) pairs.push(at(targets, e), v);
  }
  return edgesFrom(size, pairs);
}

/** `numbers[index]`, for indices that are in range. */
export const at = (numbers: Int32Array, index: number): number => numbers[index] as number;

/** Adds to `numbers[index]` and returns the sum. */
export const bump = (numbers: Int32Array, index: number, by: number): number =>
  (numbers[index] = at(numbers, index) + by);
