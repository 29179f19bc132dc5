import type {
  Condition,
  Document,
  DocumentNode,
  EachNode,
  Form,
  LoopNode,
  Ports,
} from '../../src/document/document.js';
import { parseExpression } from '../../src/expression/parse.js';
import type { Json } from '../../src/value/json.js';
import { judge, or, present, type Outcome, type Value, type Values, type World } from './meaning.js';
import { graphNamed, stepNamed, type Scope } from './scope.js';

type Read = (form: Form) => Value;

/** Some nodes, and what references mean that are to none of them. */
interface Nodes {
  readonly scope: Scope;
  readonly nodes: Readonly<Record<string, DocumentNode>> | undefined;
  readonly prefix: string;
  readonly world: World;
  readonly outside: (reference: string) => Value;
}
/** A node of them. */
interface One<Node> extends Omit<Nodes, 'nodes' | 'outside'> {
  readonly node: Node;
  readonly id: string;
  readonly read: Read;
}

/** What a document means: graphs, items and iterations are evaluated inside one another. */
export function meaningOfDocument(document: Document, world: World): Outcome {
  const given = byName(document.in).map(([name, schema]) => [name, world.given(`$in.${name}`, schema)] as const);
  const outputs = evaluateGraph({ document, around: undefined }, Object.fromEntries(given), '', world);
  return { executed: world.executed, outputs };
}

const byName = <T>(record: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] =>
  Object.entries(record ?? {});

function evaluateGraph(scope: Scope, inputs: Values, prefix: string, world: World): Values {
  const { nodes, returns, out } = scope.document;
  const read = evaluateNodes({ scope, nodes, prefix, world, outside: text => inputs[text.slice('$in.'.length)] });
  const names = [...Object.keys(returns ?? {}), ...Object.keys(out ?? {})];
  return Object.fromEntries(names.map(name => [name, or(valueAt(out?.[name], read), returns?.[name]?.default)]));
}

const valueAt = (form: Form | undefined, read: Read): Value => (form === undefined ? undefined : read(form));

function evaluateNodes({ nodes = {}, outside, ...rest }: Nodes): Read {
  const done = new Map<string, Values>();
  const outputsOf = (id: string): Values => {
    const node = nodes[id];
    const known = done.get(id);
    if (known !== undefined || node === undefined) return known ?? {};
    const values = evaluateNode({ ...rest, node, id, read });
    done.set(id, values);
    return values;
  };
  const read: Read = form => {
    if (typeof form !== 'string') return combine(form, read);
    const [node = '', port = ''] = form.split('.');
    return Object.hasOwn(nodes, node) ? outputsOf(node)[port] : outside(form);
  };
  for (const id of Object.keys(nodes)) outputsOf(id);
  return read;
}

function evaluateNode({ node, ...rest }: One<DocumentNode>): Values {
  if ('each' in node) return evaluateEach({ node, ...rest });
  if ('loop' in node) return evaluateLoop({ node, ...rest });
  const { scope, id, prefix, read, world } = rest;
  if ('collect' in node) throw new Error(`${id}: these documents have no streams`);
  const address = prefix + id;
  if ('sleep' in node) {
    const form = node.in?.value;
    return { value: form === undefined ? world.given(`${address}/$in.value`, {}) : read(form) };
  }
  if (node.when !== undefined && holds(node.when, read) !== true) return {};
  const graph = 'graph' in node ? graphNamed(scope, node.graph) : undefined;
  const contract = 'step' in node ? stepNamed(scope, node.step) : graph?.document;
  const inputs = inputsOf(contract?.in, node.in, address, read, world);
  if (graph !== undefined) return evaluateGraph(graph, inputs, `${address}/`, world);
  if (lacks(contract?.in, inputs) || !('step' in node)) return {};
  const { options = {}, out = {} } = stepNamed(scope, node.step);
  const usual = byName(options).flatMap(([name, schema]) =>
    schema.default === undefined ? [] : [[name, schema.default]],
  );
  return world.step(address, present(byName(inputs)), { ...Object.fromEntries(usual), ...node.options }, out);
}

function inputsOf(
  ports: Ports | undefined,
  wires: Readonly<Record<string, Form>> = {},
  address: string,
  read: Read,
  world: World,
): Values {
  const inputs = byName(ports).map(([name, schema]): readonly [string, Value] => {
    const form = wires[name];
    if (form !== undefined) return [name, or(read(form), schema.default)];
    const mayBeLeft = schema.optional === true || schema.default !== undefined;
    return [name, mayBeLeft ? schema.default : world.given(`${address}/$in.${name}`, schema)];
  });
  return Object.fromEntries(inputs);
}

const lacks = (ports: Ports | undefined, inputs: Values): boolean =>
  byName(ports).some(([name, { optional }]) => inputs[name] === undefined && optional !== true);

/** What nodes read of their scope, by word; also after the name of the each or loop. */
const words = (id: string, values: Values): ReadonlyMap<string, Value> =>
  new Map(byName(values).flatMap(([word, value]) => [[word, value] as const, [`${id}.${word}`, value] as const]));

/** The nodes of one item or iteration. */
function evaluateScope({ node, id, prefix, read, ...rest }: One<EachNode | LoopNode>, at: string, own: Values): Read {
  const known = words(id, own);
  const outside = (text: string): Value => (known.has(text) ? known.get(text) : read(text));
  return evaluateNodes({ ...rest, nodes: node.nodes, prefix: `${prefix}${id}${at}/`, outside });
}

function evaluateEach(one: One<EachNode>): Values {
  const { node, read } = one;
  const items = read(node.each) as readonly Json[] | undefined;
  if (items === undefined) return {};
  const reads = items.map((item, k) => evaluateScope(one, `[${k}]`, { $item: item, $index: k }));
  const list = (form: Form): Json => reads.map(inner => inner(form)).filter(value => value !== undefined);
  return Object.fromEntries(byName(node.out).map(([name, form]) => [name, list(form)]));
}

function evaluateLoop(one: One<LoopNode>): Values {
  const { node, id, prefix, read, world } = one;
  const { state: ports, until, max = 100, onLimit = 'fail' } = node.loop;
  let state = inputsOf(ports, node.in, prefix + id, read, world);
  if (lacks(ports, state)) return {};
  for (let iteration = 0; ; iteration += 1) {
    const own = Object.fromEntries(byName(state).map(([key, value]) => [`$state.${key}`, value]));
    const inner = evaluateScope(one, `@${iteration}`, { ...own, $iteration: iteration });
    state = Object.fromEntries(
      byName(ports).map(([key, schema]) => [key, or(valueAt(node.next?.[key], inner), schema.default)]),
    );
    const isLast = iteration + 1 >= max;
    if (until === undefined && isLast) return state;
    if (until === undefined) continue;
    const verdict = holds(until, inner, { ...state, iteration });
    if (verdict === true || (verdict === false && isLast && onLimit === 'stop')) return state;
    if (verdict !== false || isLast) return {};
  }
}

function combine(form: Exclude<Form, string>, read: Read): Value {
  if ('value' in form) return form.value;
  if ('first' in form) return form.first.map(read).find(value => value !== undefined);
  if ('list' in form) return form.list.map(read).filter(value => value !== undefined);
  const lists = read(form.flat);
  return lists === undefined ? undefined : (lists as Json[][]).flat();
}

/** `known`: what an expression reads by the names that it is not given. */
function holds(when: Condition, read: Read, known: Values = {}): Value {
  if (typeof when === 'string' || !('expr' in when)) return read(when);
  const parsed = parseExpression(when.expr);
  if (!parsed.ok) throw new Error(when.expr);
  return judge(parsed.ast, name => {
    const form = when.in?.[name];
    return form === undefined ? known[name] : read(form);
  });
}
