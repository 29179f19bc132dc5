import type { Document } from './document.js';
import { BODY, edgesInto, GRAPH_OUTPUT, nodeOf, readsOf, type Edge } from './edges.js';
import { loopText } from './form-text.js';
import { insideOf, sourceOf, targetOf, type Frame } from './mermaid-frame.js';
import { createMermaidIds, label } from './mermaid-text.js';
import { CONDITION, hasBody, insideReads, ITEMS, resultsOf, type BodyNode } from './body.js';

/**
 * A document as a Mermaid flowchart: inputs and outputs rounded, steps and collects as boxes, nested graphs, eachs, loops and clusters
 * around their nodes; an arrow for each edge, with a label where its ports have different names, dotted into conditions.
 * What is drawn of an each is its list and its outputs; of a loop its state before and after an iteration, with dotted
 * arrows back. `depth` is how many levels of graphs, eachs and loops are drawn from inside; below it each is one box.
 * O(size of what is drawn).
 */
export function toMermaid(document: Document, { depth = 3 }: { readonly depth?: number } = {}): string {
  const { nodes = {} } = document;
  const outermost = { owner: undefined, path: '', around: undefined, ids: createMermaidIds(), arrows: [] };
  const frame: Frame = { ...outermost, document, nodes, depth };
  return `${['flowchart TD', ...indented(frameLines(frame))].join('\n')}\n`;
}

const indented = (lines: readonly string[]): string[] => lines.map(line => `  ${line}`);
const boxed = (id: string, text: string, lines: readonly string[]): string[] => [
  `subgraph ${id}[${text}]`,
  ...indented(lines),
  'end',
];

function frameLines(frame: Frame): string[] {
  const { document, nodes, owner } = frame;
  const [inputs, outputs] = owner === undefined ? portsOf(document) : bodyPorts(owner.id, owner.node);
  const again = owner !== undefined && 'loop' in owner.node ? outputs : [];
  const inside = owner === undefined ? clusteredLines(frame) : Object.keys(nodes).flatMap(id => nodeLines(id, frame));
  for (const edge of edgesOf(frame)) drawArrow(edge, frame);
  return [
    ...rounded('in', inputs, frame),
    ...inside,
    ...rounded('out', outputs, frame),
    ...frame.arrows,
    ...again.map(key => `${portId('out', key, frame)} -.->|${label('again')}| ${portId('in', key, frame)}`),
  ];
}

type PortNames = readonly [inputs: readonly string[], outputs: readonly string[]];

const portsOf = (document: Document): PortNames => [Object.keys(document.in ?? {}), Object.keys(document.out ?? {})];

function bodyPorts(id: string, node: BodyNode): PortNames {
  if ('each' in node) return [[ITEMS], Object.keys(resultsOf(node))];
  const state = Object.keys(node.loop.state);
  const counted = insideReads(node).some(text => text === '$iteration' || text === `${id}.$iteration`);
  return [counted ? [...state, '$iteration'] : state, state];
}

const portId = (kind: 'in' | 'out', port: string, { ids, path }: Frame): string => ids.of(kind, path + port);
const rounded = (kind: 'in' | 'out', ports: readonly string[], frame: Frame): string[] =>
  ports.map(port => `${portId(kind, port, frame)}([${label(port)}])`);

/** The nodes of a graph, those of clusters first. */
function clusteredLines(frame: Frame): string[] {
  const { document, path, ids } = frame;
  const drawn = new Set<string>();
  const nodesOnce = (nodes: readonly string[]): string[] =>
    nodes.flatMap(id => {
      if (drawn.has(id)) return [];
      drawn.add(id);
      return nodeLines(id, frame);
    });
  return [
    ...Object.entries(document.clusters ?? {}).flatMap(([name, { nodes }]) =>
      boxed(ids.of('c', path + name), label(name), nodesOnce(nodes)),
    ),
    ...nodesOnce(Object.keys(frame.nodes)),
  ];
}

function nodeLines(id: string, frame: Frame): string[] {
  const node = nodeOf(frame, id);
  if (node === undefined) return [];
  const name = frame.ids.of('n', frame.path + id);
  if ('sleep' in node) return [`${name}{{${label(id, `sleep ${node.sleep}`)}}}`];
  if ('step' in node) return [`${name}[${node.step === id ? label(id) : label(id, node.step)}]`];
  if ('collect' in node) return [`${name}[${label(id, 'collect')}]`];
  const kind = hasBody(node) ? bodyText(node) : node.graph;
  const text = kind === id ? label(id) : label(id, kind);
  const inside = insideOf(id, node, frame);
  return inside === undefined ? [`${name}[[${text}]]`] : boxed(name, text, frameLines(inside));
}

const bodyText = (node: BodyNode): string => ('each' in node ? 'each' : loopText(node.loop));

/** What the nodes of an each or a loop read is drawn there, unless it is one box. */
function edgesOf(frame: Frame): Edge[] {
  const { document, nodes, owner } = frame;
  const intoNodes = Object.entries(nodes).flatMap(([id, node]) => {
    const isOpen = hasBody(node) && insideOf(id, node, frame) !== undefined;
    return isOpen ? readsOf(id, node).filter(({ to }) => !to.endsWith(`.${BODY}`)) : readsOf(id, node);
  });
  return [...intoNodes, ...edgesInto(GRAPH_OUTPUT, owner === undefined ? document.out : resultsOf(owner.node))];
}

function drawArrow({ from, to }: Edge, frame: Frame): void {
  const source = sourceOf(from, frame);
  if (source === undefined) return;
  const dot = to.indexOf('.');
  const [node, input] = [to.slice(0, dot), to.slice(dot + 1)];
  const text = arrowText(source.name, node, input, frame);
  const arrow = input === CONDITION ? '-.->' : '-->';
  const target = targetOf(node, input, frame);
  source.at.arrows.push(`${source.id} ${arrow}${text === '' ? '' : `|${label(text)}|`} ${target}`);
}

function arrowText(output: string, node: string, input: string, frame: Frame): string {
  if (input === CONDITION) return whenText(node, frame);
  if (input === BODY) return output;
  return output === input ? '' : `${output} → ${input}`;
}

function whenText(id: string, frame: Frame): string {
  const node = nodeOf(frame, id);
  const when = node !== undefined && 'when' in node ? node.when : undefined;
  return typeof when === 'object' && 'expr' in when ? `when ${when.expr}` : 'when';
}
