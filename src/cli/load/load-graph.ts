import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { InvalidDocumentError, InvalidGraphError } from '../../document/document-error.js';
import type { Document } from '../../document/document.js';
import type { Issue } from '../../document/issue.js';
import { locate } from '../../document/locate.js';
import { parseDocument } from '../../document/parse.js';
import { readText } from '../../document/read-text.js';
import type { AnyGraph } from '../../graph/contract.js';
import { check, compile } from '../../plan/compile.js';
import type { Plan } from '../../plan/plan.js';
import { nearest } from '../../schema/nearest.js';
import type { Registered } from '../../step/registry.js';
import { EspalierError } from '../../value/espalier-error.js';
import { loadAllRegistered, loadRegistered } from './registered-module.js';
import { shownPath } from './shown-path.js';

/** What a GRAPH on the command line means: a graph that compiles, and what came with it. */
export interface LoadedGraph {
  readonly document: Document;
  readonly plan: Plan;
  /** Where it was found, without `#id`. */
  readonly path: string;
  readonly registered: Required<Registered>;
}

const DOCUMENTS = ['.json', '.yaml', '.yml'];
const MODULES = ['.js', '.mjs', '.ts', '.mts'];
/** Larger files are refused unread; what a document may have, parsing says. */
const MOST_BYTES = 64 * 1_048_576;

/**
 * Loads `folder`, `folder#id`, or the file of a graph or a document, with implementations from `steps` (folders) beside
 * its own. Throws `not_found`, and for a bad graph all its issues, with file, line and column where they are known.
 */
export async function loadGraph(text: string, steps: readonly string[] = []): Promise<LoadedGraph> {
  const hash = text.lastIndexOf('#');
  const path = (hash < 0 ? text : text.slice(0, hash)) || '.';
  const id = hash < 0 ? undefined : text.slice(hash + 1);
  const isFile = await exists(path);
  if (isFile && DOCUMENTS.includes(extname(path))) {
    if (id !== undefined) throw usage(`${path} is the document of one graph: leave #${id} out`);
    return { ...(await loadDocument(path)), path, registered: await loadAllRegistered(steps) };
  }
  if (isFile && !MODULES.includes(extname(path))) {
    throw usage(`${path} is no graph; expected a folder or a file ending in ${[...MODULES, ...DOCUMENTS].join(', ')}`);
  }
  const module = await loadRegistered(path);
  const { document } = choose(module.graphs, id, path);
  const plan = compiled(document, issues => issues.map(issue => ({ ...issue, file: shownPath(module.file) })));
  return { document, plan, path, registered: await loadAllRegistered([path, ...steps]) };
}

/** Whether it is a file (and no folder). */
async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found) return !found.isDirectory();
  throw new EspalierError(
    'not_found',
    `there is no file or folder ${JSON.stringify(path)} (graphs can't be found by their id alone: give their folder or file)`,
  );
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
