import type { OnRunFailure, Protection } from '../document/document.js';
import { NODE_INPUT } from '../document/reference.js';
import type { JsonObject } from '../value/json.js';
import type { Leaf } from '../value/value.js';
import type { StepContract } from './contract.js';
import type { SleepUse } from './local-body.js';
import type { PlanCluster, PlanCondition, PlanForm, PlanPolicy, PlanScopes, Source } from './plan.js';
import { staysOpen, type Port, type Ports, type PortTable } from './ports.js';

/**
 * A body without nested graphs, on its way to become one of a plan: all of it is there, but slots are numbered as they
 * came up and nodes are not in plan order yet. A form comes after those it reads.
 */
export interface FlatBody {
  /** What stands before the ids of its nodes in an address without indices: `''`, `pages/`. */
  readonly path: string;
  readonly inputs: readonly Port[];
  readonly open: FlatOpenPort[];
  readonly nodes: FlatNode[];
  readonly forms: PlanForm[];
  readonly conditions: PlanCondition[];
  /** The node that fills a slot; -1 for an input or an open port. */
  readonly producer: number[];
  /** Of the whole plan. */
  readonly clusters: PlanCluster[];
  readonly protected: Map<string, Protection>;
  readonly memory: Memory;
}
export interface FlatOpenPort {
  readonly address: string;
  readonly port: Port;
  readonly slot: number;
}
export interface FlatNode {
  readonly id: string;
  readonly use: FlatUse;
  readonly in: readonly Source[];
  /** Of a step, where they are not those of its contract. */
  readonly policy: PlanPolicy | undefined;
  readonly options: JsonObject | undefined;
  /** The slot of its first output. */
  readonly out: number;
  readonly guards: readonly number[] | undefined;
  readonly cluster: number | undefined;
}
export type FlatUse = StepContract | SleepUse | FlatScoped;
/** A body with what it gives. */
export interface Flattened {
  readonly flat: FlatBody;
  readonly out: PortTable;
  /** One per port of `out`. */
  readonly outputs: readonly Source[];
}
/** An each, a collect or a loop, with its nodes. */
export interface FlatScoped extends Ports {
  readonly kind: 'scoped';
  readonly onFailure: OnRunFailure;
  readonly from: PlanScopes;
  readonly inner: Flattened;
}

/** What is made once and used again. */
interface Memory {
  /** By form: whether it is certain to be present. */
  readonly present: boolean[];
  readonly literals: Map<Leaf, Source>;
  /** Conditions that are just a value, by it. */
  readonly conditions: Map<Source, number>;
  none: Source | undefined;
  /** Slots filled from outside that may stay absent. */
  readonly uncertain: Set<Source>;
}

/** `around`: the body that it is in, with the id of the each or loop there. */
export const createFlatBody = (
  inputs: readonly Port[],
  around?: { readonly flat: FlatBody; readonly id: string },
): FlatBody => ({
  path: around === undefined ? '' : `${around.flat.path}${around.id}/`,
  inputs,
  open: [],
  nodes: [],
  forms: [],
  conditions: [],
  producer: inputs.map(() => -1),
  clusters: around?.flat.clusters ?? [],
  protected: around?.flat.protected ?? new Map<string, Protection>(),
  memory: {
    present: [],
    literals: new Map(),
    conditions: new Map(),
    none: undefined,
    uncertain: new Set(inputs.flatMap((port, slot) => (mayStayAbsent(port) ? [slot] : []))),
  },
});

/** What is awaited may never come. */
const mayStayAbsent = ({ optional, awaited, default: usual }: Port): boolean =>
  optional || (awaited !== undefined && usual === undefined);

export function addForm(flat: FlatBody, form: PlanForm): Source {
  flat.memory.present.push(isPresentForm(flat, form));
  flat.forms.push(form);
  return -flat.forms.length;
}

/** `node.out` must be the next free slot. */
export function addNode(flat: FlatBody, node: FlatNode): void {
  const number = flat.nodes.push(node) - 1;
  for (let k = 0; k < node.use.out.list.length; k += 1) flat.producer.push(number);
}

/** A boolean that several nodes wait for is one condition. */
export function addCondition(flat: FlatBody, condition: PlanCondition): number {
  const { conditions, memory } = flat;
  const known = condition.kind === 'is' ? memory.conditions.get(condition.of) : undefined;
  if (known !== undefined) return known;
  if (condition.kind === 'is') memory.conditions.set(condition.of, conditions.length);
  return conditions.push(condition) - 1;
}

export const noneOf = (flat: FlatBody): Source => (flat.memory.none ??= addForm(flat, { kind: 'none' }));

/** What an input port reads that nothing is wired to; one that is required or awaited becomes an open port of the plan. */
export function unwired(flat: FlatBody, port: Port, node: string): Source {
  if (!staysOpen(port)) return port.default === undefined ? noneOf(flat) : literalOf(flat, port.default);
  const slot = flat.producer.push(-1) - 1;
  if (mayStayAbsent(port)) flat.memory.uncertain.add(slot);
  flat.open.push({ address: node + NODE_INPUT + port.name, port, slot });
  return slot;
}

/** A port with a default is never absent: behind a source that may be, the default stands in. */
export function withDefault(flat: FlatBody, source: Source, port: Port): Source {
  if (port.default === undefined || isPresent(flat, source)) return source;
  return addForm(flat, { kind: 'first', of: [source, literalOf(flat, port.default)] });
}

function literalOf(flat: FlatBody, value: Leaf): Source {
  const { literals } = flat.memory;
  const source = literals.get(value) ?? addForm(flat, { kind: 'value', value });
  literals.set(value, source);
  return source;
}

/** Any node may be skipped or fail, so of slots only those filled at the start are certain. */
export function isPresent({ producer, memory }: FlatBody, source: Source): boolean {
  if (source < 0) return memory.present[-1 - source] === true;
  return producer[source] === -1 && !memory.uncertain.has(source);
}

function isPresentForm(flat: FlatBody, form: PlanForm): boolean {
  switch (form.kind) {
    case 'value':
    case 'list':
      return true;
    case 'first':
      return form.of.some(source => isPresent(flat, source));
    case 'flat':
    case 'port':
      return isPresent(flat, form.of);
    case 'none':
    case 'guarded':
      return false;
  }
}
