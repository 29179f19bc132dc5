/**
 * What came of a workflow's inputs, in the order of the inputs. A component is a node of the graph, by its id; what it gave
 * is the value of its port, or of several ports an object.
 */
import type { Failure } from '../engine/failure.js';
import type { FedResult } from '../engine/fed.js';
import type { AnyGraph } from '../graph/contract.js';
import { outputNames, type Plan } from '../plan/plan.js';
import { loadValues } from '../step/load-values.js';
import { decodeOutputs } from '../step/run-values.js';
import { digestOf } from '../value/digest.js';
import type { Json } from '../value/json.js';
import { isLeaf, type Value } from '../value/value.js';
import type { Reading } from './memory.js';

export interface ResultsOptions {
  /** Nodes by their ids. Default: the graph's outputs; of a graph that has none, all nodes, as lists. */
  readonly components?: readonly string[];
  /** Each value as a fact: with the input that it is of, and its digest. */
  readonly facts?: boolean;
  /** Lists of everything, not only what came of the latest input. */
  readonly all?: boolean;
  /** What has failed, too. */
  readonly failures?: boolean;
}

/** A value, which input it is of, and its digest. */
export interface Fact {
  readonly seq: number;
  readonly value: unknown;
  readonly hash: string;
}
/** A failure, and which input it is of. */
export interface InputFailure extends Failure {
  readonly seq: number;
}
/** By output or component: the value, `null` if there is none (yet), or a list of them. */
export type Results = Readonly<Record<string, unknown>>;

/** Where results come from, and what they look like. */
export interface ResultsSource {
  readonly plan: Plan;
  readonly many: readonly string[];
  /** What outputs look like in code; without it they are JSON, as what components gave always is. */
  readonly graph: AnyGraph | undefined;
  readonly store: Reading;
}

/** What one input gave at one output or component. */
interface Cell {
  readonly seq: number;
  readonly values: Readonly<Record<string, Value>>;
}
interface Column {
  readonly cells: readonly Cell[];
  readonly isList: boolean;
  /** Of a component with several ports. */
  readonly isObject: boolean;
  /** In code: the graph's output. */
  readonly decode: boolean;
}

/** Whether they are of the graph's outputs alone. */
export const isOfOutputs = ({ plan }: Pick<ResultsSource, 'plan'>, { components }: ResultsOptions): boolean =>
  components === undefined && outputsOf(plan).length > 0;

/** `results` by number. */
export async function pickResults(
  source: ResultsSource,
  results: readonly FedResult[],
  options: ResultsOptions,
): Promise<Results> {
  const columns = isOfOutputs(source, options)
    ? outputColumns(source, results, options)
    : componentColumns(source, results, options);
  const picked = await Promise.all(
    [...columns].map(async ([name, column]) => [name, column ? await shown(source, column, options) : null] as const),
  );
  return Object.fromEntries(picked);
}

/** Every value that was produced, in the order of the inputs, then of the graph. */
export async function productionsOf(
  plan: Plan,
  results: readonly FedResult[],
  store: Reading,
): Promise<readonly Json[]> {
  const order = plan.bodies[0]?.nodes.map(({ id }) => id) ?? [];
  const values = results.flatMap(({ facts }) => order.flatMap(id => Object.values(facts[id] ?? {})));
  const named = Object.fromEntries(values.map((value, index) => [String(index), value]));
  const loaded = await loadValues(named, store);
  return values.map((_, index) => loaded[String(index)] ?? null);
}

/** In the order of the inputs. */
export const failuresOf = (results: readonly FedResult[]): readonly InputFailure[] =>
  results.flatMap(({ seq, failures = [], failed }) => {
    if (failures.length > 0) return failures.map(failure => ({ seq, ...failure }));
    return failed ? [{ seq, code: 'output_absent', message: 'no value for a required output' }] : [];
  });

const outputsOf = (plan: Plan): readonly string[] => (plan.bodies[0]?.outputs ?? []).map(({ name }) => name);

function outputColumns(
  { plan, many, graph }: ResultsSource,
  results: readonly FedResult[],
  { all = false }: ResultsOptions,
): ReadonlyMap<string, Column> {
  const column = (name: string): Column => ({
    cells: results.flatMap(({ seq, outputs: { [name]: value } }) =>
      value ? [{ seq, values: { [name]: value } }] : [],
    ),
    isList: all || many.includes(name),
    isObject: false,
    decode: graph !== undefined,
  });
  return new Map(outputsOf(plan).map(name => [name, column(name)]));
}

function componentColumns(
  { plan }: ResultsSource,
  results: readonly FedResult[],
  { components, all = components === undefined }: ResultsOptions,
): ReadonlyMap<string, Column | undefined> {
  const nodes = new Map((plan.bodies[0]?.nodes ?? []).map(node => [node.id, node]));
  const column = (id: string): Column | undefined => {
    const node = nodes.get(id);
    if (!node) return undefined;
    const cells = results.flatMap(({ seq, facts: { [id]: values } }) => (values ? [{ seq, values }] : []));
    return { cells, isList: all, isObject: outputNames(plan, node).length !== 1, decode: false };
  };
  return new Map((components ?? [...nodes.keys()]).map(id => [id, column(id)]));
}

async function shown(source: ResultsSource, column: Column, { facts = false }: ResultsOptions): Promise<unknown> {
  const cells = column.isList ? column.cells : column.cells.slice(-1);
  const loaded = await Promise.all(cells.map(cell => valueOf(source, column, cell)));
  const values = facts ? await Promise.all(cells.map((cell, k) => factOf(source, column, cell, loaded[k]))) : loaded;
  return column.isList ? values : (values[0] ?? null);
}

async function valueOf(
  { graph, store }: ResultsSource,
  { isObject, decode }: Column,
  { values }: Cell,
): Promise<unknown> {
  const ports = Object.fromEntries(Object.entries(graph?.out ?? {}).filter(([name]) => name in values));
  const loaded = decode ? await decodeOutputs(ports, values, store) : await loadValues(values, store);
  return isObject ? loaded : Object.values(loaded)[0];
}

async function factOf(
  { store }: ResultsSource,
  { isObject }: Column,
  { seq, values }: Cell,
  value: unknown,
): Promise<Fact> {
  const [only] = Object.values(values);
  if (!isObject && only && isLeaf(only) && only.digest !== undefined) return { seq, value, hash: only.digest };
  const json = await loadValues(values, store);
  return { seq, value, hash: digestOf(isObject ? json : (Object.values(json)[0] ?? null)) };
}
