import type { Document } from '../document/document.js';
import { checkGraph } from './check-graph.js';
import { componentsOf, cyclesIn, wayRound } from './cycles.js';
import { definitionsIn, findGraph, nodesOf, type Definition } from './definition.js';
import { edgesFrom, type Edges } from './edges.js';
import { createExpressionParser } from './expressions.js';
import type { CheckedGraph } from './local-body.js';
import { arrows } from './node-cycles.js';
import { under, type Place } from './place.js';
import type { Report } from './report.js';

/** Checks a document and every one nested in it, each once and after those it uses. The outermost one is returned. */
export function checkGraphs(document: Document, report: Report): CheckedGraph {
  const definitions = definitionsIn(document, report);
  const number = new Map(definitions.map((definition, k) => [definition, k]));
  const uses = definitions.map(usesOf);
  const pairs = uses.flatMap((used, from) => [...used.keys()].flatMap(target => [from, number.get(target) as number]));
  const edges = edgesFrom(definitions.length, pairs);
  const components = componentsOf(edges);

  const recursive = cyclesIn(components);
  const selfUsing = definitions.flatMap((definition, k) => (uses[k]?.has(definition) ? [Int32Array.of(k)] : []));
  for (const cycle of [...recursive, ...selfUsing]) reportRecursion(definitions, uses, edges, cycle, report);

  const parse = createExpressionParser();
  const checked = new Map<Definition, CheckedGraph>();
  for (const k of components.vertices) {
    const definition = definitions[k] as Definition;
    checked.set(definition, checkGraph(definition, { checked, parse, report }));
  }
  return checked.get(definitions[0] as Definition) as CheckedGraph;
}

/** The graphs that a document's nodes use, each with the place of the first use. */
function usesOf(definition: Definition): ReadonlyMap<Definition, Place> {
  const found = new Map<Definition, Place>();
  for (const [node, place] of nodesOf(definition.document, definition.place)) {
    if (!('graph' in node)) continue;
    const target = findGraph(definition, node.graph);
    if (target !== undefined && !found.has(target)) found.set(target, under(place, 'graph'));
  }
  return found;
}

function reportRecursion(
  definitions: readonly Definition[],
  uses: readonly ReadonlyMap<Definition, Place>[],
  edges: Edges,
  cycle: Int32Array,
  report: Report,
): void {
  const way = wayRound(edges, cycle, cycle[0] as number).map(k => definitions[k] as Definition);
  const [first, second] = way as [Definition, Definition];
  const place = uses[definitions.indexOf(first)]?.get(second);
  report('cycle', place, `this graph is nested in itself: ${arrows(way.map(nameOf))}`);
}

const nameOf = ({ place, document }: Definition): string => String(place?.key ?? document.id);
