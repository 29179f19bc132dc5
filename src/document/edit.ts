import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import { parseAddress } from './address.js';
import { CONDITION, hasBody, ITEMS, references } from './body.js';
import type { Cluster, Document, DocumentNode, Protection } from './document.js';
import { BODY, GRAPH_OUTPUT, nodeOf } from './edges.js';
import { isReserved, nodeIdProblem } from './ids.js';
import { pruneBody, pruneNodes } from './prune-node.js';
import { orNothing, prune, pruneAll, withKey, type Drops } from './prune.js';
import { parsePortReference, parseReference } from './reference.js';
import { parseTarget, rewired, wireOf, type Target } from './target.js';

/**
 * Edits of documents: pure functions that leave their argument alone, share with it what did not change, and return it
 * itself where there was nothing to do. What they throw is an `EspalierError` with the code given.
 */

/** Throws `duplicate_id`, `bad_id` or `reserved_name`. */
export function addNode(document: Document, id: string, node: DocumentNode): Document {
  const problem = nodeIdProblem(id);
  if (problem !== undefined) throw new EspalierError(isReserved(id) ? 'reserved_name' : 'bad_id', problem);
  if (nodeOf(document, id) !== undefined) {
    throw new EspalierError('duplicate_id', `the graph "${document.id}" has a node "${id}" already`);
  }
  return { ...document, nodes: { ...document.nodes, [id]: node } };
}

/**
 * Removes a node, the edges from and to it, its membership in a cluster and the protection of its ports. A form that loses
 * all it read goes with them, so that the port is open, a condition gone and what an each or a collect reads an empty list;
 * a name of an expression goes alone. The same holds for what the nodes of an each or a loop read of it.
 */
export function removeNode(document: Document, id: string): Document {
  if (nodeOf(document, id) === undefined) return document;
  const drops: Drops = reference => parseReference(reference)?.node === id;
  const without: Document = {
    ...document,
    nodes: pruneNodes(withKey(document.nodes ?? {}, id, undefined), drops),
    ...(document.clusters && { clusters: mapValues(document.clusters, cluster => withoutMember(cluster, id)) }),
  };
  const unwired = withKey(without, 'out', document.out && pruneAll(document.out, drops));
  return document.protect === undefined ? unwired : withKey(unwired, 'protect', withoutPorts(document.protect, id));
}

/** Puts `change(node)` in the place of a node. */
export function updateNode(document: Document, id: string, change: (node: DocumentNode) => DocumentNode): Document {
  const node = nodeOf(document, id);
  if (node === undefined) return document;
  const changed = change(node);
  return changed === node ? document : { ...document, nodes: { ...document.nodes, [id]: changed } };
}

/**
 * Makes `from` (`node.port`, `$in.port`) feed `to` (`node.port`, `$out.port`, `node.$when`); nothing if it does already.
 * What an each or a collect reads is `node.items`. Whether the ports of steps and graphs exist is compile's to say. Throws
 * `bad_reference`, `unknown_node`, `unknown_port`, and `port_taken` if something else, a literal too, feeds `to`.
 */
export function addEdge(document: Document, from: string, to: string): Document {
  if (parsePortReference(from) === undefined) {
    throw new EspalierError('bad_reference', `expected an edge from \`node.port\` or \`$in.port\`, got "${from}"`);
  }
  const target = targetOf(document, to);
  const wire = wireOf(document, target);
  if (wire === undefined) return rewired(document, target, from);
  if (references(wire).includes(from)) return document;
  throw new EspalierError('port_taken', `"${to}" is fed by ${quote(wire)} already, so "${from}" can't feed it`);
}

/**
 * Takes `from` out of what feeds `to`, as `removeNode` does; nothing if there is no such edge. From `node.$body` it goes
 * wherever the nodes of an each or a loop read it.
 */
export function removeEdge(document: Document, from: string, to: string): Document {
  const target = parseTarget(to);
  if (target === undefined) return document;
  const drops: Drops = reference => reference === from;
  if (target.port === BODY) {
    return updateNode(document, target.node, node => (hasBody(node) ? pruneBody(target.node, node, drops) : node));
  }
  const wire = wireOf(document, target);
  if (wire === undefined) return document;
  const left = prune(wire, drops);
  return left === wire ? document : rewired(document, target, left);
}

function targetOf(document: Document, to: string): Target {
  const target = parseTarget(to);
  if (target === undefined) {
    throw new EspalierError('bad_reference', `expected an edge to \`node.port\` or \`$out.port\`, got "${to}"`);
  }
  const node = nodeOf(document, target.node);
  if (node === undefined && target.node !== GRAPH_OUTPUT) {
    throw new EspalierError('unknown_node', `the graph "${document.id}" has no node "${target.node}" to wire "${to}"`);
  }
  const problem = node && portProblemOf(node, target);
  if (problem !== undefined) throw new EspalierError('unknown_port', `${problem}, got "${to}"`);
  return target;
}

/** What keeps a node from having such an input, as far as that follows from its kind. */
function portProblemOf(node: DocumentNode, { node: id, port }: Target): string | undefined {
  if (port === BODY) {
    const instead = hasBody(node) ? ': change its nodes with `updateNode`' : '';
    return `\`$body\` is no input of "${id}", but all that the nodes of an each or a loop read from around it${instead}`;
  }
  if ('sleep' in node && port !== 'value') return `"${id}" is a sleep, which has the input \`value\` only`;
  if ('each' in node && port !== ITEMS) return `"${id}" is an each, which has the input \`${ITEMS}\` only`;
  if ('collect' in node && port !== ITEMS) return `"${id}" is a collect, which has the input \`${ITEMS}\` only`;
  return 'loop' in node && port === CONDITION ? `"${id}" is a loop, which takes no condition` : undefined;
}

function withoutMember(cluster: Cluster, id: string): Cluster {
  return cluster.nodes.includes(id) ? { ...cluster, nodes: cluster.nodes.filter(node => node !== id) } : cluster;
}

function withoutPorts(protect: Readonly<Record<string, Protection>>, id: string): object | undefined {
  const kept = Object.entries(protect).filter(([text]) => {
    const address = parseAddress(text);
    return address === undefined || address.kind === 'node' || address.node !== id;
  });
  return orNothing(Object.fromEntries(kept));
}

const mapValues = <T>(object: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
