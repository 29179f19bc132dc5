/**
 * What a run of a document must come to, worked out from the rules of engine.md alone: nested graphs are evaluated inside
 * one another, values are found by name. It knows no plan and shares nothing with compile or the engine, except that it
 * leaves expressions to `src/expression`.
 */
import type { Document, Form, GraphNode, Ports, PortSchema, SleepNode, StepNode } from '../../src/document/document.js';
import type { Json, JsonObject } from '../../src/value/json.js';
import { graphNamed, stepNamed, type Scope } from '../plan/scope.js';
import {
  holds,
  labelOf,
  orDefault,
  policyOf,
  valueOf,
  type Label,
  type Policy,
  type Read,
  type Value,
} from './document-rules.js';
import type { DocumentWorld } from './document-world.js';
import type { Expected, Outcome } from './reference.js';

/** What a step is executed as. */
export interface Use extends Policy {
  readonly step: string;
  readonly version?: string;
  readonly inputs: JsonObject;
  readonly options: JsonObject;
  readonly cluster: Label | undefined;
}
export interface ExpectedOfDocument extends Expected {
  /** By address, how each step is executed, if it is. */
  readonly uses: ReadonlyMap<string, Use>;
  /** Code by address, of the steps that fail when nothing stops. */
  readonly codes: ReadonlyMap<string, string>;
  /** What the run is given, by address: its inputs and its open ports. */
  readonly given: Readonly<Record<string, Json>>;
  /** Addresses that must be given. */
  readonly required: readonly string[];
}

/** Output values by port; what is absent is not there, or `undefined`. */
type Values = ReadonlyMap<string, Value>;
const NOTHING: Values = new Map();

/** What the conditions around a node say: whether it runs, is skipped, or fails because one of them can't be told. */
type Verdict = 'run' | 'skip' | 'fail';
/** One use of a graph. */
interface GraphUse {
  readonly scope: Scope;
  readonly prefix: string;
  readonly inputs: Values;
  readonly verdict: Verdict;
  readonly cluster: Label | undefined;
}
interface NodeUse<Node> {
  readonly node: Node;
  readonly address: string;
  readonly scope: Scope;
  readonly verdict: Verdict;
  readonly cluster: Label | undefined;
  readonly read: Read;
}

export function expectedOfDocument(
  document: Document,
  world: DocumentWorld,
  onFailure: 'stop' | 'continue',
): ExpectedOfDocument {
  const outcomes = new Map<string, Outcome>();
  const uses = new Map<string, Use>();
  const hanging = new Set<string>();
  const codes = new Map<string, string>();
  const given: Record<string, Json> = {};
  const required: string[] = [];
  let stopsRun = false;

  function give(address: string, schema: PortSchema): Value {
    const value = world.given(address, schema);
    if (value !== undefined) given[address] = value;
    if (schema.optional !== true && schema.default === undefined) required.push(address);
    return orDefault(value, schema);
  }

  function evaluateGraph({ scope, prefix, inputs, verdict, cluster }: GraphUse): Values {
    const { nodes = {}, returns = {}, out = {}, clusters = {} } = scope.document;
    const done = new Map<string, Values>();
    const outputsOf = (id: string): Values => {
      const known = done.get(id);
      if (known !== undefined) return known;
      const node = nodes[id];
      if (node === undefined) throw new Error(`no node ${prefix}${id}`);
      const label = labelOf(clusters, id, prefix) ?? cluster;
      const outputs = evaluateNode({ node, address: prefix + id, scope, verdict, cluster: label, read });
      done.set(id, outputs);
      return outputs;
    };
    const read: Read = (node, port) => (node === '$in' ? inputs : outputsOf(node)).get(port);
    for (const id of Object.keys(nodes)) outputsOf(id);
    const names = new Set([...Object.keys(returns), ...Object.keys(out)]);
    return new Map([...names].map(name => [name, orDefault(valueOf(out[name], read), returns[name])]));
  }

  function evaluateNode({ node, ...use }: NodeUse<StepNode | GraphNode | SleepNode>): Values {
    if ('graph' in node) return evaluateGraphNode({ node, ...use });
    return 'step' in node ? evaluateStep({ node, ...use }) : evaluateSleep({ node, ...use });
  }

  function evaluateGraphNode({ node, address, scope, verdict, cluster, read }: NodeUse<GraphNode>): Values {
    const inner = graphNamed(scope, node.graph);
    const inputs = inputsOf(inner.document.in, node.in, address, read);
    const own = verdictOf(verdict, node, read);
    const outputs = evaluateGraph({ scope: inner, prefix: `${address}/`, inputs, verdict: own, cluster });
    return own === 'run' ? outputs : NOTHING;
  }

  function evaluateSleep({ node, address, verdict, read }: NodeUse<SleepNode>): Values {
    const value = node.in?.value === undefined ? give(`${address}/$in.value`, {}) : valueOf(node.in.value, read);
    if (verdict === 'fail') return fail(address, 'condition_failed', {});
    if (verdict === 'skip' || value === undefined) return end(address, 'skipped', NOTHING);
    return end(address, 'completed', new Map([['value', value]]));
  }

  function evaluateStep({ node, address, scope, verdict, cluster, read }: NodeUse<StepNode>): Values {
    const manifest = stepNamed(scope, node.step);
    const inputs = inputsOf(manifest.in, node.in, address, read);
    const own = verdictOf(verdict, node, read);
    if (own === 'fail') return fail(address, 'condition_failed', node);
    const lacks = Object.entries(manifest.in ?? {}).some(
      ([port, { optional }]) => inputs.get(port) === undefined && optional !== true,
    );
    if (own === 'skip' || lacks) return end(address, 'skipped', NOTHING);
    const policy = policyOf(manifest, node);
    const { version } = manifest;
    uses.set(address, {
      step: node.step,
      ...(version !== undefined && { version }),
      inputs: present(inputs),
      options: { ...defaultsOf(manifest.options), ...node.options },
      cluster,
      ...policy,
    });
    if (policy.deadline !== undefined) {
      hanging.add(address);
      return fail(address, 'deadline', node);
    }
    if (world.failures(address) >= policy.attempts) return fail(address, 'boom', node);
    const ports = Object.entries(manifest.out ?? {}).map(([name, schema]) => ({ name, schema }));
    return end(address, 'completed', new Map(Object.entries(world.outputs(address, present(inputs), ports))));
  }

  /** A node's inputs: a default stands in for what is absent; what must be fed and is not is given to the run. */
  function inputsOf(ports: Ports = {}, wires: Readonly<Record<string, Form>> = {}, address: string, read: Read) {
    const inputs = Object.entries(ports).map(([name, schema]): readonly [string, Value] => {
      if (wires[name] !== undefined) return [name, orDefault(valueOf(wires[name], read), schema)];
      const mayBeLeft = schema.optional === true || schema.default !== undefined;
      return [name, mayBeLeft ? schema.default : give(`${address}/$in.${name}`, schema)];
    });
    return new Map(inputs);
  }

  function end(address: string, outcome: Outcome, outputs: Values): Values {
    outcomes.set(address, outcome);
    return outputs;
  }

  function fail(address: string, code: string, { onFailure: own = 'fail' }: Pick<StepNode, 'onFailure'>): Values {
    codes.set(address, code);
    if (own === 'fail' && onFailure === 'stop') stopsRun = true;
    return end(address, 'failed', typeof own === 'object' ? new Map(Object.entries(own.fallback)) : NOTHING);
  }

  const { in: ports = {}, returns = {} } = document;
  const inputs = new Map(Object.entries(ports).map(([name, schema]) => [name, give(`$in.${name}`, schema)]));
  const scope = { document, around: undefined };
  const outputs = evaluateGraph({ scope, prefix: '', inputs, verdict: 'run', cluster: undefined });
  const lacking = [...outputs].some(([name, value]) => value === undefined && returns[name]?.optional !== true);
  return {
    outcomes,
    executed: new Set(uses.keys()),
    hanging,
    failing: new Set(codes.keys()),
    stops: stopsRun,
    stopsRun,
    outputs: present(outputs),
    lacking,
    uses,
    codes,
    given,
    required,
  };
}

/** Conditions further out come first: where one of them doesn't hold, the node's own is not looked at. */
function verdictOf(around: Verdict, { when }: StepNode | GraphNode, read: Read): Verdict {
  if (around !== 'run' || when === undefined) return around;
  const verdict = holds(when, read);
  if (verdict === 'error') return 'fail';
  return verdict ? 'run' : 'skip';
}

const present = (values: Values): JsonObject =>
  Object.fromEntries([...values].filter((entry): entry is [string, Json] => entry[1] !== undefined));

const defaultsOf = (options: Ports = {}): JsonObject =>
  present(new Map(Object.entries(options).map(([name, schema]) => [name, schema.default])));
