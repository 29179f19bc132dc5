/**
 * What a run of a document must come to, worked out from the rules of engine.md alone: graphs, items and iterations are
 * evaluated inside one another, values are found by name. It knows no plan and shares nothing with compile or the engine, except that it
 * leaves expressions to `src/expression`.
 */
import type {
  Document,
  DocumentNode,
  EachNode,
  Form,
  GraphNode,
  LoopNode,
  Ports,
  PortSchema,
  SleepNode,
  StepNode,
} from '../../src/document/document.js';
import type { Json, JsonObject } from '../../src/value/json.js';
import { graphNamed, stepNamed, type Scope } from '../plan/scope.js';
import {
  labelOf,
  NOTHING,
  orDefault,
  policyOf,
  valueOf,
  verdictOn,
  type Label,
  type Policy,
  type Read,
  type Value,
  type Values,
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

/** What the conditions around a node say: whether it runs, is skipped, or fails because one of them can't be told. */
type Verdict = 'run' | 'skip' | 'fail';
/** A scope as it runs: whether a failed node stops it, and whether one has. */
interface Running {
  readonly onFailure: 'stop' | 'continue';
  stopped: boolean;
}
/** Where nodes of a graph or a body are evaluated. */
interface Place {
  readonly scope: Scope;
  readonly running: Running;
  readonly verdict: Verdict;
  readonly cluster: Label | undefined;
}
/** Some nodes, and what references mean that are to none of them. */
interface Nodes extends Place {
  readonly nodes: Document['nodes'];
  readonly clusters?: Document['clusters'];
  readonly prefix: string;
  readonly outside: Read;
}
interface NodeUse<Node> extends Place {
  readonly node: Node;
  readonly address: string;
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
  let stops = false;

  function give(address: string, schema: PortSchema): Value {
    const value = world.given(address, schema);
    if (value !== undefined) given[address] = value;
    if (schema.optional !== true && schema.default === undefined) required.push(address);
    return orDefault(value, schema);
  }

  function evaluateGraph(place: Place, inputs: Values, prefix: string): Values {
    const { nodes, returns = {}, out = {}, clusters } = place.scope.document;
    const outside: Read = text => inputs.get(text.replace('$in.', ''));
    const read = evaluateNodes({ ...place, nodes, prefix, outside, ...(clusters && { clusters }) });
    const names = new Set([...Object.keys(returns), ...Object.keys(out)]);
    return new Map([...names].map(name => [name, orDefault(valueOf(out[name], read), returns[name])]));
  }

  function evaluateNodes({ nodes = {}, clusters = {}, prefix, outside, ...place }: Nodes): Read {
    const done = new Map<string, Values>();
    const outputsOf = (id: string, node: DocumentNode): Values => {
      const known = done.get(id);
      if (known !== undefined) return known;
      const cluster = labelOf(clusters, id, prefix) ?? place.cluster;
      const outputs = evaluateNode({ ...place, node, address: prefix + id, cluster, read });
      done.set(id, outputs);
      return outputs;
    };
    const read: Read = text => {
      const [id = '', port = ''] = text.split('.');
      const node = nodes[id];
      return node === undefined ? outside(text) : outputsOf(id, node).get(port);
    };
    for (const [id, node] of Object.entries(nodes)) outputsOf(id, node);
    return read;
  }

  function evaluateNode({ node, ...use }: NodeUse<DocumentNode>): Values {
    if ('graph' in node) return evaluateGraphNode({ node, ...use });
    if ('each' in node) return evaluateEach({ node, ...use });
    if ('loop' in node) return evaluateLoop({ node, ...use });
    if ('collect' in node) throw new Error(`${use.address}: these documents have no streams`);
    return 'step' in node ? evaluateStep({ node, ...use }) : evaluateSleep({ node, ...use });
  }

  function evaluateGraphNode({ node, address, read, ...place }: NodeUse<GraphNode>): Values {
    const inner = graphNamed(place.scope, node.graph);
    const inputs = inputsOf(inner.document.in, node.in, address, read);
    const verdict = verdictOf(place.verdict, node, read);
    const outputs = evaluateGraph({ ...place, scope: inner, verdict }, inputs, `${address}/`);
    return verdict === 'run' ? outputs : NOTHING;
  }

  /** The nodes of one item or iteration, which read `own` of it; `stopped`: a failure stops it, and so its node fails. */
  function evaluateScope(use: NodeUse<EachNode | LoopNode>, at: string, own: Values): { read: Read; stopped: boolean } {
    const { node, address, read, scope, cluster } = use;
    const id = address.slice(address.lastIndexOf('/') + 1);
    const running: Running = { onFailure: 'each' in node ? (node.onFailure ?? 'continue') : 'stop', stopped: false };
    const outside: Read = text => {
      const word = text.startsWith(`${id}.$`) ? text.slice(id.length + 1) : text;
      return own.has(word) ? own.get(word) : read(text);
    };
    const prefix = `${address}${at}/`;
    const inner = evaluateNodes({ nodes: node.nodes, prefix, outside, scope, cluster, running, verdict: 'run' });
    stops ||= running.stopped;
    return { read: inner, stopped: running.stopped };
  }

  function evaluateEach(use: NodeUse<EachNode>): Values {
    const { node, address, verdict, read, running } = use;
    const list = valueOf(node.each, read) as readonly Json[] | undefined;
    if (verdict === 'fail') return fail(address, 'condition_failed', {}, running);
    if (verdict === 'skip' || list === undefined) return end(address, 'skipped', NOTHING);
    const scopes = list.map((item, k) =>
      evaluateScope(
        use,
        `[${k}]`,
        new Map([
          ['$item', item],
          ['$index', k],
        ]),
      ),
    );
    if (scopes.some(({ stopped }) => stopped)) return stopAt(address, running);
    const column = (form: Form): Value =>
      scopes.map(scope => valueOf(form, scope.read)).filter(value => value !== undefined);
    return end(
      address,
      'completed',
      new Map(Object.entries(node.out ?? {}).map(([name, form]) => [name, column(form)])),
    );
  }

  function evaluateLoop(use: NodeUse<LoopNode>): Values {
    const { node, address, verdict, read, running } = use;
    const { state: ports, until, max = 100, onLimit = 'fail' } = node.loop;
    let state: Values = inputsOf(ports, node.in, address, read);
    if (verdict === 'fail') return fail(address, 'condition_failed', {}, running);
    if (verdict === 'skip' || lacks(ports, state)) return end(address, 'skipped', NOTHING);
    for (let k = 0; k < max; k += 1) {
      const own = [...state].map(([key, value]) => [`$state.${key}`, value] as const);
      const { read: inner, stopped } = evaluateScope(use, `@${k}`, new Map([...own, ['$iteration', k]]));
      if (stopped) return stopAt(address, running);
      state = new Map(
        Object.entries(ports).map(([key, schema]) => [key, orDefault(valueOf(node.next?.[key], inner), schema)]),
      );
      const said = until === undefined ? false : verdictOn(until, inner, new Map([...state, ['iteration', k]]));
      if (said === true) return end(address, 'completed', state);
      if (said !== false) return fail(address, 'condition_failed', {}, running);
    }
    if (until === undefined || onLimit === 'stop') return end(address, 'completed', state);
    return fail(address, 'loop_limit', {}, running);
  }

  function evaluateSleep({ node, address, verdict, read, running }: NodeUse<SleepNode>): Values {
    const value = node.in?.value === undefined ? give(`${address}/$in.value`, {}) : valueOf(node.in.value, read);
    if (verdict === 'fail') return fail(address, 'condition_failed', {}, running);
    if (verdict === 'skip' || value === undefined) return end(address, 'skipped', NOTHING);
    return end(address, 'completed', new Map([['value', value]]));
  }

  function evaluateStep({ node, address, scope, verdict, cluster, read, running }: NodeUse<StepNode>): Values {
    const manifest = stepNamed(scope, node.step);
    const inputs = inputsOf(manifest.in, node.in, address, read);
    const own = verdictOf(verdict, node, read);
    if (own === 'fail') return fail(address, 'condition_failed', node, running);
    if (own === 'skip' || lacks(manifest.in, inputs)) return end(address, 'skipped', NOTHING);
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
      return fail(address, 'deadline', node, running);
    }
    if (world.failures(address) >= policy.attempts) return fail(address, 'boom', node, running);
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

  function fail(
    address: string,
    code: string,
    { onFailure = 'fail' }: Pick<StepNode, 'onFailure'>,
    at: Running,
  ): Values {
    codes.set(address, code);
    if (onFailure === 'fail') return stopAt(address, at);
    return end(address, 'failed', onFailure === 'skip' ? NOTHING : new Map(Object.entries(onFailure.fallback)));
  }

  /** A node fails, by itself or by what is in it, and nothing stands in for it. */
  function stopAt(address: string, running: Running): Values {
    running.stopped ||= running.onFailure === 'stop';
    return end(address, 'failed', NOTHING);
  }

  const { in: ports = {}, returns = {} } = document;
  const inputs = new Map(Object.entries(ports).map(([name, schema]) => [name, give(`$in.${name}`, schema)]));
  const scope = { document, around: undefined };
  const running: Running = { onFailure, stopped: false };
  const outputs = evaluateGraph({ scope, running, verdict: 'run', cluster: undefined }, inputs, '');
  const lacking = [...outputs].some(([name, value]) => value === undefined && returns[name]?.optional !== true);
  return {
    outcomes,
    executed: new Set(uses.keys()),
    hanging,
    failing: new Set(codes.keys()),
    stops: stops || running.stopped,
    stopsRun: running.stopped,
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
  const verdict = verdictOn(when, read);
  if (verdict === 'error') return 'fail';
  return verdict === true ? 'run' : 'skip';
}

const lacks = (ports: Ports = {}, inputs: Values): boolean =>
  Object.entries(ports).some(([port, { optional }]) => inputs.get(port) === undefined && optional !== true);

const present = (values: Values): JsonObject =>
  Object.fromEntries([...values].filter((entry): entry is [string, Json] => entry[1] !== undefined));

const defaultsOf = (options: Ports = {}): JsonObject =>
  present(new Map(Object.entries(options).map(([name, schema]) => [name, schema.default])));
