/**
 * What a run must come to, worked out from the spec alone: nodes in the order they are written, values by name. It shares
 * nothing with the engine: no slots, no counters, no events.
 */
import type { Json } from '../../src/value/json.js';
import type { BodySpec, ItemsSpec, ListSpec, LoopSpec, NodeSpec, PlanFormSpec, PlanSpec } from './build-plan.js';
import { concatenated, streamItems, type World } from './world.js';

export type Outcome = 'completed' | 'failed' | 'skipped';
export interface Expected {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Steps that are executed when nothing stops. */
  readonly executed: ReadonlySet<string>;
  /** Steps that end by their deadline: it may come before they are started. */
  readonly hanging: ReadonlySet<string>;
  /** Steps that fail when nothing stops. */
  readonly failing: ReadonlySet<string>;
  /** Whether some failure stops something: then what else was executed depends on the order of events. */
  readonly stops: boolean;
  /** A failure that reaches the run under `stop`. */
  readonly stopsRun: boolean;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly lacking: boolean;
}
type Env = Map<string, Json | undefined>;
type Given = readonly (Json | undefined)[];
type Outputs = Record<string, Json | undefined>;
type Done = (outputs: Outputs) => Outputs;

/** `inputs` by address. */
export function expectedOf(spec: PlanSpec, world: World, inputs: Readonly<Record<string, Json>>): Expected {
  const outcomes = new Map<string, Outcome>();
  const executed = new Set<string>();
  const hanging = new Set<string>();
  const failing = new Set<string>();
  let stops = false;

  /** The body's outputs, or `undefined` if a failure stops it. */
  function body(of: BodySpec, prefix: string, given: Env, onFailure: 'stop' | 'continue') {
    const env: Env = new Map(given);
    let stopped = false;
    for (const node of of.nodes) {
      const outputs = nodeOutputs(node, prefix, env);
      if (outputs === 'stop') {
        if (onFailure === 'stop') stopped = true;
      } else for (const [port, value] of Object.entries(outputs)) env.set(`${node.id}.${port}`, value);
    }
    if (stopped) stops = true;
    const outputs = Object.entries(of.out ?? {}).map(
      ([port, form]) => [port.replace('?', ''), valueOf(form, env)] as const,
    );
    return { outputs: new Map(outputs), stopped, env };
  }

  function nodeOutputs(node: NodeSpec, prefix: string, env: Env): Record<string, Json | undefined> | 'stop' {
    const address = prefix + node.id;
    if (node.when && env.get(node.when) !== true) return skip(address);
    const inputs = Object.entries(node.in ?? {}).map(([port, form]) => [port, valueOf(form, env)] as const);
    if (!node.scoped && inputs.some(([port, value]) => value === undefined && !port.endsWith('?')))
      return skip(address);
    const done: Done = outputs => {
      outcomes.set(address, 'completed');
      return outputs;
    };
    if (node.sleep !== undefined) return done({ value: inputs[0]?.[1] });
    if (node.yields) env.set(`${node.id}.items`, itemsOf(node, address));
    if (node.scoped?.from?.kind === 'items') {
      return rows(
        node,
        node.scoped.from,
        address,
        inputs.map(([, value]) => value),
        done,
      );
    }
    if (node.scoped?.from?.kind === 'list')
      return items(
        node,
        node.scoped.from,
        address,
        inputs.map(([, value]) => value),
        done,
      );
    if (node.scoped?.from?.kind === 'loop') return iterations(node, node.scoped.from, address, new Map(inputs), done);
    if (node.scoped) return scopes(node, address, inputs[0]?.[1], done);
    executed.add(address);
    const hangs = node.policy?.deadline !== undefined;
    if (hangs) hanging.add(address);
    const given = Object.fromEntries(inputs.map(([port, value]) => [port.replace('?', ''), value]));
    if (!hangs && world.failures(address) < (node.policy?.retry?.attempts ?? 3))
      return done(world.outputs(address, given, []));
    outcomes.set(address, 'failed');
    failing.add(address);
    const onFailure = node.policy?.onFailure ?? 'fail';
    return onFailure === 'fail' ? 'stop' : onFailure === 'skip' ? {} : { y: 77 };
  }

  function scopes(node: NodeSpec, address: string, outer: Json | undefined, done: Done) {
    const { kind = 'item', body: inner, onFailure = 'stop' } = node.scoped ?? {};
    if (!inner) return {};
    const results: Map<string, Json | undefined>[] = [];
    let stopped = false;
    for (let i = 0; i < world.count(address); i += 1) {
      const scope = kind === 'item' ? `${address}[${i}]` : `${address}@${i}`;
      const item = world.item(scope);
      const given: Env = new Map<string, Json | undefined>([
        ['$in.n', item.n],
        ['$in.flag', item.flag],
        ['$in.outer', outer],
      ]);
      const result = body(inner, `${scope}/`, given, onFailure);
      results.push(result.outputs);
      if (result.stopped) {
        stopped = true;
        // The driver gives the next state only when an iteration has ended, which this one never does.
        if (kind === 'iteration') break;
      }
    }
    if (stopped) {
      outcomes.set(address, 'failed');
      return 'stop';
    }
    const ports = Object.keys(inner.out ?? {}).map(port => port.replace('?', ''));
    const gathered = ports.map(port => {
      const column = results.map(result => result.get(port));
      return [port, kind === 'item' ? column.filter(value => value !== undefined) : column.at(-1)] as const;
    });
    return done(Object.fromEntries(gathered));
  }

  function fail(address: string): 'stop' {
    outcomes.set(address, 'failed');
    failing.add(address);
    return 'stop';
  }

  function items(node: NodeSpec, _: ListSpec, address: string, [list, outer, flag]: Given, done: Done) {
    const { body: inner, onFailure = 'stop' } = node.scoped ?? {};
    if (!inner) return {};
    if (list === undefined) return skip(address);
    if (!Array.isArray(list)) return fail(address);
    const given = (item: Json, index: number): Env =>
      new Map([
        ['$in.item', item],
        ['$in.index', index],
        ['$in.outer', outer],
        ['$in.flag', flag],
      ]);
    const results = list.map((item, k) => body(inner, `${address}[${k}]/`, given(item, k), onFailure));
    return gather(inner, results, address, done);
  }

  function gather(inner: BodySpec, results: readonly ReturnType<typeof body>[], address: string, done: Done) {
    if (results.some(({ stopped }) => stopped)) {
      outcomes.set(address, 'failed');
      return 'stop';
    }
    const column = (port: string): Json[] =>
      results.map(({ outputs }) => outputs.get(port)).filter(value => value !== undefined);
    return done(Object.fromEntries(portsOf(inner).map(port => [port, column(port)])));
  }

  /** What a stream yields, and whether it fails then. */
  function itemsOf(node: NodeSpec, address: string): Json {
    const attempts = node.policy?.retry?.attempts ?? 3;
    const isFailed = world.failures(address) >= attempts;
    return { isFailed, items: [...streamItems(world, address, attempts)] };
  }

  function rows(node: NodeSpec, from: ItemsSpec, address: string, [stream, ...around]: Given, done: Done) {
    const { isFailed, items } = (stream ?? {}) as { isFailed?: boolean; items?: { n: number; m?: number }[] };
    const { body: inner, onFailure = 'stop' } = node.scoped ?? {};
    if (!inner || !items || (isFailed && from.onStreamFailure === 'skip')) return skip(address);
    const given = ({ n, m }: { n: number; m?: number }, index: number): Env =>
      new Map([
        ['$in.n', n],
        ['$in.m', m],
        ['$in.index', index],
        ['$in.outer', around[0]],
        ['$in.flag', around[1]],
      ]);
    return gather(
      inner,
      items.map((item, k) => body(inner, `${address}[${k}]/`, given(item, k), onFailure)),
      address,
      done,
    );
  }

  function iterations(
    node: NodeSpec,
    { until, max, onLimit = 'fail' }: LoopSpec,
    address: string,
    ins: Env,
    done: Done,
  ) {
    const inner = node.scoped?.body;
    if (!inner) return {};
    const keys = Object.keys(inner.out ?? {});
    const lacks = keys.some(key => !key.endsWith('?') && ins.get(key.replace('?', '')) === undefined);
    if (lacks) return skip(address);
    let state = new Map(portsOf(inner).map(port => [port, ins.get(port)]));
    for (let k = 0; k < max; k += 1) {
      const given: Env = new Map([...state].map(([port, value]) => [`$in.${port}`, value]));
      given.set('$in.iteration', k).set('$in.outer', ins.get('outer')).set('$in.flag', ins.get('flag'));
      const { outputs, stopped, env } = body(inner, `${address}@${k}/`, given, 'stop');
      if (stopped) {
        outcomes.set(address, 'failed');
        return 'stop';
      }
      state = outputs;
      if (until === undefined) continue;
      const verdict = typeof until === 'string' ? env.get(until) : undefined;
      if (typeof verdict !== 'boolean') return fail(address);
      if (verdict) return done(Object.fromEntries(state));
    }
    return until === undefined || onLimit === 'stop' ? done(Object.fromEntries(state)) : fail(address);
  }

  function skip(address: string): Record<string, never> {
    outcomes.set(address, 'skipped');
    return {};
  }

  const env: Env = new Map(Object.entries(inputs));
  const { outputs, stopped } = body(spec, '', env, spec.onFailure ?? 'stop');
  const present = [...outputs].filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const lacking = Object.keys(spec.out ?? {}).some(port => !port.endsWith('?') && outputs.get(port) === undefined);
  return {
    outcomes,
    executed,
    hanging,
    failing,
    stops,
    stopsRun: stopped,
    outputs: Object.fromEntries(present),
    lacking,
  };
}

const portsOf = (body: BodySpec): readonly string[] => Object.keys(body.out ?? {}).map(port => port.replace('?', ''));

function valueOf(form: string | PlanFormSpec, env: Env): Json | undefined {
  if (typeof form === 'string') return env.get(form);
  if ('value' in form) return form.value;
  if ('first' in form) return form.first.map(part => valueOf(part, env)).find(value => value !== undefined);
  if ('list' in form) return form.list.map(part => valueOf(part, env)).filter(value => value !== undefined);
  if ('when' in form) return env.get(form.when) === true ? valueOf(form.of, env) : undefined;
  if ('port' in form) return valueOf(form.of, env);
  const lists = valueOf(form.flat, env);
  return lists === undefined ? undefined : concatenated(lists);
}
