import type { Condition, Document, DocumentNode } from './document.js';
import { CONDITION, GRAPH_OUTPUT, nodeOf } from './edges.js';
import { nodeIdProblem, portProblem } from './ids.js';
import { orNothing, withKey } from './prune.js';

/** Where an edge ends: an input port or the condition (`$when`) of a node, or an output of the graph (`$out`). */
export interface Target {
  readonly node: string;
  readonly port: string;
}

/** Reads `node.port`, `node.$when` or `$out.port`; undefined if the text is none of them. */
export function parseTarget(text: string): Target | undefined {
  const dot = text.indexOf('.');
  const node = text.slice(0, dot);
  const port = text.slice(dot + 1);
  if (dot < 0) return undefined;
  if (node === GRAPH_OUTPUT) return portProblem(port) === undefined ? { node, port } : undefined;
  const isPort = port === CONDITION || portProblem(port) === undefined;
  return isPort && nodeIdProblem(node) === undefined ? { node, port } : undefined;
}

/** What feeds a target; undefined if nothing does, or if it is not there. */
export function wireOf(document: Document, { node, port }: Target): Condition | undefined {
  if (node === GRAPH_OUTPUT) return own(document.out, port);
  const found = nodeOf(document, node);
  if (found === undefined) return undefined;
  if (port !== CONDITION) return own(found.in, port);
  return 'when' in found ? found.when : undefined;
}

/** The document with `wire` feeding the target, or with nothing feeding it. The node is there and has such a port. */
export function rewired(document: Document, { node, port }: Target, wire: Condition | undefined): Document {
  if (node === GRAPH_OUTPUT) return withKey(document, 'out', orNothing(withKey(document.out ?? {}, port, wire)));
  const found = nodeOf(document, node);
  if (found === undefined) return document;
  return { ...document, nodes: { ...document.nodes, [node]: rewiredNode(found, port, wire) } };
}

function rewiredNode(node: DocumentNode, port: string, wire: Condition | undefined): DocumentNode {
  if (port === CONDITION) return withKey(node, 'when', wire);
  return withKey(node, 'in', orNothing(withKey(node.in ?? {}, port, wire)));
}

function own(wires: Readonly<Record<string, Condition>> = {}, port: string): Condition | undefined {
  return Object.hasOwn(wires, port) ? wires[port] : undefined;
}
