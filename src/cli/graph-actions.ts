/** `espalier graph …`: what can be said of a graph without running it, and registering it. */
import { InvalidDocumentError, InvalidGraphError } from '../document/document-error.js';
import type { Document, DocumentNode, PortSchema } from '../document/document.js';
import { formText, loopText } from '../document/form-text.js';
import { toMermaid } from '../document/mermaid.js';
import { CONDITION, hasBody, resultsOf, wiresOf, type Wires } from '../document/body.js';
import { toJson, toYaml } from '../document/yaml.js';
import { describeSchema } from '../schema/describe.js';
import { quote } from '../value/quote.js';
import type { GraphOptions } from './commands/graph.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { loadGraph } from './load/load-graph.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';
import { countText } from './words.js';

export async function checkGraph(source: string, options: GraphOptions, terminal: Terminal): Promise<ExitCode> {
  const { output } = options;
  try {
    const { plan } = await loadGraph(source, options);
    const nodes = plan.bodies[0]?.nodes.length ?? 0;
    if (output === 'json')
      terminal.print(JSON.stringify({ ok: true, graph: plan.graph, nodes, plan: plan.hash, issues: [] }));
    else terminal.print(`${plan.graph}: ok, ${countText(nodes, 'node')}, plan ${plan.hash.slice(0, 12)}`);
    return EXIT.ok;
  } catch (error) {
    const isInvalid = error instanceof InvalidDocumentError || error instanceof InvalidGraphError;
    if (output !== 'json' || !isInvalid) throw error;
    terminal.print(JSON.stringify({ ok: false, issues: error.issues }));
    return EXIT.usage;
  }
}

export async function showGraph(source: string, options: GraphOptions, terminal: Terminal): Promise<ExitCode> {
  const { output, mermaid } = options;
  const { document, plan } = await loadGraph(source, options);
  if (mermaid) terminal.print(toMermaid(document).trimEnd());
  else if (output === 'json') terminal.print(JSON.stringify({ plan: plan.hash, document }, null, 2));
  else terminal.print(graphText(document));
  return EXIT.ok;
}

export async function exportGraph(source: string, options: GraphOptions, terminal: Terminal): Promise<ExitCode> {
  const { document } = await loadGraph(source, options);
  terminal.print((options.output === 'json' ? toJson(document) : toYaml(document)).trimEnd());
  return EXIT.ok;
}

function graphText(document: Document): string {
  const { id, title, nodes = {}, in: inputs = {}, out = {}, returns = {} } = document;
  const outputs = Object.entries(out).map(([port, form]) => {
    const schema = returns[port];
    return [port, schema ? describeSchema(schema) : '', `from ${formText(form)}`];
  });
  const sections = [
    section('inputs', Object.entries(inputs).map(inputRow)),
    section('nodes', nodeRows(nodes)),
    section('outputs', outputs),
  ];
  return [title === undefined ? id : `${id}: ${title}`, ...sections].filter(text => text !== '').join('\n\n');
}

const section = (title: string, rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : `${title}\n${tableText(rows, '  ')}`;

function inputRow([port, schema]: readonly [string, PortSchema]): readonly string[] {
  const literal = schema.default;
  const left = schema.optional ? 'optional' : literal === undefined ? '' : `default ${quote(literal)}`;
  const description = typeof schema.description === 'string' ? schema.description : '';
  return [port, describeSchema(schema), [left, description].filter(text => text !== '').join('; ')];
}

/** A row for each node; those of an each or a loop come after it, by their address: `pages/scan`. */
const nodeRows = (nodes: Readonly<Record<string, DocumentNode>>, path = ''): (readonly string[])[] =>
  Object.entries(nodes).flatMap(([id, node]) => [
    [path + id, kindText(node), wiresText(node)],
    ...(hasBody(node) ? nodeRows(node.nodes ?? {}, `${path}${id}/`) : []),
  ]);

function wiresText(node: DocumentNode): string {
  const { [CONDITION]: when, ...inputs } = wiresOf(node);
  const parts = [wireTexts(inputs), ...(when === undefined ? [] : [`when ${formText(when)}`])];
  if (hasBody(node)) parts.push(`${'each' in node ? 'lists' : 'next'} ${wireTexts(resultsOf(node))}`);
  return parts.filter(text => text !== '').join(', ');
}

const wireTexts = (wires: Wires): string =>
  Object.entries(wires)
    .map(([port, form]) => `${port} ← ${formText(form)}`)
    .join(', ');

function kindText(node: DocumentNode): string {
  if ('step' in node) return `step ${node.step}`;
  if ('graph' in node) return `graph ${node.graph}`;
  if ('sleep' in node) return `sleep ${node.sleep}`;
  if ('collect' in node) return 'collect';
  return 'each' in node ? 'each' : loopText(node.loop);
}
