import type { Condition, Document, DocumentNode } from './document.js';
import { parseReference } from './reference.js';

/**
 * A port that feeds another. `from` is a reference; `to` is an input port `node.port`, an output of the graph `$out.port`,
 * or the condition of a node, `node.$when`.
 */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** The `node` of an edge to an output of the graph. */
export const GRAPH_OUTPUT = '$out';
/** The `port` of an edge to a condition. */
export const CONDITION = '$when';

/** All edges of a document, each once, but not those inside nested graphs. O(size). */
export const edges = (document: Document): Edge[] => [
  ...Object.entries(document.nodes ?? {}).flatMap(([id, node]) => edgesInto(id, wiresOf(node))),
  ...edgesInto(GRAPH_OUTPUT, document.out),
];

/** The edges into a node, or (`$out`) into the outputs of the graph; none if there is no such node. O(size of the node). */
export function inEdges(document: Document, node: string): Edge[] {
  if (node === GRAPH_OUTPUT) return edgesInto(GRAPH_OUTPUT, document.out);
  const found = nodeOf(document, node);
  return found === undefined ? [] : edgesInto(node, wiresOf(found));
}

/** The edges from a node, or (`$in`) from the inputs of the graph. O(size of the document). */
export const outEdges = (document: Document, node: string): Edge[] =>
  edges(document).filter(({ from }) => parseReference(from)?.node === node);

/** The node with this id, if there is one. */
export function nodeOf(document: Document, id: string): DocumentNode | undefined {
  return document.nodes !== undefined && Object.hasOwn(document.nodes, id) ? document.nodes[id] : undefined;
}

/** What a form or a condition reads, each reference once, in order. Recurses as deep as the form. */
export const references = (form: Condition): string[] => [...new Set(allReferences(form))];

function allReferences(form: Condition): string[] {
  if (typeof form === 'string') return [form];
  if ('expr' in form) return Object.values(form.in ?? {}).flatMap(allReferences);
  if ('first' in form) return form.first.flatMap(allReferences);
  if ('list' in form) return form.list.flatMap(allReferences);
  return 'flat' in form ? allReferences(form.flat) : [];
}

type Wires = Readonly<Record<string, Condition>>;

const wiresOf = (node: DocumentNode): Wires =>
  'when' in node && node.when !== undefined ? { ...node.in, [CONDITION]: node.when } : { ...node.in };

const edgesInto = (node: string, wires: Wires = {}): Edge[] =>
  Object.entries(wires).flatMap(([port, form]) => references(form).map(from => ({ from, to: `${node}.${port}` })));
