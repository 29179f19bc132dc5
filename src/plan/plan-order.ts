import { at } from './edges.js';
import type { FlatBody, FlatNode } from './flat-body.js';
import { orderOf } from './order.js';
import { feedsOf } from './vertices.js';

/** The nodes in plan order: each after those it needs, and else by id (UTF-16 code units). O(N log N + size of the body). */
export function planOrder({ nodes, forms, conditions, producer }: FlatBody): readonly FlatNode[] {
  const ids = nodes.map(node => node.id);
  const byId = [...ids.keys()].sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
  const ranked = byId.map(node => nodes[node] as FlatNode);
  const rank = new Int32Array(nodes.length);
  byId.forEach((node, place) => (rank[node] = place));
  const rankedProducer = producer.map(node => (node < 0 ? node : at(rank, node)));
  const feeds = feedsOf({ nodes: ranked, forms, conditions, producer: rankedProducer });
  const order: FlatNode[] = [];
  for (const vertex of orderOf(feeds, nodes.length)) {
    const node = ranked[vertex];
    if (node !== undefined) order.push(node);
  }
  return order;
}
