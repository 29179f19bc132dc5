import { at } from './edges.js';
import type { Plan } from './plan.js';
import type { WiredBody } from './wired-body.js';

/** What a node is labelled with that has no cluster, and inherits none. */
const DEFAULT_CLUSTER = 'default';
const DEFAULT = 0;

export interface Labels {
  /** By vertex: of a node its label, of a form or a condition what it hands on. */
  readonly of: Int32Array;
  readonly names: readonly string[];
}

/**
 * The label of each node: its cluster, else those of all it waits for together, sorted and joined by `+`. The default one
 * is no label of its own, so it is not in what is joined. O(size of the body) and of the names it makes.
 */
export function labelsOf({ clusters }: Plan, { body, needs, order }: WiredBody): Labels {
  const table = createTable();
  const of = new Int32Array(needs.size);
  const inherited = (vertex: number): number => {
    let one = DEFAULT;
    let several: Set<number> | undefined;
    for (let e = at(needs.starts, vertex); e < at(needs.starts, vertex + 1); e += 1) {
      const label = at(of, at(needs.targets, e));
      if (label === one) continue;
      if (one === DEFAULT) one = label;
      else (several ??= new Set([one])).add(label);
    }
    return several === undefined ? one : table.joined(several);
  };
  for (const vertex of order) {
    const cluster = vertex < body.nodes.length ? body.nodes[vertex]?.cluster : undefined;
    of[vertex] = cluster === undefined ? inherited(vertex) : table.named([clusters[cluster]?.name ?? '']);
  }
  return { of, names: table.names };
}

interface Table {
  readonly names: readonly string[];
  /** The number of a label, by the clusters it is made of, sorted. */
  named(parts: readonly string[]): number;
  joined(labels: ReadonlySet<number>): number;
}

function createTable(): Table {
  const names = [DEFAULT_CLUSTER];
  const partsOf: (readonly string[])[] = [[]];
  const byName = new Map([[DEFAULT_CLUSTER, DEFAULT]]);
  const byLabels = new Map<string, number>();
  const named = (parts: readonly string[]): number => {
    const name = parts.join('+');
    const known = byName.get(name);
    if (known !== undefined) return known;
    byName.set(name, names.length);
    partsOf.push(parts);
    return names.push(name) - 1;
  };
  return {
    names,
    named,
    joined(labels) {
      const key = [...labels].sort((a, b) => a - b).join();
      const known = byLabels.get(key) ?? named([...new Set([...labels].flatMap(label => partsOf[label] ?? []))].sort());
      byLabels.set(key, known);
      return known;
    },
  };
}
