import type { Document, DocumentNode, Manifest } from '../document/document.js';
import { idProblem, isReserved } from '../document/ids.js';
import { readContract, type StepContract } from './contract.js';
import { ROOT, under, type Place } from './place.js';
import type { Report } from './report.js';

/** A document as a place for names: its own steps and graphs, then those of the document around it. */
export interface Definition {
  readonly document: Document;
  readonly place: Place | undefined;
  readonly around: Definition | undefined;
  /** The ids of its nodes, sorted. */
  readonly ids: readonly string[];
  readonly steps: ReadonlyMap<string, StepContract>;
  readonly graphs: ReadonlyMap<string, Definition>;
}

/** All documents inside a document, itself first, used or not: each is read once, however often it is used. */
export function definitionsIn(root: Document, report: Report): readonly Definition[] {
  checkId(root.id, under(ROOT, 'id'), report);
  const found = [define(root, ROOT, undefined, report)];
  for (const definition of found) {
    const { document, place } = definition;
    for (const [name, nested] of entries(document.graphs)) {
      const at = under(under(place, 'graphs'), name);
      checkId(name, at, report);
      const inner = define(nested, at, definition, report);
      definition.graphs.set(name, inner);
      found.push(inner);
    }
  }
  return found;
}

function define(
  document: Document,
  place: Place | undefined,
  around: Definition | undefined,
  report: Report,
): Definition & { readonly graphs: Map<string, Definition> } {
  const steps = new Map<string, StepContract>();
  for (const [name, manifest] of entries<Manifest>(document.steps)) {
    const at = under(under(place, 'steps'), name);
    checkId(name, at, report);
    steps.set(name, readContract(name, manifest, at, report));
  }
  return { document, place, around, ids: Object.keys(document.nodes ?? {}).sort(), steps, graphs: new Map() };
}

/** The nodes of an each or a loop as a place for names: what a document around them has is there too. */
export const bodyOf = (around: Definition, nodes: Document['nodes'] = {}, place: Place): Definition => ({
  document: { id: around.document.id, nodes },
  place,
  around,
  ids: Object.keys(nodes).sort(),
  steps: new Map(),
  graphs: new Map(),
});

export function checkId(id: string, place: Place, report: Report, problemOf = idProblem): void {
  const problem = problemOf(id);
  if (problem !== undefined) report(isReserved(id) ? 'reserved_name' : 'bad_id', place, problem);
}

/** The step that an id means inside a document: the innermost one wins. */
export function findStep(from: Definition, id: string): StepContract | undefined {
  for (let at: Definition | undefined = from; at !== undefined; at = at.around) {
    const found = at.steps.get(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As `findStep`, of nested graphs. */
export function findGraph(from: Definition, id: string): Definition | undefined {
  for (let at: Definition | undefined = from; at !== undefined; at = at.around) {
    const found = at.graphs.get(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every step or graph that has a name inside a document. */
export function visible(from: Definition, kind: 'steps' | 'graphs'): ReadonlyMap<string, unknown> {
  const names = new Map<string, unknown>();
  for (let at: Definition | undefined = from; at !== undefined; at = at.around) {
    for (const [name, found] of at[kind]) if (!names.has(name)) names.set(name, found);
  }
  return names;
}

/** A node of a document, for an id that it has. */
export const nodeOf = ({ document }: Definition, id: string): DocumentNode => document.nodes?.[id] as DocumentNode;

/** All nodes of a document with their places, those of its eaches and loops included. */
export function* nodesOf(document: Document, place: Place | undefined): Iterable<readonly [DocumentNode, Place]> {
  const open: (readonly [Document['nodes'], Place])[] = [[document.nodes, under(place, 'nodes')]];
  for (const [nodes, up] of open) {
    for (const [id, node] of entries(nodes)) {
      yield [node, under(up, id)];
      if ('each' in node || 'loop' in node) open.push([node.nodes, under(under(up, id), 'nodes')]);
    }
  }
}

/** Entries sorted by key. */
export const entries = <T>(record: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] =>
  record === undefined
    ? []
    : Object.keys(record)
        .sort()
        .map(key => [key, record[key] as T] as const);
