import { componentsOf, type Components } from './cycles.js';
import { at, edgesFrom, type Edges } from './edges.js';
import type { Labels } from './labels.js';
import type { WiredBody } from './wired-body.js';

/** The nodes of a body in groups: by node the number of its group, and by group its stage. */
export interface Groups {
  readonly of: Int32Array;
  readonly stages: Int32Array;
}

/**
 * One group for each label, but one for each (label, level) where labels would make groups wait for one another. The stage
 * of a group is how many others are before it on the longest way to it. O(size of the body).
 */
export function groupsOf(wired: WiredBody, labels: Labels): Groups {
  const { nodes } = wired.body;
  const split = splitLabels(wired, labels);
  const level = split.size === 0 ? undefined : levelsOf(wired, labels);
  const numbers = new Map<number, number>();
  const of = new Int32Array(nodes.length);
  for (const n of nodes.keys()) {
    const label = at(labels.of, n);
    const key = label * nodes.length + (level !== undefined && split.has(label) ? at(level, n) : 0);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    of[n] = number;
  }
  return { of, stages: stagesOf(merged(wired, of, numbers.size), numbers.size) };
}

/** The labels that are on a cycle with another one. */
function splitLabels(wired: WiredBody, { of, names }: Labels): ReadonlySet<number> {
  const { vertices, starts } = componentsOf(merged(wired, of, names.length));
  const split = new Set<number>();
  for (let c = 1; c < starts.length; c += 1) {
    const members = vertices.subarray(starts[c - 1], starts[c]).filter(vertex => vertex < names.length);
    if (members.length > 1) for (const label of members) split.add(label);
  }
  return split;
}

/** The graph with the nodes of a group merged into one vertex. Groups come first, then forms and conditions as they are. */
function merged({ body, feeds }: WiredBody, groupOf: Int32Array, groups: number): Edges {
  const count = body.nodes.length;
  const vertexOf = (vertex: number): number => (vertex < count ? at(groupOf, vertex) : vertex - count + groups);
  const pairs: number[] = [];
  for (let v = 0; v < feeds.size; v += 1) {
    const from = vertexOf(v);
    for (let e = at(feeds.starts, v); e < at(feeds.starts, v + 1); e += 1) {
      const to = vertexOf(at(feeds.targets, e));
      if (from !== to) pairs.push(from, to);
    }
  }
  return edgesFrom(feeds.size - count + groups, pairs);
}

const NONE = -1;
const SEVERAL = -2;

/**
 * level(v) = max over producers u of level(u) + (their labels differ ? 1 : 0). A form stands for the highest of what it
 * reads, with the label of that, as far as it is one.
 */
function levelsOf({ body, needs, order }: WiredBody, labels: Labels): Int32Array {
  const level = new Int32Array(needs.size);
  const label = new Int32Array(needs.size);
  for (const vertex of order) {
    let highest = NONE;
    let from = NONE;
    for (let e = at(needs.starts, vertex); e < at(needs.starts, vertex + 1); e += 1) {
      const needed = at(needs.targets, e);
      if (at(level, needed) > highest) {
        highest = at(level, needed);
        from = at(label, needed);
      } else if (at(level, needed) === highest && at(label, needed) !== from) from = SEVERAL;
    }
    const own = at(labels.of, vertex);
    const isNode = vertex < body.nodes.length;
    label[vertex] = isNode ? own : from;
    level[vertex] = isNode && from !== own ? highest + 1 : highest;
  }
  return level;
}

/** By group: its depth. Groups wait for one another in no circle, so a component has one of them, or only forms. */
function stagesOf(edges: Edges, groups: number): Int32Array {
  const components = componentsOf(edges);
  const { vertices, starts } = components;
  const componentOf = componentByVertex(components);
  const before = new Int32Array(starts.length);
  const stages = new Int32Array(groups);
  for (let c = starts.length - 1; c >= 1; c -= 1) {
    const members = vertices.subarray(starts[c - 1], starts[c]);
    const group = members.find(vertex => vertex < groups);
    const own = at(before, c);
    if (group !== undefined) stages[group] = own;
    const after = group === undefined ? own : own + 1;
    for (const v of members) {
      for (let e = at(edges.starts, v); e < at(edges.starts, v + 1); e += 1) {
        const next = at(componentOf, at(edges.targets, e));
        if (next !== c) before[next] = Math.max(at(before, next), after);
      }
    }
  }
  return stages;
}

/** Components are numbered from 1, by where they end in `starts`. */
function componentByVertex({ vertices, starts }: Components): Int32Array {
  const componentOf = new Int32Array(vertices.length);
  for (let c = 1; c < starts.length; c += 1) {
    for (const vertex of vertices.subarray(starts[c - 1], starts[c])) componentOf[vertex] = c;
  }
  return componentOf;
}
