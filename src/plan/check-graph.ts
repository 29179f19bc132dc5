import type { Form } from '../document/document.js';
import { nodeIdProblem } from '../document/ids.js';
import { readClusters } from './clusters.js';
import { checkId, nodeOf, type Definition } from './definition.js';
import type { ParseExpression } from './expressions.js';
import { frozenCopy } from './frozen-copy.js';
import { MAX_NESTING, MAX_NODES } from './limits.js';
import { placeOf, type CheckedGraph, type LocalBody, type LocalNode } from './local-body.js';
import { reportCycles } from './node-cycles.js';
import { readOptions } from './options.js';
import { orderOf } from './order.js';
import { readOutputs } from './outputs.js';
import { under, type Place } from './place.js';
import type { PlanForm } from './plan.js';
import { readNodePolicy } from './policy.js';
import { portTable, readInputs, type PortTable } from './ports.js';
import { readProtected } from './protect.js';
import { suggestion, type Report } from './report.js';
import { plainType } from './schema-of-form.js';
import { checkTypes } from './types.js';
import { readUse, type CheckedGraphs } from './use.js';
import { feedsOf } from './vertices.js';
import { readCondition, readForm, type Wiring } from './wire.js';

/** Checks one document and resolves its names; the graphs it uses are in `checked`. Everything wrong is reported. */
export function checkGraph(
  definition: Definition,
  checked: CheckedGraphs,
  parse: ParseExpression,
  report: Report,
): CheckedGraph {
  const body = resolve(definition, checked, parse, report);
  const feeds = feedsOf(body);
  const order = orderOf(feeds, body.nodes.length);
  const isCyclic = order.length < feeds.size;
  if (isCyclic) reportCycles(body.nodes, feeds, report);
  const typeOf = checkTypes(body, isCyclic ? withRest(order, feeds.size) : order, report);
  const out = portTable(
    body.outputs.map(
      ({ name, port, of }) => port ?? { name, schema: frozenCopy(plainType(typeOf(of))), optional: false },
    ),
  );
  return { kind: 'graph', body, order, in: body.inputs, out, ...extentOf(body, definition.place, report) };
}

/** What is on a cycle, and behind one, comes last: it is checked too. */
function withRest(order: Int32Array, size: number): Int32Array {
  const all = new Int32Array(size);
  all.set(order);
  const placed = new Set(order);
  let next = order.length;
  for (let vertex = 0; vertex < size; vertex += 1) if (!placed.has(vertex)) all[next++] = vertex;
  return all;
}

function resolve(definition: Definition, checked: CheckedGraphs, parse: ParseExpression, report: Report): LocalBody {
  const { document, place } = definition;
  const inputs = readInputs(document.in, under(place, 'in'), report);
  const nodes = readNodes(definition, checked, inputs.list.length, report);
  const index = new Map(nodes.map(({ id }, k) => [id, k]));
  const forms: PlanForm[] = [{ kind: 'none' }];
  const wiring: Wiring = { inputs, nodes, index, forms, conditions: [], parse, report };
  nodes.forEach((node, k) => wireNode(wiring, node, k));
  const outputs = readOutputs(document, wiring, place);
  const clusters = readClusters(document, nodes, index, under(place, 'clusters'), report);
  return {
    inputs,
    nodes,
    forms,
    conditions: wiring.conditions,
    producer: producersOf(nodes, inputs),
    clusters,
    outputs,
    protected: readProtected(document, wiring, under(place, 'protect')),
  };
}

function readNodes(
  definition: Definition,
  checked: CheckedGraphs,
  firstSlot: number,
  report: Report,
): readonly LocalNode[] {
  const up = under(definition.place, 'nodes');
  let out = firstSlot;
  return definition.ids.map(id => {
    const local = readNode(definition, id, out, up, checked, report);
    out += local.use.out.list.length;
    return local;
  });
}

function readNode(
  definition: Definition,
  id: string,
  out: number,
  up: Place,
  checked: CheckedGraphs,
  report: Report,
): LocalNode {
  const place = under(up, id);
  checkId(id, place, report, nodeIdProblem);
  const node = nodeOf(definition, id);
  const use = readUse(definition, node, checked, place, report);
  const isStep = use.kind === 'step' && 'step' in node;
  const policy = isStep ? readNodePolicy(node, use.policy, use.out, place, report) : undefined;
  const options = isStep ? readOptions(use, node.options, under(place, 'options'), report) : undefined;
  return { id, up, node, use, policy, options, out, in: NOTHING, guards: undefined, cluster: undefined };
}

const NOTHING: readonly never[] = [];

/** Reads what is wired to a node and its condition. */
function wireNode(wiring: Wiring, local: LocalNode, k: number): void {
  const { node, use } = local;
  const given: Readonly<Record<string, Form>> = node.in ?? {};
  const place = placeOf(local);
  const inside = under(place, 'in');
  local.in = use.in.list.map(({ name }) =>
    Object.hasOwn(given, name) ? readForm(wiring, given[name] as Form, under(inside, name), k) : undefined,
  );
  for (const name of Object.keys(given)) {
    if (!use.in.index.has(name)) readSurplus(wiring, local, name, given[name] as Form, k);
  }
  if (!('when' in node) || node.when === undefined) return;
  const guard = readCondition(wiring, node.when, under(place, 'when'), k);
  if (guard !== undefined) local.guards = [guard];
}

/** What is wired to a port that isn't there is read all the same: it may be wrong in itself. */
function readSurplus(wiring: Wiring, local: LocalNode, name: string, form: Form, k: number): void {
  const { id, use } = local;
  const at = under(under(placeOf(local), 'in'), name);
  readForm(wiring, form, at, k);
  if (use.kind === 'unknown') return;
  wiring.report('unknown_port', at, `node "${id}" has no input "${name}"${suggestion(name, use.in.index)}`);
}

function producersOf(nodes: readonly LocalNode[], inputs: PortTable): readonly number[] {
  const producer = inputs.list.map(() => -1);
  nodes.forEach(({ use }, k) => {
    for (const _ of use.out.list) producer.push(k);
  });
  return producer;
}

interface Extent {
  readonly size: number;
  readonly depth: number;
}
const BEYOND: Extent = { size: Infinity, depth: Infinity };

/** How many nodes a graph comes to and how deep it nests. One that is beyond a limit, itself or by what it uses, is said once. */
function extentOf({ nodes }: LocalBody, place: Place | undefined, report: Report): Extent {
  let size = nodes.length;
  let depth = 0;
  for (const { use } of nodes) {
    if (use.kind !== 'graph') continue;
    size += use.size;
    depth = Math.max(depth, use.depth + 1);
  }
  if (depth <= MAX_NESTING && size <= MAX_NODES) return { size, depth };
  if (size === Infinity) return BEYOND;
  if (depth > MAX_NESTING) report('too_deep', place, `graphs nest more than ${MAX_NESTING} levels deep below this one`);
  if (size > MAX_NODES)
    report('too_large', place, `this graph comes to ${size} nodes, nested ones included: at most ${MAX_NODES}`);
  return BEYOND;
}
