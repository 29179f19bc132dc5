/**
 * What a run with interventions must come to, worked out over names from the rules of engine.md §3 alone: who runs is the
 * smallest set that holds everything a run needs, found by going over all nodes until nothing changes; values follow in the
 * order in which nodes are written. It shares nothing with `src/intervention` and the engine.
 */
import type { Json } from '../../src/value/json.js';
import type { NodeSpec, PlanFormSpec, PlanSpec } from '../engine/build-plan.js';
import { FAILING, merged, type World } from '../engine/world.js';

/** An intervention, as the oracle sees it. */
export interface Change {
  readonly at: string;
  readonly kind: string;
  /** Of an operate: it can stand in for a step that is not executed. */
  readonly standsIn?: boolean;
  /** As a step would see it. */
  readonly value: Json;
  /** The resolver that gives it. */
  readonly resolver?: string;
}
export interface Situation {
  readonly spec: PlanSpec;
  /** By address. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** What comes for awaited inputs while the run goes on, by address. */
  readonly supplied: (address: string) => Json;
  readonly changes: readonly Change[];
  readonly prune: boolean;
  readonly world: World;
}
export type Fate = 'completed' | 'failed' | 'skipped' | 'short-circuited' | 'pruned';
export interface Foreseen {
  readonly missing: readonly string[];
  readonly waiting: readonly string[];
  readonly fates: ReadonlyMap<string, Fate>;
  /** What each executed step reads, by node and port. */
  readonly executed: ReadonlyMap<string, Readonly<Record<string, Json>>>;
  /** Where a resolver is called. */
  readonly resolved: ReadonlySet<string>;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly lacking: boolean;
  /** An input that can't be had: under `stop` the run fails. */
  readonly inputFails: boolean;
}
type Form = string | PlanFormSpec;
type Maybe = Json | undefined;

const bare = (port: string): string => port.replace('?', '');
const replaces = ({ kind }: Change): boolean => kind === 'override' || kind === 'input';

export function foresee({ spec, inputs, supplied, changes, prune, world }: Situation): Foreseen {
  const own = [...(spec.in ?? []).map(name => `$in.${bare(name)}`), ...Object.keys(spec.open ?? {})];
  const at = new Map(changes.filter(works).map(change => [change.at, change]));
  const outsOf = (node: NodeSpec): readonly string[] =>
    node.sleep === undefined ? (node.out ?? []).map(out => `${node.id}.${bare(out)}`) : [`${node.id}.value`];
  const consumed = new Set([...spec.nodes.flatMap(node => readsOf(node, false)), ...endReads(false)]);

  /** An `input` works where nothing feeds the port, and an explicit input beats it. */
  function works({ at: address, kind }: Change): boolean {
    if (kind !== 'input' || own.includes(address)) return inputs[address] === undefined;
    return spec.nodes.some(({ id, in: ports = {} }) =>
      Object.entries(ports).some(
        ([port, form]) => address === `${id}/$in.${bare(port)}` && typeof form === 'object' && 'value' in form,
      ),
    );
  }
  function refsIn(form: Form, asChanged: boolean): readonly string[] {
    if (typeof form === 'string') return [form];
    if ('value' in form) return [];
    if ('port' in form) return [form.port, ...(asChanged && at.has(form.port) ? [] : refsIn(form.of, asChanged))];
    if ('when' in form) return [form.when, ...refsIn(form.of, asChanged)];
    const parts = 'first' in form ? form.first : 'list' in form ? form.list : [form.flat];
    return parts.flatMap(part => refsIn(part, asChanged));
  }
  function readsOf(node: NodeSpec, asChanged: boolean): readonly string[] {
    const ports = Object.entries(node.in ?? {}).filter(([port]) => {
      const change = asChanged ? at.get(`${node.id}/$in.${bare(port)}`) : undefined;
      return !change || !replaces(change) || own.includes(change.at);
    });
    return [...(node.when ? [node.when] : []), ...ports.flatMap(([, form]) => refsIn(form, asChanged))];
  }
  function endReads(asChanged: boolean): readonly string[] {
    const outs = Object.entries(spec.out ?? {}).filter(([name]) => !asChanged || !at.has(`$out.${bare(name)}`));
    return outs.flatMap(([, form]) => refsIn(form, asChanged));
  }
  function isSupplied(node: NodeSpec): boolean {
    const outs = outsOf(node);
    return outs.length > 0 && outs.every(out => at.get(out)?.kind === 'override' || at.get(out)?.standsIn === true);
  }

  const running = new Set<NodeSpec>();
  const read = new Set(endReads(true));
  for (let before = -1; before < running.size;) {
    before = running.size;
    for (const node of spec.nodes) {
      if (running.has(node) || isSupplied(node)) continue;
      const mayGo = prune || node.pure === true || node.sleep !== undefined;
      const outs = outsOf(node);
      if (mayGo && outs.some(out => consumed.has(out)) && !outs.some(out => read.has(out))) continue;
      running.add(node);
      for (const ref of readsOf(node, true)) read.add(ref);
    }
  }

  const produced = new Set([...own, ...spec.nodes.flatMap(outsOf)]);
  const isPort = (ref: string): boolean => !produced.has(ref);
  const fates = new Map<string, Fate>();
  const executed = new Map<string, Readonly<Record<string, Json>>>();
  const resolved = new Set<string>();
  const missing: string[] = [];
  const waiting: string[] = [];
  const env = new Map<string, Maybe>();
  let inputFails = false;

  /** What an intervention gives: 'fails' if its resolver or its merge does. */
  function given(change: Change, inner: Maybe): { readonly value: Json } | 'fails' {
    if (change.resolver !== undefined) resolved.add(change.at);
    if (change.resolver === FAILING) return 'fails';
    const value = replaces(change) ? change.value : merged(change.kind, inner ?? null, change.value);
    return value === undefined ? 'fails' : { value };
  }
  function valueOf(form: Form): Maybe {
    if (typeof form === 'string') return env.get(form);
    if ('value' in form) return form.value;
    if ('first' in form) return form.first.map(valueOf).find(value => value !== undefined);
    if ('list' in form) return form.list.map(valueOf).filter(value => value !== undefined);
    if ('when' in form) return env.get(form.when) === true ? valueOf(form.of) : undefined;
    if ('port' in form) return at.get(form.port)?.value ?? valueOf(form.of);
    const lists = valueOf(form.flat);
    return Array.isArray(lists) ? lists.flat() : undefined;
  }

  for (const [k, address] of own.entries()) {
    const name = spec.in?.[k] ?? '';
    const more = k < (spec.in?.length ?? 0) ? spec.inputs?.[bare(name)] : spec.open?.[address];
    const change = at.get(address);
    const isFree = name.endsWith('?') || more?.default !== undefined || more?.awaited !== undefined;
    const isNeeded = read.has(address) || !consumed.has(address);
    if (inputs[address] !== undefined) env.set(address, inputs[address]);
    else if (change?.kind === 'input') {
      if (change.resolver !== undefined && !read.has(address)) continue;
      const got = given(change, undefined);
      if (got === 'fails') inputFails = true;
      else env.set(address, got.value);
    } else if (more?.awaited) {
      if (read.has(address)) waiting.push(address);
      env.set(address, more.awaited.deadline === undefined ? supplied(address) : more.default);
    } else if (!isFree && isNeeded) missing.push(address);
    else env.set(address, more?.default);
  }
  for (const node of spec.nodes) fates.set(node.id, live(node));

  function live(node: NodeSpec): Fate {
    if (isSupplied(node)) return settle(node, 'short-circuited', undefined);
    if (!running.has(node)) return 'pruned';
    if (node.when !== undefined && env.get(node.when) !== true) return 'skipped';
    resolvePorts(readsOf(node, true));
    const seen: Record<string, Json> = {};
    const changed: [string, Change, Maybe][] = [];
    for (const [port, form] of Object.entries(node.in ?? {})) {
      const change = at.get(`${node.id}/$in.${bare(port)}`);
      const stands = change !== undefined && !own.includes(change.at);
      const value = stands && replaces(change) ? undefined : valueOf(form);
      if (stands) changed.push([bare(port), change, value]);
      else if (value !== undefined) seen[bare(port)] = value;
      else if (!port.endsWith('?')) return 'skipped';
    }
    for (const [port, change, inner] of changed) {
      const got = given(change, inner);
      if (got === 'fails') return fail(node);
      seen[port] = got.value;
    }
    if (node.sleep !== undefined) return settle(node, 'completed', { value: seen['value'] });
    executed.set(node.id, seen);
    if (world.failures(node.id) >= (node.policy?.retry?.attempts ?? 3)) return fail(node);
    return settle(node, 'completed', world.outputs(node.id, seen, []));
  }
  /** Whoever reads a port has what stands in for it, whether or not it comes to using it. */
  function resolvePorts(refs: readonly string[]): void {
    for (const ref of refs) if (isPort(ref) && at.get(ref)?.resolver !== undefined) resolved.add(ref);
  }
  function settle(node: NodeSpec, fate: Fate, computed: Readonly<Record<string, Maybe>> | undefined): Fate {
    const values = new Map<string, Maybe>();
    for (const out of outsOf(node)) {
      const change = at.get(out);
      const inner = computed?.[out.slice(node.id.length + 1)];
      if (!change) values.set(out, inner);
      else if (change.resolver === undefined || read.has(out)) {
        const got = given(change, inner);
        if (got === 'fails') return fail(node);
        values.set(out, got.value);
      }
    }
    for (const [out, value] of values) env.set(out, value);
    return fate;
  }
  function fail({ id, policy: { onFailure } = {} }: NodeSpec): Fate {
    if (typeof onFailure === 'object') for (const port in onFailure.fallback) env.set(`${id}.${port}`, 77);
    return 'failed';
  }

  resolvePorts(endReads(true));
  const outputs: Record<string, Json> = {};
  let lacking = false;
  for (const [port, form] of Object.entries(spec.out ?? {})) {
    const change = at.get(`$out.${bare(port)}`);
    const value = change ? change.value : valueOf(form);
    if (value !== undefined) outputs[bare(port)] = value;
    else lacking ||= !port.endsWith('?');
  }
  return { missing, waiting, fates, executed, resolved, outputs, lacking, inputFails };
}
