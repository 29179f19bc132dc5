import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { InvalidDocumentError, InvalidGraphError } from '../../document/document-error.js';
import type { Document } from '../../document/document.js';
import type { Issue } from '../../document/issue.js';
import { idProblem } from '../../document/ids.js';
import { locate } from '../../document/locate.js';
import { parseDocument } from '../../document/parse.js';
import { readText } from '../../document/read-text.js';
import type { AnyGraph } from '../../graph/contract.js';
import { check, compile } from '../../plan/compile.js';
import type { Plan } from '../../plan/plan.js';
import { nearest } from '../../schema/nearest.js';
import type { Registered } from '../../step/registry.js';
import { EspalierError } from '../../value/espalier-error.js';
import { quote } from '../../value/quote.js';
import { serviceOf, type ServerChoice } from '../server-choice.js';
import { quotedCommand } from '../shell.js';
import { loadAllRegistered, loadRegistered } from './registered-module.js';
import { shownPath } from './shown-path.js';

/** What a GRAPH on the command line means: a graph that compiles, and what came with it. */
export interface LoadedGraph {
  readonly document: Document;
  readonly plan: Plan;
  /** Where it was found, without `#id`; of a registered one its id. */
  readonly path: string;
  /** Where its implementations come from. */
  readonly folders: readonly string[];
  readonly registered: Required<Registered>;
}

/** Where to look for a registered graph, and for implementations beside a graph's own. */
export interface LoadOptions extends ServerChoice {
  readonly steps?: readonly string[];
}

const DOCUMENTS = ['.json', '.yaml', '.yml'];
const MODULES = ['.js', '.mjs', '.ts', '.mts'];
/** Larger files are refused unread; what a document may have, parsing says. */
const MOST_BYTES = 64 * 1_048_576;

/**
 * Loads `folder`, `folder#id`, the file of a graph or a document, or a registered graph by its id (with the address of a
 * service only that), with implementations from `steps`. Throws `not_found`, and for a bad graph all its issues, with
 * file, line and column where they are known.
 */
export async function loadGraph(text: string, options: LoadOptions = {}): Promise<LoadedGraph> {
  const { steps = [] } = options;
  const hash = text.lastIndexOf('#');
  const path = (hash < 0 ? text : text.slice(0, hash)) || '.';
  const id = hash < 0 ? undefined : text.slice(hash + 1);
  const kind = serviceOf(options) === undefined ? await kindOf(path) : 'nothing';
  if (kind === 'nothing') {
    const found = await loadRegisteredGraph(text, options);
    return { ...found, path: text, folders: steps, registered: await loadAllRegistered(steps) };
  }
  if (kind === 'file' && DOCUMENTS.includes(extname(path))) {
    if (id !== undefined) throw usage(`${path} is the document of one graph: leave #${id} out`);
    return { ...(await loadDocument(path)), path, folders: steps, registered: await loadAllRegistered(steps) };
  }
  if (kind === 'file' && !MODULES.includes(extname(path))) {
    throw usage(`${path} is no graph; expected a folder or a file ending in ${[...MODULES, ...DOCUMENTS].join(', ')}`);
  }
  const module = await loadRegistered(path);
  const { document } = choose(module.graphs, id, path);
  const plan = compiled(document, issues => issues.map(issue => ({ ...issue, file: shownPath(module.file) })));
  const folders = [path, ...steps];
  return { document, plan, path, folders, registered: await loadAllRegistered(folders) };
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
}

async function loadRegisteredGraph(
  id: string,
  choice: ServerChoice,
): Promise<{ readonly document: Document; readonly plan: Plan }> {
  const isId = idProblem(id) === undefined;
  const service = serviceOf(choice);
  if (service !== undefined && !isId) {
    throw usage(
      `${quote(id)} is no id of a graph: a service has registered ones; \`espalier graph put\` registers a folder or a file`,
    );
  }
  const found = isId ? await registeredDocument(id, choice) : undefined;
  if (found === undefined) throw await notFound(id, service);
  const parsed = parseDocument(found);
  if (!parsed.ok) throw new InvalidDocumentError(parsed.issues);
  return { document: parsed.document, plan: compiled(parsed.document, issues => issues) };
}

async function notFound(id: string, service: string | undefined): Promise<EspalierError> {
  if (service === undefined) {
    return new EspalierError('not_found', `there is no file, folder or registered graph ${quote(id)}`);
  }
  const kind = await kindOf(id);
  const put = quotedCommand(['graph', 'put', id, '--address', service]);
  const hint = kind === 'nothing' ? '' : `; the ${kind} ${id} is registered with ${put}`;
  return new EspalierError('not_found', `no graph ${quote(id)} is registered at ${service}${hint}`);
}

async function registeredDocument(id: string, choice: ServerChoice): Promise<unknown> {
  // Most graphs lie in folders, and need neither a client nor a database.
  const { withRegistry } = await import('../registry.js');
  return withRegistry(choice, async registry => (await registry.get(id))?.document);
}

async function loadDocument(path: string): Promise<{ readonly document: Document; readonly plan: Plan }> {
  const file = shownPath(resolve(path));
  const text = await readDocumentText(path);
  const parsed = parseDocument(text, { file });
  if (!parsed.ok) throw new InvalidDocumentError(parsed.issues);
  const { document } = parsed;
  return { document, plan: compiled(document, issues => locate(issues, text, readText(text), file)) };
}

/** The text of a JSON or YAML file, without a byte order mark. */
export async function readDocumentText(path: string): Promise<string> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new EspalierError('not_found', `there is no file ${path}`, { cause });
  });
  if (size > MOST_BYTES) {
    throw new EspalierError('invalid_file', `${path} has ${size} bytes; expected at most ${MOST_BYTES}`);
  }
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EspalierError('invalid_file', `${path} can't be read: ${String(cause)}`, { cause });
  });
  return text.replace(/^\uFEFF/, '');
}

function compiled(document: Document, place: (issues: readonly Issue[]) => readonly Issue[]): Plan {
  const issues = check(document);
  if (issues.length > 0) throw new InvalidGraphError(document.id, place(issues));
  return compile(document);
}

function choose(graphs: readonly AnyGraph[], id: string | undefined, path: string): AnyGraph {
  const ids = graphs.map(graph => graph.id);
  const [first] = graphs;
  if (!first) throw usage(`${path} exports no graph`);
  if (id === undefined) {
    if (graphs.length === 1) return first;
    throw usage(`${path} has ${graphs.length} graphs, choose one:\n${ids.map(each => `  ${path}#${each}`).join('\n')}`);
  }
  const found = graphs.find(graph => graph.id === id);
  if (found) return found;
  const near = nearest(id, ids);
  const hint = near === undefined ? `it has ${ids.join(', ')}` : `did you mean ${path}#${near}?`;
  throw new EspalierError('not_found', `${path} has no graph ${JSON.stringify(id)}; ${hint}`);
}

const usage = (message: string): EspalierError => new EspalierError('usage', message);
