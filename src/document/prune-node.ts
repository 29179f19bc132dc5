import type { DocumentNode, LoopNode } from './document.js';
import { prune, pruneAll, withKey, type Drops } from './prune.js';
import { hasBody, isInner, resultsOf, wiresOf, type BodyNode } from './body.js';
import { rewiredNode } from './target.js';

type Nodes = Readonly<Record<string, DocumentNode>>;

/** Nodes without what they read that goes, and so the nodes of an each or a loop; themselves if nothing does. */
export function pruneNodes(nodes: Nodes, drops: Drops): Nodes {
  const kept = Object.entries(nodes).map(([id, node]) => [id, pruneNode(id, node, drops)] as const);
  return kept.some(([id, node]) => node !== nodes[id]) ? Object.fromEntries(kept) : nodes;
}

function pruneNode(id: string, node: DocumentNode, drops: Drops): DocumentNode {
  let left = node;
  for (const [port, wire] of Object.entries(wiresOf(node))) {
    const kept = prune(wire, drops);
    if (kept !== wire) left = rewiredNode(left, port, kept);
  }
  return hasBody(left) ? pruneBody(id, left, drops) : left;
}

/** An each or a loop without what its body reads from around it that goes; itself if nothing does. */
export function pruneBody(id: string, node: BodyNode, drops: Drops): BodyNode {
  const dropsInside: Drops = reference => !isInner(reference, id, node) && drops(reference);
  const nodes = node.nodes && pruneNodes(node.nodes, dropsInside);
  const left = nodes === node.nodes ? node : withKey(node, 'nodes', nodes);
  const results = resultsOf(node);
  const kept = pruneAll(results, dropsInside);
  const fed = kept === results ? left : withKey(left, 'each' in node ? 'out' : 'next', kept);
  return 'loop' in fed ? pruneUntil(fed, dropsInside) : fed;
}

function pruneUntil(node: LoopNode, drops: Drops): LoopNode {
  const { until } = node.loop;
  const kept = until && prune(until, drops);
  return kept === until ? node : { ...node, loop: withKey(node.loop, 'until', kept) };
}
