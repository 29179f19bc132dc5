import { evaluate } from '../../src/expression/evaluate.js';
import { parseExpression } from '../../src/expression/parse.js';
import type { Expr } from '../../src/expression/ast.js';
import type { Condition, Document, Form, Ports, PortSchema } from '../../src/document/document.js';
import type { Body, Plan, PlanCondition, Source } from '../../src/plan/plan.js';
import { canonicalJson } from '../../src/value/canonical.js';
import type { Json, JsonObject } from '../../src/value/json.js';
import { sha256 } from '../../src/value/sha256.js';
import { graphNamed, stepNamed, type Scope } from './scope.js';

/**
 * What a document means, and what a plan means, each worked out in the plainest way and without the other: nested graphs
 * are evaluated inside one another, plans slot by slot. Steps are played by `World`. `undefined` is absent.
 */
type Value = Json | undefined;
type Values = Readonly<Record<string, Value>>;

/** Which steps were executed, by address, with what they were given; and what the graph gave. */
export interface Outcome {
  readonly executed: Readonly<Record<string, { readonly inputs: JsonObject; readonly options: JsonObject }>>;
  readonly outputs: Values;
}

/** Plays steps and the outside: anything, but always the same for the same question. */
export class World {
  readonly executed: Record<string, { readonly inputs: JsonObject; readonly options: JsonObject }> = {};

  constructor(private readonly seed: number) {}

  step(address: string, inputs: JsonObject, options: JsonObject, out: Ports): Values {
    this.executed[address] = { inputs, options };
    return Object.fromEntries(
      Object.entries(out).map(([port, schema]) => [port, this.value([address, port, inputs], schema)]),
    );
  }

  /** What comes from outside at `$in.x` or at an open port. */
  given(address: string, schema: PortSchema): Value {
    return or(this.value([address], schema), schema.default);
  }

  private value(about: Json, { type, anyOf, optional, default: usual }: PortSchema): Value {
    const draw = Number.parseInt(sha256(canonicalJson([this.seed, about])).slice(0, 8), 16);
    if ((optional === true || usual !== undefined) && draw % 3 === 0) return undefined;
    if (anyOf !== undefined) return draw % 3 === 0 ? null : 'a'.repeat(draw % 3);
    if (type === 'boolean') return draw % 4 > 1;
    return type === 'array' ? Array.from({ length: draw % 4 }, (_, k) => (draw >> k) % 10) : draw % 10;
  }
}

/** `null` is a value. */
const or = (value: Value, otherwise: Value): Value => (value === undefined ? otherwise : value);

const byName = <T>(record: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] =>
  Object.entries(record ?? {});

// --- documents

export function meaningOfDocument(document: Document, world: World): Outcome {
  const inputs = Object.fromEntries(
    byName(document.in).map(([name, schema]) => [name, world.given(`$in.${name}`, schema)]),
  );
  const outputs = evaluateGraph({ document, around: undefined }, inputs, '', world);
  return { executed: world.executed, outputs };
}

function evaluateGraph(scope: Scope, inputs: Values, prefix: string, world: World): Values {
  const { document } = scope;
  const done = new Map<string, Values>();
  const outputsOf = (id: string): Values => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const values = evaluateNode(scope, id, read, prefix, world);
    done.set(id, values);
    return values;
  };
  const read = (form: Form): Value => {
    if (typeof form !== 'string') return combine(form, read);
    const [node = '', port = ''] = form.split('.');
    return node === '$in' ? inputs[port] : outputsOf(node)[port];
  };
  for (const id of Object.keys(document.nodes ?? {})) outputsOf(id);
  const names = [...Object.keys(document.returns ?? {}), ...Object.keys(document.out ?? {})];
  return Object.fromEntries(
    names.map(name => {
      const form = document.out?.[name];
      return [name, or(form === undefined ? undefined : read(form), document.returns?.[name]?.default)];
    }),
  );
}

function evaluateNode(scope: Scope, id: string, read: (form: Form) => Value, prefix: string, world: World): Values {
  const node = scope.document.nodes?.[id];
  if (node === undefined) throw new Error(`no node ${id}`);
  if (!('step' in node || 'graph' in node)) {
    const form = node.in?.value;
    return { value: form === undefined ? world.given(`${prefix}${id}/$in.value`, {}) : read(form) };
  }
  if (node.when !== undefined && holds(node.when, read) !== true) return {};
  const graph = 'graph' in node ? graphNamed(scope, node.graph) : undefined;
  const contract = 'step' in node ? stepNamed(scope, node.step) : graph?.document;
  const address = prefix + id;
  const inputs = byName(contract?.in).map(([name, schema]): readonly [string, Value] => {
    const form = node.in?.[name];
    if (form !== undefined) return [name, or(read(form), schema.default)];
    const mayBeLeft = schema.optional === true || schema.default !== undefined;
    return [name, mayBeLeft ? schema.default : world.given(`${address}/$in.${name}`, schema)];
  });
  if (graph !== undefined) return evaluateGraph(graph, Object.fromEntries(inputs), `${address}/`, world);
  const missing = inputs.some(([name, value]) => value === undefined && contract?.in?.[name]?.optional !== true);
  if (missing || !('step' in node)) return {};
  const { options = {}, out = {} } = stepNamed(scope, node.step);
  const usual = byName(options).flatMap(([name, schema]) =>
    schema.default === undefined ? [] : [[name, schema.default]],
  );
  return world.step(address, present(inputs), { ...Object.fromEntries(usual), ...node.options }, out);
}

function combine(form: Exclude<Form, string>, read: (form: Form) => Value): Value {
  if ('value' in form) return form.value;
  if ('first' in form) return form.first.map(read).find(value => value !== undefined);
  if ('list' in form) return form.list.map(read).filter(value => value !== undefined);
  const lists = read(form.flat);
  return lists === undefined ? undefined : (lists as Json[][]).flat();
}

function holds(when: Condition, read: (form: Form) => Value): Value {
  if (typeof when === 'string' || !('expr' in when)) return read(when);
  const parsed = parseExpression(when.expr);
  if (!parsed.ok) throw new Error(when.expr);
  return judge(parsed.ast, name => read(when.in?.[name] ?? { first: [] }));
}

// --- plans

export function meaningOfPlan(plan: Plan, world: World): Outcome {
  const [body] = plan.bodies as readonly [Body];
  const slots: Value[] = [
    ...plan.inputs.map(({ name, schema }) => world.given(`$in.${name}`, schema)),
    ...plan.open.map(({ address, schema }) => world.given(address, schema)),
  ];
  const read = (source: Source): Value => {
    if (source >= 0) return slots[source];
    const form = body.forms[-1 - source];
    switch (form?.kind) {
      case 'value':
        return form.value.inline;
      case 'first':
        return form.of.map(read).find(value => value !== undefined);
      case 'list':
        return form.of.map(read).filter(value => value !== undefined);
      case 'flat':
        return (read(form.of) as Json[][] | undefined)?.flat();
      case 'port':
        return read(form.of);
      case 'guarded':
        return form.by.every(allows) ? read(form.of) : undefined;
      case 'none':
      case undefined:
        return undefined;
    }
  };
  const allows = (k: number): boolean => {
    const condition = body.conditions[k] as PlanCondition;
    if (condition.kind === 'is') return read(condition.of) === true;
    const operand = (name: string): Value => read(condition.of[condition.names.indexOf(name)] ?? -1);
    return judge(condition.ast, operand) === true;
  };
  for (const node of body.nodes) {
    if (!(node.guards ?? []).every(allows)) continue;
    if (node.kind === 'sleep') slots[node.out] = read(node.in[0] ?? -1);
    if (node.kind !== 'step') continue;
    const contract = plan.contracts[node.contract];
    const inputs = (contract?.in ?? []).map(({ name }, k): readonly [string, Value] => [name, read(node.in[k] ?? -1)]);
    if (inputs.some(([, value], k) => value === undefined && contract?.in[k]?.optional !== true)) continue;
    const out = Object.fromEntries((contract?.out ?? []).map(({ name, schema }) => [name, schema]));
    const values = world.step(node.id, present(inputs), node.options ?? {}, out);
    (contract?.out ?? []).forEach(({ name }, k) => (slots[node.out + k] = values[name]));
  }
  return {
    executed: world.executed,
    outputs: Object.fromEntries(body.outputs.map(({ name, of }) => [name, read(of)])),
  };
}

// --- both

function judge(ast: Expr, operand: (name: string) => Value): Value {
  const result = evaluate(ast, name => {
    const value = operand(name);
    return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
  });
  return result.kind === 'value' ? result.value : undefined;
}

const present = (values: readonly (readonly [string, Value])[]): JsonObject =>
  Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
