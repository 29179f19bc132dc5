import type { DocumentNode, GraphNode, StepNode } from '../document/document.js';
import { findGraph, findStep, visible, type Definition } from './definition.js';
import type { CheckedGraph, Use } from './local-body.js';
import { under, type Place } from './place.js';
import { readTime } from './policy.js';
import { NO_PORTS, portTable } from './ports.js';
import { suggestion, type Report } from './report.js';
import { readCollect, readEach, readLoop } from './scoped-use.js';
import { streamOf } from './stream.js';
import { refuseOthers } from './unsupported.js';

/** Graphs that are checked already. One that a document uses and that is not here is part of a reported recursion. */
export type CheckedGraphs = ReadonlyMap<Definition, CheckedGraph>;

/** What a node is a use of; `unknown` if that is not there, which is reported. Its options and wires are read later. */
export function readUse(
  definition: Definition,
  node: DocumentNode,
  checked: CheckedGraphs,
  place: Place,
  report: Report,
): Use {
  if ('step' in node) return findStep(definition, node.step) ?? unknownStep(definition, node, place, report);
  if ('graph' in node) return readGraph(definition, node, checked, place, report);
  if ('each' in node) return readEach(node, streamOf(definition, node.each), place, report);
  if ('collect' in node) return readCollect(node, streamOf(definition, node.collect), place, report);
  if ('loop' in node) return readLoop(node, place, report);
  refuseOthers(node, ['sleep', 'in'], 'a sleep', place, report);
  return { kind: 'sleep', duration: readTime(node.sleep, 0, under(place, 'sleep'), report), in: VALUE, out: VALUE };
}

const UNKNOWN: Use = { kind: 'unknown', in: NO_PORTS, out: NO_PORTS };
/** A sleep gives its one input as its one output. */
const VALUE = portTable([{ name: 'value', schema: {}, optional: false }]);

function unknownStep(definition: Definition, { step }: StepNode, place: Place, report: Report): Use {
  const hint = suggestion(step, visible(definition, 'steps'));
  report('unknown_step', under(place, 'step'), `there is no manifest of a step "${step}"${hint}`);
  return UNKNOWN;
}

function readGraph(definition: Definition, node: GraphNode, checked: CheckedGraphs, place: Place, report: Report): Use {
  refuseOthers(node, ['graph', 'in', 'when'], 'a nested graph', place, report);
  const target = findGraph(definition, node.graph);
  if (target !== undefined) return checked.get(target) ?? UNKNOWN;
  const hint = suggestion(node.graph, visible(definition, 'graphs'));
  report('unknown_graph', under(place, 'graph'), `there is no graph "${node.graph}" in \`graphs\`${hint}`);
  return UNKNOWN;
}
