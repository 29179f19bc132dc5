import type { Document } from '../document/document.js';
import type { Issue } from '../document/issue.js';
import { toMermaid as documentToMermaid } from '../document/mermaid.js';
import { check as checkDocument, compile as compileDocument } from '../plan/compile.js';
import type { Plan } from '../plan/plan.js';
import { isGraph, type AnyGraph } from './contract.js';

/** The plan of a graph; throws `InvalidGraphError` with everything that is wrong. */
export const compile = (graph: AnyGraph | Document): Plan => compileDocument(documentOf(graph));

/** Everything that is wrong with a graph, ordered by path; nothing if it compiles. */
export const check = (graph: AnyGraph | Document): readonly Issue[] => checkDocument(documentOf(graph));

/** What tells one plan from another: 64 hex, the same whatever the order of keys in the document. */
export const planHash = (graph: AnyGraph | Document | Plan): string =>
  'planVersion' in graph ? graph.hash : compile(graph).hash;

/** The graph as a Mermaid flowchart, nested graphs down to `depth` (default 3). */
export const toMermaid = (graph: AnyGraph | Document, options?: { readonly depth?: number }): string =>
  documentToMermaid(documentOf(graph), options);

const documentOf = (graph: AnyGraph | Document): Document => (isGraph(graph) ? graph.document : graph);
