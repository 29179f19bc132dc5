import { InvalidGraphError } from '../document/document-error.js';
import type { Document } from '../document/document.js';
import type { Issue } from '../document/issue.js';
import { assemble } from './assemble.js';
import { flatten } from './flatten.js';
import { freezePlan } from './freeze-plan.js';
import { checkGraphs } from './graphs.js';
import type { CheckedGraph } from './local-body.js';
import type { Plan } from './plan.js';
import { reportInto } from './report.js';

/**
 * Compiles a document: pure, and linear in its size with nested graphs put in. The same document gives the same plan,
 * whatever the order of its keys. Throws `InvalidGraphError` with everything that is wrong.
 *
 * The stages: each document is checked by itself, its names become numbers (`checkGraphs`); graphs are put into those
 * that use them (`flatten`); what is left is ordered, numbered and hashed (`assemble`). What a stage makes never changes
 * after it, and only the first one finds fault.
 */
export function compile(document: Document): Plan {
  const { graph, issues } = checkAll(document);
  if (issues.length > 0) throw new InvalidGraphError(document.id, issues);
  return freezePlan(assemble(document, graph.depth, flatten(graph)));
}

/** Everything that is wrong with a document, ordered by path; nothing if it compiles. */
export const check = (document: Document): readonly Issue[] => checkAll(document).issues;

function checkAll(document: Document): { readonly graph: CheckedGraph; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const graph = checkGraphs(document, reportInto(issues));
  issues.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return { graph, issues };
}
