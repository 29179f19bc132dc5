import { bodyReads, hasBody, references, wiresOf, type Wires } from './body.js';
import type { Document, DocumentNode } from './document.js';
import { parsePortReference } from './reference.js';

/**
 * A port that feeds another. `from` is a reference; `to` is an input port `node.port` (of an each or a collect
 * `node.items`), an output of the graph `$out.port`, the condition of a node, `node.$when`, or the nodes of an each or a loop, `node.$body`.
 */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** The `node` of an edge to an output of the graph. */
export const GRAPH_OUTPUT = '$out';
/** The `port` of an edge to what the nodes of an each or a loop read from around it. */
export const BODY = '$body';

/**
 * All edges of a document, each once, but not those inside nested graphs, or among the nodes of an each or a loop.
 * O(size · levels of bodies).
 */
export const edges = (document: Document): Edge[] =>
  [
    ...Object.entries(document.nodes ?? {}).flatMap(([id, node]) => readsOf(id, node)),
    ...edgesInto(GRAPH_OUTPUT, document.out),
  ].filter(isEdge);

/** The edges into a node, or (`$out`) into the outputs of the graph; none if there is no such node. O(size of the node). */
export function inEdges(document: Document, node: string): Edge[] {
  if (node === GRAPH_OUTPUT) return edgesInto(GRAPH_OUTPUT, document.out).filter(isEdge);
  const found = nodeOf(document, node);
  return found === undefined ? [] : readsOf(node, found).filter(isEdge);
}

/** The edges from a node, or (`$in`) from the inputs of the graph. O(size of the document). */
export const outEdges = (document: Document, node: string): Edge[] =>
  edges(document).filter(({ from }) => parsePortReference(from)?.node === node);

/** The node with this id, if there is one. */
export function nodeOf({ nodes }: Pick<Document, 'nodes'>, id: string): DocumentNode | undefined {
  return nodes !== undefined && Object.hasOwn(nodes, id) ? nodes[id] : undefined;
}

/** Everything that a node reads, as edges; in the nodes of an each or a loop `from` may also be `$item` and the like. */
export const readsOf = (id: string, node: DocumentNode): Edge[] => [
  ...edgesInto(id, wiresOf(node)),
  ...(hasBody(node) ? bodyReads(id, node).map(from => ({ from, to: `${id}.${BODY}` })) : []),
];

export const edgesInto = (node: string, wires: Wires = {}): Edge[] =>
  Object.entries(wires).flatMap(([port, form]) => references(form).map(from => ({ from, to: `${node}.${port}` })));

/** Outside of an each or a loop there is no `$item` to read: compile says so, and it is no port. */
const isEdge = ({ from }: Edge): boolean => parsePortReference(from) !== undefined;
