/** `espalier graph put` and `graph list`: what is registered, with a service or in the database itself. */
import { documentHash } from '../document/document-hash.js';
import type { GraphVersion } from '../store/database/graph-registry.js';
import type { GraphOptions } from './commands/graph.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { loadGraph } from './load/load-graph.js';
import { withRegistry } from './registry.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';
import { timeText } from './words.js';

type Change = 'created' | 'new version' | 'unchanged' | 'points back to it';

export async function putGraph(source: string, options: GraphOptions, terminal: Terminal): Promise<ExitCode> {
  // From here, whatever the registry has under that name.
  const { document, plan } = await loadGraph(source);
  return withRegistry(options, async registry => {
    const hash = documentHash(document);
    const [current, known] = [await registry.get(document.id), await registry.get(document.id, hash)];
    const version = await registry.put(document, plan.hash);
    const change: Change =
      current?.hash === hash ? 'unchanged' : known ? 'points back to it' : current ? 'new version' : 'created';
    if (options.output === 'json') terminal.print(JSON.stringify({ ...version, change }, null, 2));
    else terminal.print(`${version.id}  version ${version.version}  ${version.hash}  ${change}`);
    // Who named no place may not know that a running `dev` is one.
    if (options.address === undefined) terminal.say(`registered at ${registry.where}`);
    return EXIT.ok;
  });
}

const HEAD = ['GRAPH', 'VERSION', 'HASH', 'REGISTERED', 'BY', 'TITLE'];

const row = ({ id, version, hash, createdAt, createdBy, title = '' }: GraphVersion): readonly string[] => [
  id,
  String(version),
  hash.slice(0, 12),
  timeText(createdAt),
  createdBy,
  title,
];

export async function listGraphs(options: GraphOptions, terminal: Terminal): Promise<ExitCode> {
  const { output } = options;
  return withRegistry(options, async registry => {
    const graphs: GraphVersion[] = [];
    for await (const graph of registry.list()) graphs.push(graph);
    if (output === 'json') terminal.print(JSON.stringify({ graphs }, null, 2));
    else if (output === 'jsonl') for (const graph of graphs) terminal.print(JSON.stringify(graph));
    else if (graphs.length > 0) terminal.print(tableText([HEAD, ...graphs.map(row)]));
    if (graphs.length === 0) terminal.say(`no graphs are registered at ${registry.where}`);
    return EXIT.ok;
  });
}
