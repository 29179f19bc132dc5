import { edgesFrom, type Edges } from './edges.js';
import type { PlanCondition, PlanForm, Source } from './plan.js';

/** A body as a graph: its nodes are the first vertices, then come its forms, then its conditions. */
export interface Wired {
  readonly nodes: readonly {
    readonly in: readonly (Source | undefined)[];
    readonly guards?: readonly number[] | undefined;
  }[];
  readonly forms: readonly PlanForm[];
  readonly conditions: readonly PlanCondition[];
  /** The node that fills a slot; -1 for an input. */
  readonly producer: ArrayLike<number>;
}

/**
 * Edges from each vertex to those that wait for it. Forms and conditions are vertices of their own, so that one that many
 * nodes read is looked into once: O(size of the body).
 */
export function feedsOf({ nodes, forms, conditions, producer }: Wired): Edges {
  const firstCondition = nodes.length + forms.length;
  const pairs: number[] = [];
  const read = (vertex: number, source: Source): void => {
    const needed = source < 0 ? nodes.length - 1 - source : (producer[source] as number);
    if (needed >= 0) pairs.push(needed, vertex);
  };
  const guard = (vertex: number, guards: readonly number[]): void => {
    for (const condition of guards) pairs.push(firstCondition + condition, vertex);
  };

  nodes.forEach((node, vertex) => {
    for (const source of node.in) if (source !== undefined) read(vertex, source);
    if (node.guards !== undefined) guard(vertex, node.guards);
  });
  forms.forEach((form, k) => {
    const vertex = nodes.length + k;
    if (form.kind === 'guarded') guard(vertex, form.by);
    for (const source of partsOf(form)) read(vertex, source);
  });
  conditions.forEach((condition, k) => {
    for (const source of partsOf(condition)) read(firstCondition + k, source);
  });
  return edgesFrom(firstCondition + conditions.length, pairs);
}

/** The sources that a form or a condition reads. */
export function partsOf(reader: PlanForm | PlanCondition): readonly Source[] {
  switch (reader.kind) {
    case 'none':
    case 'value':
      return [];
    case 'first':
    case 'list':
    case 'expr':
      return reader.of;
    case 'flat':
    case 'port':
    case 'guarded':
    case 'is':
      return [reader.of];
  }
}
