import { nodeIdProblem, portProblem } from './ids.js';

/** A port that a form reads: an output of a node of the same graph, or (`$in`) an input of the graph itself. */
export interface Reference {
  readonly node: string;
  readonly port: string;
}

/** Between a node and the name of its input, in an address. */
export const NODE_INPUT = '/$in.';

/** The `node` of a reference to an input of the graph. */
export const GRAPH_INPUT = '$in';

/** Reads `node.port` or `$in.port`; undefined if the text is neither. Whether they exist is for compile to say. */
export function parseReference(text: string): Reference | undefined {
  const dot = text.indexOf('.');
  const node = text.slice(0, dot);
  const port = text.slice(dot + 1);
  if (dot < 0 || portProblem(port) !== undefined) return undefined;
  if (node !== GRAPH_INPUT && nodeIdProblem(node) !== undefined) return undefined;
  return { node, port };
}
