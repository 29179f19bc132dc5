import type { Condition, DocumentNode, EachNode, Form, LoopNode } from './document.js';
import { parseReference, READ_IN } from './reference.js';

/** A node with nodes of its own. */
export type BodyNode = EachNode | LoopNode;
export type Wires = Readonly<Record<string, Condition>>;

/** The input of an each and of a collect, and the output of a stream that feeds it. */
export const ITEMS = 'items';
/** The `port` of an edge to a condition. */
export const CONDITION = '$when';

export const hasBody = (node: DocumentNode): node is BodyNode => 'each' in node || 'loop' in node;

/** What feeds a node, by the input it feeds. */
export function inputsOf(node: DocumentNode): Readonly<Record<string, Form>> {
  if ('each' in node) return { [ITEMS]: node.each };
  return 'collect' in node ? { [ITEMS]: node.collect } : (node.in ?? {});
}

/** The same, and (`$when`) what feeds its condition. */
export const wiresOf = (node: DocumentNode): Wires =>
  'when' in node && node.when !== undefined ? { ...inputsOf(node), [CONDITION]: node.when } : inputsOf(node);

/** What feeds the outputs of each scope of a node: the entries of its lists, or the next state. */
export const resultsOf = (node: BodyNode): Wires => ('each' in node ? node.out : node.next) ?? {};

/**
 * What the body of a node reads from around the node, each reference once: all but its own nodes, and the items or the
 * state of its own. O(size · levels of bodies).
 */
export const bodyReads = (id: string, node: BodyNode): string[] =>
  insideReads(node).filter(reference => !isInner(reference, id, node));

/** Everything that the body of a node reads, each reference once, but not what stays inside one of its nodes. */
export function insideReads(node: BodyNode): string[] {
  const ofNodes = Object.entries(node.nodes ?? {}).flatMap(([id, inner]) => [
    ...Object.values(wiresOf(inner)).flatMap(references),
    ...(hasBody(inner) ? bodyReads(id, inner) : []),
  ]);
  const until = 'loop' in node && node.loop.until !== undefined ? references(node.loop.until) : [];
  return [...new Set([...ofNodes, ...Object.values(resultsOf(node)).flatMap(references), ...until])];
}

/** Whether a reference in the body of a node names something of that body. */
export function isInner(text: string, id: string, node: BodyNode): boolean {
  const reference = parseReference(text);
  if (reference === undefined) return false;
  if ('port' in reference) return Object.hasOwn(node.nodes ?? {}, reference.node);
  if (reference.node !== undefined) return reference.node === id;
  return READ_IN[reference.word] in node;
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
