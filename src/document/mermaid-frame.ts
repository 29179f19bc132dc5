import type { Document, DocumentNode } from './document.js';
import { BODY, GRAPH_OUTPUT, nodeOf } from './edges.js';
import type { MermaidIds } from './mermaid-text.js';
import { CONDITION, hasBody, isInner, ITEMS, type BodyNode } from './body.js';
import { GRAPH_INPUT, parseReference, type WordReference } from './reference.js';

/** What is drawn from inside: one use of a graph, or the nodes of an each or a loop. */
export interface Frame {
  /** The graph that its nodes are in. */
  readonly document: Document;
  /** The each or the loop that its nodes are of; undefined if they are those of the graph. */
  readonly owner: { readonly id: string; readonly node: BodyNode } | undefined;
  readonly nodes: Readonly<Record<string, DocumentNode>>;
  /** What comes before the ids of its nodes: `hard/`. */
  readonly path: string;
  /** How many more levels are drawn from inside. */
  readonly depth: number;
  readonly around: Frame | undefined;
  readonly ids: MermaidIds;
  /**
   * Lines of the arrows that begin here, those that end in the nodes of an each or a loop in here too: what Mermaid reads in
   * a subgraph for the first time, also as the end of an arrow, it draws there.
   */
  readonly arrows: string[];
}

/** What a node has inside, if that is drawn: not too deep, and of a graph that is known and not inside itself. */
export function insideOf(id: string, node: DocumentNode, frame: Frame): Frame | undefined {
  if (frame.depth <= 0) return undefined;
  const below = { ...frame, path: `${frame.path}${id}/`, depth: frame.depth - 1, around: frame, arrows: [] };
  if (hasBody(node)) return { ...below, owner: { id, node }, nodes: node.nodes ?? {} };
  if (!('graph' in node)) return undefined;
  const document = graphOf(node.graph, frame);
  for (let at: Frame | undefined = frame; at !== undefined; at = at.around)
    if (at.document === document) return undefined;
  return document && { ...below, document, owner: undefined, nodes: document.nodes ?? {} };
}

/** The nested graph with an id; those of the graph itself come before those of the graphs around it. */
function graphOf(id: string, frame: Frame | undefined): Document | undefined {
  if (frame === undefined) return undefined;
  const { graphs = {} } = frame.document;
  return Object.hasOwn(graphs, id) ? graphs[id] : graphOf(id, frame.around);
}

/** Where an arrow begins, and what it is called there. */
export interface Source {
  readonly at: Frame;
  readonly id: string;
  readonly name: string;
}

/** What a reference in a frame reads; undefined for `$item` and the like where there is none. */
export function sourceOf(text: string, frame: Frame): Source | undefined {
  const reference = parseReference(text);
  if (reference === undefined) return undefined;
  if ('word' in reference) return wordSource(text, reference, frame);
  const { node, port } = reference;
  let at = frame;
  while (at.owner !== undefined && at.around !== undefined && nodeOf(at, node) === undefined) at = at.around;
  if (node === GRAPH_INPUT) return { at, id: at.ids.of('in', at.path + port), name: port };
  return { at, id: portEnd(node, port, 'out', at), name: port };
}

/** An item and its index are drawn as the list they are of, a state by its keys. */
function wordSource(text: string, reference: WordReference, frame: Frame): Source | undefined {
  const { owner, around, ids, path } = frame;
  if (owner === undefined) return undefined;
  if (!isInner(text, owner.id, owner.node)) return around && wordSource(text, reference, around);
  const { word, key } = reference;
  const name = key === undefined ? word : `${word}.${key}`;
  if ('each' in owner.node) return { at: frame, id: ids.of('in', path + ITEMS), name };
  return { at: frame, id: ids.of('in', path + (key ?? word)), name: key ?? word };
}

/** What an arrow in a frame ends at: an output of what is drawn, or the input, the condition or the body of a node. */
export function targetOf(node: string, port: string, frame: Frame): string {
  if (node === GRAPH_OUTPUT) return frame.ids.of('out', frame.path + port);
  return port === CONDITION || port === BODY ? frame.ids.of('n', frame.path + node) : portEnd(node, port, 'in', frame);
}

/** The port of what is drawn from inside, or else the node. */
function portEnd(id: string, port: string, kind: 'in' | 'out', frame: Frame): string {
  const node = nodeOf(frame, id);
  const inside = node && insideOf(id, node, frame);
  return inside ? frame.ids.of(kind, inside.path + port) : frame.ids.of('n', frame.path + id);
}
