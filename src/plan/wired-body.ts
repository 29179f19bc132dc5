import { reversed, type Edges } from './edges.js';
import { orderOf } from './order.js';
import { outputCount, type Body, type Plan } from './plan.js';
import { feedsOf } from './vertices.js';

/** The root body of a plan as a graph of its nodes, forms and conditions (see `vertices.ts`). */
export interface WiredBody {
  readonly body: Body;
  /** The node that fills a slot; -1 for an input. */
  readonly producer: Int32Array;
  /** From each vertex to those that wait for it, and from each to those it waits for. */
  readonly feeds: Edges;
  readonly needs: Edges;
  /** All vertices, each after those it needs. */
  readonly order: Int32Array;
}

/** O(size of the body). */
export function wiredBody(plan: Plan, body: Body): WiredBody {
  const producer = new Int32Array(body.slots).fill(-1);
  body.nodes.forEach((node, n) => producer.fill(n, node.out, node.out + outputCount(plan, node)));
  const feeds = feedsOf({ ...body, producer });
  return { body, producer, feeds, needs: reversed(feeds), order: orderOf(feeds, 0) };
}
