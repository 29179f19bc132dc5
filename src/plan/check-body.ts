import type { Form, LoopNode } from '../document/document.js';
import { hasBody, inputsOf, ITEMS } from '../document/body.js';
import { formText } from '../document/form-text.js';
import { NODE_INPUT } from '../document/reference.js';
import { bodyOf, type Definition } from './definition.js';
import { extentOf } from './extent.js';
import { reportFeedback } from './feedback.js';
import { inputPlace, placeOf, type LocalBody, type LocalNode, type LocalOutput } from './local-body.js';
import { reportCycles } from './node-cycles.js';
import { MAX_NESTING } from './limits.js';
import { orderOf } from './order.js';
import { itemOutputs, nextState } from './outputs.js';
import { under, type Place } from './place.js';
import type { Source } from './plan.js';
import { NO_PORTS, staysOpen, type PortTable } from './ports.js';
import { isAround, levelOf, UNRESOLVED, type Around } from './read-reference.js';
import { readNodes, type Checking } from './read-nodes.js';
import { suggestion, type Report } from './report.js';
import { itemField } from './scoped-use.js';
import { itemsSlot } from './stream.js';
import { feedsOf } from './vertices.js';
import { addForm, readCondition, readForm, type Wiring } from './wire.js';

/** Reads the nodes of a definition and what is wired to them, those of its eaches and loops included. */
export function wireNodes(
  definition: Definition,
  checking: Checking,
  inputs: PortTable,
  within?: Pick<Around, 'wiring' | 'node' | 'id'>,
): Wiring {
  const nodes = readNodes(definition, checking, inputs.list.length);
  const firstCapture = nodes.reduce((sum, { use }) => sum + use.out.list.length, inputs.list.length);
  const wiring: Wiring = {
    inputs,
    nodes,
    index: new Map(nodes.map(({ id }, k) => [id, k])),
    forms: [{ kind: 'none' }],
    conditions: [],
    parse: checking.parse,
    report: checking.report,
    ...(within && { around: { ...within, captured: [], slots: new Map(), firstCapture } }),
  };
  nodes.forEach((node, k) => {
    wireNode(wiring, node, k);
    if (wiring.around !== undefined) checkInside(wiring, node);
    if (node.use.kind === 'scoped') node.inner = wireInner(wiring, node, k, definition, checking);
  });
  return wiring;
}

/** What was wired, as a body. */
export function localBody(
  { inputs, nodes, forms, conditions, around }: Wiring,
  rest: Pick<LocalBody, 'outputs' | 'clusters' | 'protected'>,
): LocalBody {
  const captured = around?.captured ?? [];
  const producer = inputs.list.map(() => -1);
  nodes.forEach(({ use }, k) => {
    for (const _ of use.out.list) producer.push(k);
  });
  for (const _ of captured) producer.push(-1);
  return { inputs, nodes, forms, conditions, captured, producer, ...rest };
}

/** The vertices of a body in plan order (see `vertices.ts`); what is on a cycle, and behind one, comes last. */
export function orderBody(body: LocalBody, report: Report): Int32Array {
  const feeds = feedsOf(body);
  const order = orderOf(feeds, body.nodes.length);
  if (order.length === feeds.size) {
    reportFeedback(body, report);
    return order;
  }
  reportCycles(body.nodes, feeds, report);
  return withRest(order, feeds.size);
}

function withRest(order: Int32Array, size: number): Int32Array {
  const all = new Int32Array(size);
  all.set(order);
  const placed = new Set(order);
  let next = order.length;
  for (let vertex = 0; vertex < size; vertex += 1) if (!placed.has(vertex)) all[next++] = vertex;
  return all;
}

/** Reads what is wired to a node and its condition. */
function wireNode(wiring: Wiring, local: LocalNode, k: number): void {
  const { node, use } = local;
  const given = inputsOf(node);
  const read = (name: string): Source => {
    const form = given[name] as Form;
    // Here, and nowhere else, the items of a stream are read.
    const ofStream = use.kind === 'scoped' && use.from.kind === 'items' && typeof form === 'string';
    const items = ofStream ? itemsSlot(wiring, form) : undefined;
    return items ?? readForm(wiring, form, inputPlace(local, name), k);
  };
  local.in = use.in.list.map(({ name }) => (Object.hasOwn(given, name) ? read(name) : undefined));
  for (const name of Object.keys(given)) {
    if (!use.in.index.has(name)) readSurplus(wiring, local, name, given[name] as Form, k);
  }
  checkItems(wiring, local);
  if (!('when' in node) || node.when === undefined) return;
  const guard = readCondition(wiring, node.when, under(placeOf(local), 'when'), k);
  if (guard !== undefined) local.guards = [guard];
}

/** What only goes with the items of a stream. */
function checkItems({ report }: Wiring, local: LocalNode): void {
  const { node, use } = local;
  if (local.in[0] === UNRESOLVED) return;
  if ('collect' in node && use.kind === 'unknown') {
    const expected = 'a collect reads the items of a stream beside it: expected a reference such as `split.items`';
    report('type_mismatch', inputPlace(local, ITEMS), `${expected}, got ${formText(node.collect)}`);
  }
  if (!('each' in node) || node.buffer === undefined || use.kind !== 'scoped' || use.from.kind !== 'list') return;
  const message = 'an each over a list takes no `buffer`: only the items of a stream wait to be opened';
  report('unsupported_option', under(placeOf(local), 'buffer'), message);
}

/** What is wired to a port that isn't there is read all the same: it may be wrong in itself. */
function readSurplus(wiring: Wiring, local: LocalNode, name: string, form: Form, k: number): void {
  const { id, use } = local;
  const at = inputPlace(local, name);
  readForm(wiring, form, at, k);
  if (use.kind === 'unknown') return;
  wiring.report('unknown_port', at, `node "${id}" has no input "${name}"${suggestion(name, use.in.index)}`);
}

/** What holds for the nodes of an each or a loop only: names mean one thing, and nothing is left to who starts a run. */
function checkInside(wiring: Wiring, local: LocalNode): void {
  const { id } = local;
  if (isAround(wiring, id)) {
    const message = `a node around this one is called "${id}" too: a reference could mean either`;
    wiring.report('duplicate_id', placeOf(local), message);
  }
  const open = openIn(local);
  if (open === undefined) return;
  const message = `nothing is wired to ${open}: within an each or a loop every required input is wired`;
  wiring.report('missing_input', placeOf(local), message);
}

/** The address of an input of a node, or of one in it, that stays open. */
export function openIn({ id, use, in: sources }: LocalNode): string | undefined {
  const own = use.in.list.find((port, k) => sources[k] === undefined && staysOpen(port));
  if (own !== undefined) return `${id}${NODE_INPUT}${own.name}`;
  return use.kind === 'graph' && use.open !== undefined ? `${id}/${use.open}` : undefined;
}

function wireInner(
  wiring: Wiring,
  local: LocalNode,
  k: number,
  definition: Definition,
  checking: Checking,
): LocalNode['inner'] {
  const { node, use, id } = local;
  // Of items that could not be resolved it is not known what they have.
  if (use.kind !== 'scoped' || (!('loop' in node) && local.in[0] === UNRESOLVED)) return undefined;
  const place = placeOf(local);
  if (levelOf(wiring) === MAX_NESTING) {
    wiring.report('too_deep', place, `eaches and loops nest more than ${MAX_NESTING} levels deep here`);
    return undefined;
  }
  const nodes = hasBody(node) ? node.nodes : {};
  const inside = wireNodes(bodyOf(definition, nodes, place), checking, use.fields, { wiring, node: k, id });
  const outputs =
    'loop' in node
      ? nextState(node.next, use.in, inside, place)
      : itemOutputs('each' in node ? node.out : collected(use.out), inside, under(place, 'out'));
  const until = 'loop' in node ? readUntil(inside, node, outputs, place) : undefined;
  const body = localBody(inside, { outputs, clusters: [], protected: [] });
  local.in = [...local.in, ...body.captured.map(({ of }) => of)];
  const order = orderBody(body, wiring.report);
  return { body, order, out: NO_PORTS, until, ...extentOf(body, place, wiring.report) };
}

/** What a collect gives of an item: all that it has. */
const collected = ({ list }: PortTable): Readonly<Record<string, Form>> =>
  Object.fromEntries(list.map(({ name }) => [name, itemField(name)]));

/** The condition that ends a loop: it knows the state that an iteration leaves, and the number of the iteration. */
function readUntil(
  inside: Wiring,
  { loop }: LoopNode,
  outputs: readonly LocalOutput[],
  place: Place,
): number | undefined {
  if (loop.until === undefined) return undefined;
  const iteration = inside.inputs.list.length - 1;
  const known = new Map<string, Source>([['iteration', iteration]]);
  for (const output of outputs) known.set(output.name, stateLeft(inside, output));
  return readCondition(inside, loop.until, under(under(place, 'loop'), 'until'), -1, known);
}

/** A key of the state that an iteration leaves: its default, where the iteration gives nothing. */
function stateLeft(inside: Wiring, { of, port }: LocalOutput): Source {
  if (port?.default === undefined) return of;
  return addForm(inside, { kind: 'first', of: [of, addForm(inside, { kind: 'value', value: port.default })] });
}
