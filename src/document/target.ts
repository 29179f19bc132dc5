import { CONDITION, wiresOf } from './body.js';
import type { Condition, Document, DocumentNode, Form } from './document.js';
import { BODY, GRAPH_OUTPUT, nodeOf } from './edges.js';
import { nodeIdProblem, portProblem } from './ids.js';
import { orNothing, withKey } from './prune.js';

/**
 * Where an edge ends: an input port, the condition (`$when`) or the body (`$body`) of a node, or an output of the graph
 * (`$out`).
 */
export interface Target {
  readonly node: string;
  readonly port: string;
}

/** What an each or a collect that nothing feeds has as its list: it is the key by which it is one. */
const NO_ITEMS: Form = { list: [] };

/** Reads `node.port`, `node.$when`, `node.$body` or `$out.port`; undefined if the text is none of them. */
export function parseTarget(text: string): Target | undefined {
  const dot = text.indexOf('.');
  const node = text.slice(0, dot);
  const port = text.slice(dot + 1);
  if (dot < 0) return undefined;
  if (node === GRAPH_OUTPUT) return portProblem(port) === undefined ? { node, port } : undefined;
  const isPort = port === CONDITION || port === BODY || portProblem(port) === undefined;
  return isPort && nodeIdProblem(node) === undefined ? { node, port } : undefined;
}

/** What feeds a target that is no body; undefined if nothing does, or if it is not there. */
export function wireOf(document: Document, { node, port }: Target): Condition | undefined {
  const found = nodeOf(document, node);
  const wires = node === GRAPH_OUTPUT ? document.out : found && wiresOf(found);
  const wire = wires !== undefined && Object.hasOwn(wires, port) ? wires[port] : undefined;
  const isOfItems = found !== undefined && ('each' in found || 'collect' in found);
  return isOfItems && isNoItems(wire) ? undefined : wire;
}

const isNoItems = (wire: Condition | undefined): boolean =>
  typeof wire === 'object' && 'list' in wire && wire.list.length === 0;

/** The document with `wire` feeding the target, or with nothing feeding it. The node is there and has such a port. */
export function rewired(document: Document, { node, port }: Target, wire: Condition | undefined): Document {
  if (node === GRAPH_OUTPUT) return withKey(document, 'out', orNothing(withKey(document.out ?? {}, port, wire)));
  const found = nodeOf(document, node);
  if (found === undefined) return document;
  return { ...document, nodes: { ...document.nodes, [node]: rewiredNode(found, port, wire) } };
}

/** As `rewired`, of one node. */
export function rewiredNode(node: DocumentNode, port: string, wire: Condition | undefined): DocumentNode {
  if ('each' in node) return withKey(node, 'each', wire ?? NO_ITEMS);
  if ('collect' in node) return withKey(node, 'collect', wire ?? NO_ITEMS);
  if (port === CONDITION) return withKey(node, 'when', wire);
  return withKey(node, 'in', orNothing(withKey(node.in ?? {}, port, wire)));
}
