import type { Document, Manifest } from '../../src/document/document.js';

/** A document, and those around it: where the names in it are looked up. */
export interface Scope {
  readonly document: Document;
  readonly around: Scope | undefined;
}

/** The step that a name means in a document: its own, else the one around it. */
export function stepNamed({ document, around }: Scope, step: string): Manifest {
  const own = document.steps?.[step];
  if (own !== undefined) return own;
  if (around === undefined) throw new Error(`no step ${step}`);
  return stepNamed(around, step);
}

/** As `stepNamed`, of nested graphs. */
export function graphNamed(scope: Scope, graph: string): Scope {
  const own = scope.document.graphs?.[graph];
  if (own !== undefined) return { document: own, around: scope };
  if (scope.around === undefined) throw new Error(`no graph ${graph}`);
  return graphNamed(scope.around, graph);
}
