import type { PortSchema, Protection } from '../../src/document/document.js';
import { parseExpression } from '../../src/expression/parse.js';
import type {
  Awaited,
  Body,
  Plan,
  PlanCondition,
  PlanForm,
  PlanNode,
  PlanPolicy,
  PlanPort,
  PlanScopes,
} from '../../src/plan/plan.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';

/** A plan by hand, for tests of the engine alone. Every step has the ports it is given; slots are numbered here. */
export interface NodeSpec {
  readonly id: string;
  /** Port → `node.port`, `$in.port`, or a form made by `plan.form`. A `?` after the port's name makes it optional. */
  readonly in?: Readonly<Record<string, string | PlanFormSpec>>;
  readonly out?: readonly string[];
  /** It is a stream: behind its outputs it has `items`. */
  readonly yields?: readonly string[];
  /** Index of the yield that is its cursor. */
  readonly cursor?: number;
  readonly when?: string;
  readonly sleep?: number;
  readonly pure?: boolean;
  readonly policy?: Partial<PlanPolicy>;
  readonly cluster?: number;
  readonly scoped?: {
    readonly kind: 'item' | 'iteration';
    readonly onFailure?: 'stop' | 'continue';
    readonly body: BodySpec;
    /** The plan opens its scopes; else events do. */
    readonly from?: ListSpec | ItemsSpec | LoopSpec;
  };
}
/** The first port of the node is the list. Inputs of its body: the item, its index, then what the other ports give. */
export interface ListSpec {
  readonly kind: 'list';
  readonly concurrency?: number;
  readonly ordered?: boolean;
}
/** The first port of the node are the items of a stream. Inputs of its body: their yields, the index, then what the other ports give. */
export interface ItemsSpec {
  readonly kind: 'items';
  readonly yields: readonly string[];
  readonly concurrency?: number;
  readonly ordered?: boolean;
  readonly buffer?: number;
  readonly onStreamFailure?: 'skip' | 'keep';
}
/** The first ports are the state, by the names of the body's outputs. Inputs of its body: the state, the iteration, the rest. */
export interface LoopSpec {
  readonly kind: 'loop';
  /** A boolean of the body, or an expression over values of it. */
  readonly until?: string | ExprSpec;
  readonly max: number;
  readonly onLimit?: 'fail' | 'stop';
}
export interface ExprSpec {
  readonly expr: string;
  readonly in: Readonly<Record<string, string>>;
}
export interface BodySpec {
  readonly in?: readonly string[];
  readonly nodes: readonly NodeSpec[];
  /** Output port → reference; a `?` after the name makes it optional. */
  readonly out?: Readonly<Record<string, string | PlanFormSpec>>;
}
export type PlanFormSpec =
  | { readonly first: readonly (string | PlanFormSpec)[] }
  | { readonly list: readonly (string | PlanFormSpec)[] }
  | { readonly flat: string | PlanFormSpec }
  /** Absent unless the boolean at `when` is true. */
  | { readonly when: string; readonly of: string | PlanFormSpec }
  /** A port of a nested graph, by its address; the same address is the same port. */
  | { readonly port: string; readonly of: string | PlanFormSpec }
  | { readonly value: Json };
/** What more there is to say of an input. */
export interface InputSpec {
  readonly schema?: PortSchema;
  readonly default?: Json;
  readonly awaited?: Awaited;
}
export interface PlanSpec extends BodySpec {
  /** Of inputs, by name. */
  readonly inputs?: Readonly<Record<string, InputSpec>>;
  /** Node inputs that nothing feeds, by address (`brew/$in.water`): what their node reads by that name. */
  readonly open?: Readonly<Record<string, InputSpec>>;
  readonly protected?: Readonly<Record<string, Protection>>;
  readonly onFailure?: 'stop' | 'continue';
  readonly clusters?: Plan['clusters'];
}

const DEFAULT_POLICY: PlanPolicy = {
  retry: { attempts: 3, backoff: 'exponential', initial: 1000, max: 30_000, except: [] },
  timeout: 3_600_000,
  heartbeat: 5000,
  onFailure: 'fail',
};

export function buildPlan(spec: PlanSpec): Plan {
  const contracts: Plan['contracts'][number][] = [];
  const policies: PlanPolicy[] = [];
  const bodies: Body[] = [];
  const port = (name: string): PlanPort => ({
    name: name.replace('?', ''),
    schema: {},
    ...(name.endsWith('?') && { optional: true }),
  });

  const addBody = (of: BodySpec, open: readonly string[] = [], until?: LoopSpec['until']): number => {
    const at = bodies.push({ inputs: 0, slots: 0, nodes: [], forms: [], conditions: [], outputs: [] }) - 1;
    const slots = new Map<string, number>();
    const inputs = [...(of.in ?? []).map(name => `$in.${name.replace('?', '')}`), ...open];
    inputs.forEach((name, k) => slots.set(name, k));
    let next = inputs.length;
    for (const node of of.nodes) {
      const outs = node.scoped
        ? Object.keys(node.scoped.body.out ?? {})
        : node.sleep !== undefined
          ? ['value']
          : [...(node.out ?? []), ...(node.yields ? ['items'] : [])];
      slots.set(node.id, next);
      for (const out of outs) slots.set(`${node.id}.${out.replace('?', '')}`, next++);
    }
    const forms: PlanForm[] = [{ kind: 'none' }];
    const ports = new Map<string, number>();
    const source = (ref: string | PlanFormSpec): number => {
      if (typeof ref === 'string') return slots.get(ref) ?? fail(ref);
      const known = 'port' in ref ? ports.get(ref.port) : undefined;
      if (known !== undefined) return known;
      const form = formOf(ref);
      const at = -forms.push(form);
      if (form.kind === 'port') ports.set(form.address, at);
      return at;
    };
    const formOf = (ref: PlanFormSpec): PlanForm => {
      if ('first' in ref) return { kind: 'first', of: ref.first.map(source) };
      if ('list' in ref) return { kind: 'list', of: ref.list.map(source) };
      if ('flat' in ref) return { kind: 'flat', of: source(ref.flat) };
      if ('port' in ref) return { kind: 'port', address: ref.port, schema: {}, of: source(ref.of) };
      if ('when' in ref) return { kind: 'guarded', by: [conditionOf(ref.when)], of: source(ref.of) };
      return { kind: 'value', value: literal(ref.value) };
    };
    const conditions: PlanCondition[] = [];
    const conditionOf = (ref: string | ExprSpec): number =>
      conditions.push(
        typeof ref === 'string'
          ? { kind: 'is', of: source(ref) }
          : { ...expression(ref), of: Object.values(ref.in).map(source) },
      ) - 1;
    if (until !== undefined) conditionOf(until);
    const nodes = of.nodes.map((node): PlanNode => {
      const base = {
        id: node.id,
        in: Object.values(node.in ?? {}).map(source),
        out: slots.get(node.id) ?? 0,
        ...(node.when && { guards: [conditionOf(node.when)] }),
        ...(node.cluster !== undefined && { cluster: node.cluster }),
      };
      if (node.sleep !== undefined) return { ...base, kind: 'sleep', duration: node.sleep };
      if (node.scoped) {
        const { kind, onFailure = 'stop', body, from } = node.scoped;
        const inner = addBody(body, [], from?.kind === 'loop' ? from.until : undefined);
        const until = from?.kind === 'loop' && from.until !== undefined && { until: 0 };
        const fields = from?.kind === 'items' ? from.yields : Object.keys(body.out ?? {});
        const made = from && { from: { ...scopesOf(from, fields.map(port)), ...until } };
        return { ...base, kind: 'scoped', scopes: kind, onFailure, body: inner, ...made };
      }
      const ins = Object.keys(node.in ?? {}).map(port);
      const pure = node.pure ? ({ pure: true } as const) : {};
      const out = (node.out ?? []).map(port);
      const cursor = node.cursor !== undefined && { cursor: node.cursor };
      const yields = node.yields && { yields: node.yields.map(port), ...cursor };
      const contract = contracts.push({ step: node.id, digest: node.id, ...pure, in: ins, out, ...yields }) - 1;
      return { ...base, kind: 'step', contract, policy: policies.push({ ...DEFAULT_POLICY, ...node.policy }) - 1 };
    });
    const outputs = Object.entries(of.out ?? {}).map(([name, ref]) => ({ ...port(name), of: source(ref) }));
    bodies[at] = { inputs: inputs.length, slots: next, nodes, forms, conditions, outputs };
    return at;
  };
  const open = Object.entries(spec.open ?? {});
  addBody(
    spec,
    open.map(([address]) => address),
  );
  const { onFailure = 'stop', clusters = [] } = spec;
  const inputs = (spec.in ?? []).map(name => ({ ...port(name), ...inputOf(spec.inputs?.[name.replace('?', '')]) }));
  return {
    planVersion: 1,
    hash: 'by-hand',
    graph: 'test',
    onFailure,
    inputs,
    open: open.map(([address, more]) => ({ address, schema: {}, ...inputOf(more) })),
    contracts,
    policies,
    clusters,
    bodies,
    ...(spec.protected && { protected: spec.protected }),
  };
}

function scopesOf(from: ListSpec | ItemsSpec | LoopSpec, ports: readonly PlanPort[]): PlanScopes {
  if (from.kind === 'list')
    return { kind: 'list', concurrency: from.concurrency ?? 1000, ordered: from.ordered ?? true };
  if (from.kind === 'items') {
    const { concurrency = 1000, ordered = true, buffer = 100, onStreamFailure = 'keep' } = from;
    return { kind: 'items', yields: ports, concurrency, ordered, buffer, onStreamFailure };
  }
  return { kind: 'loop', state: ports, max: from.max, onLimit: from.onLimit ?? 'fail' };
}

function expression({ expr, in: names }: ExprSpec): Omit<Extract<PlanCondition, { kind: 'expr' }>, 'of'> {
  const parsed = parseExpression(expr);
  if (!parsed.ok) throw new Error(`this does not parse: ${expr}`);
  return { kind: 'expr', text: expr, ast: parsed.ast, names: Object.keys(names) };
}

const inputOf = ({ default: value, ...more }: InputSpec = {}) => ({
  ...more,
  ...(value !== undefined && { default: literal(value) }),
});

function fail(ref: string): never {
  throw new Error(`no such reference: ${ref}`);
}
