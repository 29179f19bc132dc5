import type { Document, DocumentNode } from './document.js';
import { CONDITION, edges, GRAPH_OUTPUT, nodeOf, type Edge } from './edges.js';
import { createMermaidIds, label, type MermaidIds } from './mermaid-text.js';
import { GRAPH_INPUT } from './reference.js';

/**
 * A document as a Mermaid flowchart: inputs and outputs rounded, steps as boxes, nested graphs and clusters around their
 * nodes; an arrow for each edge, with a label where its ports have different names, dotted into conditions. `depth` is how
 * many levels of nested graphs are drawn from inside; below it each is one box. O(size of what is drawn).
 */
export function toMermaid(document: Document, { depth = 3 }: { readonly depth?: number } = {}): string {
  const frame: Frame = { document, path: '', depth, around: undefined, ids: createMermaidIds() };
  return `${['flowchart TD', ...indented(graphLines(frame))].join('\n')}\n`;
}

/** One use of a graph, which is drawn from inside. */
interface Frame {
  readonly document: Document;
  /** What comes before the ids of its nodes: `hard/`. */
  readonly path: string;
  /** How many more levels are drawn from inside. */
  readonly depth: number;
  readonly around: Frame | undefined;
  readonly ids: MermaidIds;
}

const indented = (lines: readonly string[]): string[] => lines.map(line => `  ${line}`);
const boxed = (id: string, text: string, lines: readonly string[]): string[] => [
  `subgraph ${id}[${text}]`,
  ...indented(lines),
  'end',
];

function graphLines(frame: Frame): string[] {
  const { document, path, ids } = frame;
  const rounded = (kind: string, ports: object = {}): string[] =>
    Object.keys(ports).map(port => `${ids.of(kind, path + port)}([${label(port)}])`);
  const drawn = new Set<string>();
  const nodesOnce = (nodes: readonly string[]): string[] =>
    nodes.flatMap(id => {
      if (drawn.has(id)) return [];
      drawn.add(id);
      return nodeLines(id, frame);
    });
  return [
    ...rounded('in', document.in),
    ...Object.entries(document.clusters ?? {}).flatMap(([name, { nodes }]) =>
      boxed(ids.of('c', path + name), label(name), nodesOnce(nodes)),
    ),
    ...nodesOnce(Object.keys(document.nodes ?? {})),
    ...rounded('out', document.out),
    ...edges(document).map(edge => edgeLine(edge, frame)),
  ];
}

function nodeLines(id: string, frame: Frame): string[] {
  const node = nodeOf(frame.document, id);
  if (node === undefined) return [];
  const name = frame.ids.of('n', frame.path + id);
  if ('sleep' in node) return [`${name}{{${label(id, `sleep ${node.sleep}`)}}}`];
  if ('step' in node) return [`${name}[${node.step === id ? label(id) : label(id, node.step)}]`];
  const text = node.graph === id ? label(id) : label(id, node.graph);
  const inside = insideOf(id, node, frame);
  return inside === undefined ? [`${name}[[${text}]]`] : boxed(name, text, graphLines(inside));
}

/** The graph that a node stands for, if it is drawn from inside: known, not too deep, and not inside itself. */
function insideOf(id: string, node: DocumentNode, frame: Frame): Frame | undefined {
  if (!('graph' in node) || frame.depth <= 0) return undefined;
  const document = graphOf(node.graph, frame);
  for (let at: Frame | undefined = frame; at !== undefined; at = at.around)
    if (at.document === document) return undefined;
  return document && { ...frame, document, path: `${frame.path}${id}/`, depth: frame.depth - 1, around: frame };
}

/** The nested graph with an id; those of the graph itself come before those of the graphs around it. */
function graphOf(id: string, frame: Frame | undefined): Document | undefined {
  if (frame === undefined) return undefined;
  const { graphs = {} } = frame.document;
  return Object.hasOwn(graphs, id) ? graphs[id] : graphOf(id, frame.around);
}

function edgeLine({ from, to }: Edge, frame: Frame): string {
  const [source, output] = split(from);
  const [target, input] = split(to);
  const ends = [endOf(source, output, 'out', frame), endOf(target, input, 'in', frame)] as const;
  if (input === CONDITION) return `${ends[0]} -.->|${label(whenText(nodeOf(frame.document, target)))}| ${ends[1]}`;
  return `${ends[0]} -->${output === input ? '' : `|${label(`${output} → ${input}`)}|`} ${ends[1]}`;
}

function split(end: string): readonly [node: string, port: string] {
  const dot = end.indexOf('.');
  return [end.slice(0, dot), end.slice(dot + 1)];
}

/** What an arrow begins or ends at: a port of this graph, or of one that is drawn from inside, or else the node. */
function endOf(node: string, port: string, kind: 'in' | 'out', { document, path, ...rest }: Frame): string {
  if (node === GRAPH_INPUT) return rest.ids.of('in', path + port);
  if (node === GRAPH_OUTPUT) return rest.ids.of('out', path + port);
  const found = nodeOf(document, node);
  const inside = found && port !== CONDITION && insideOf(node, found, { document, path, ...rest });
  return inside ? rest.ids.of(kind, inside.path + port) : rest.ids.of('n', path + node);
}

function whenText(node: DocumentNode | undefined): string {
  const when = node !== undefined && 'when' in node ? node.when : undefined;
  return typeof when === 'object' && 'expr' in when ? `when ${when.expr}` : 'when';
}
