import { conditionSources } from '../plan/body-index.js';
import { outputCount, type Body, type Plan, type Source } from '../plan/plan.js';
import { canStandIn, type Covers } from './covers.js';

/** What follows from a body alone, by node: looked at for every node whenever the need is worked out. */
export interface Shape {
  /** Its first output slot, and how many it has. */
  readonly out: Int32Array;
  readonly outputs: Int32Array;
  /** 1: it has no side effects, so that it is left out where nothing needs it [I9]. */
  readonly pure: Uint8Array;
  /** The sources of node n, those of its conditions included: `sources[offsets[n]] … sources[offsets[n + 1] - 1]`. */
  readonly offsets: Int32Array;
  readonly sources: Int32Array;
}

const known = new WeakMap<Body, Shape>();

export function shapeOf(plan: Plan, body: Body): Shape {
  const found = known.get(body);
  if (found) return found;
  const { nodes } = body;
  const shape = {
    out: Int32Array.from(nodes, ({ out }) => out),
    outputs: Int32Array.from(nodes, node => outputCount(plan, node)),
    pure: Uint8Array.from(nodes, node =>
      node.kind === 'sleep' || (node.kind === 'step' && plan.contracts[node.contract]?.pure === true) ? 1 : 0,
    ),
    ...sourcesOf(body),
  };
  known.set(body, shape);
  return shape;
}

function sourcesOf(body: Body): Pick<Shape, 'offsets' | 'sources'> {
  const offsets = new Int32Array(body.nodes.length + 1);
  const sources: Source[] = [];
  body.nodes.forEach((node, n) => {
    sources.push(...node.in, ...conditionSources(body, node.guards));
    offsets[n + 1] = sources.length;
  });
  return { offsets, sources: Int32Array.from(sources) };
}

/** Every output is covered, and every cover can stand in for the step [I3]. */
export function isSupplied({ out, outputs }: Shape, { slots }: Covers, node: number): boolean {
  const first = out[node] as number;
  const count = outputs[node] as number;
  if (slots.size === 0 || count === 0) return false;
  for (let slot = first; slot < first + count; slot += 1) {
    const cover = slots.get(slot);
    if (!cover || !canStandIn(cover.sent)) return false;
  }
  return true;
}
