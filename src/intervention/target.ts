import { parseAddress, type PortAddress, type Segment } from '../document/address.js';
import type { PortSchema } from '../document/document.js';
import { FEED, isFed } from '../plan/fed.js';
import type { Body, Plan, PlanNode, Source } from '../plan/plan.js';
import { ITEMS, outputNames, scopeInputs } from '../plan/plan.js';
import { itemsType } from '../plan/schema-of-form.js';
import { nearest } from '../schema/nearest.js';
import { INPUT } from './intervention.js';

/** Where an intervention works, in terms of a plan: a place in a body, in the scopes that the address names. */
export interface Target {
  readonly place: Place;
  readonly body: number;
  /** Which item or iteration of each scope around it, from the outside in; `null` where the address names none: all. */
  readonly scopes: readonly (number | null)[];
  readonly schema: PortSchema;
}
export type Place =
  /** An input of the run: `$in.x`, or an open port. */
  | { readonly kind: 'input'; readonly slot: number }
  | { readonly kind: 'output'; readonly slot: number; readonly node: number }
  /** What one consumer reads. */
  | { readonly kind: 'reader'; readonly node: number; readonly port: number }
  /** A port of a nested graph. */
  | { readonly kind: 'form'; readonly source: Source }
  /** An output of the run: `$out.x`. */
  | { readonly kind: 'result'; readonly output: number };

export interface NoTarget {
  readonly code: 'bad_address' | 'unknown_node' | 'unknown_port';
  readonly message: string;
}

/** Names of a plan as indices. Made once per plan: O(nodes). */
export interface Names {
  readonly plan: Plan;
  readonly bodies: readonly BodyNames[];
  /** Addresses that were asked for, of ports that there are: every surface asks again. */
  readonly found: Map<string, Target>;
}
interface BodyNames {
  readonly body: Body;
  readonly nodes: ReadonlyMap<string, number>;
  /** Ports of nested graphs by address. */
  readonly forms: ReadonlyMap<string, number>;
}

const known = new WeakMap<Plan, Names>();

export function namesOf(plan: Plan): Names {
  const found = known.get(plan);
  if (found) return found;
  const names = { plan, bodies: plan.bodies.map(bodyNames), found: new Map<string, Target>() };
  known.set(plan, names);
  return names;
}

function bodyNames(body: Body): BodyNames {
  const forms = new Map<string, number>();
  body.forms.forEach((form, k) => form.kind === 'port' && forms.set(form.address, k));
  return { body, nodes: new Map(body.nodes.map((node, n) => [node.id, n])), forms };
}

/** What an address means in a plan. */
export function targetOf(names: Names, text: string): Target | NoTarget {
  const before = names.found.get(text);
  if (before) return before;
  const target = find(names, text);
  // Those with an index are without number.
  if (isTarget(target) && target.scopes.every(index => index === null)) names.found.set(text, target);
  return target;
}

const ALL_INPUTS: Segment = { kind: 'node', id: FEED };

function find(names: Names, text: string): Target | NoTarget {
  const dot = text.indexOf('.');
  const own = text.slice(0, dot);
  // Nearly all of them: an output of a node of the graph.
  if (names.bodies[0]?.nodes.has(own)) return output(names, { body: 0, scopes: [] }, own, text.slice(dot + 1));
  const address = parseAddress(text);
  if (address === undefined || address.kind === 'node') return badAddress(text);
  // In a runner's plan an address that names no input stands for every one of them.
  const isOfAll = isFed(names.plan) && address.scope[0]?.kind !== 'feed';
  const around = scopeOf(names, isOfAll ? [ALL_INPUTS, ...address.scope] : address.scope);
  if (!around) return noScopes(text);
  if (address.node === undefined) return around.scopes.length > 0 ? badAddress(text) : ownPort(names, address);
  const path = [...around.path, address.node].join('/');
  const place = { body: around.body, scopes: around.scopes };
  return address.kind === 'output' ? output(names, place, path, address.port) : input(names, place, path, address.port);
}

/**
 * What an intervention works at. An `input` at an open port of a node supplies that; any other kind there changes what the
 * node reads.
 */
export function targetOfSent(
  plan: Plan,
  { at, kind }: { readonly at: string; readonly kind: string },
): Target | NoTarget {
  const target = targetOf(namesOf(plan), at);
  if (kind !== INPUT || !isTarget(target) || target.body !== 0 || target.place.kind !== 'reader') return target;
  const slot = plan.bodies[0]?.nodes[target.place.node]?.in[target.place.port] ?? -1;
  const isOpen = slot >= plan.inputs.length && slot < plan.inputs.length + plan.open.length;
  return isOpen ? { ...target, place: { kind: 'input', slot } } : target;
}

export const isTarget = (found: Target | NoTarget): found is Target => 'place' in found;

/** Text that is the same for two addresses of one port. */
export function targetKey({ place, body, scopes }: Target): string {
  return `${placeKey(place)}:${body}:${scopes.join(',')}`;
}

export function placeKey(place: Place): string {
  switch (place.kind) {
    case 'input':
    case 'output':
      return `slot ${place.slot}`;
    case 'reader':
      return `reader ${place.node} ${place.port}`;
    case 'form':
      return `form ${place.source}`;
    case 'result':
      return `result ${place.output}`;
  }
}

function badAddress(text: string): NoTarget {
  const expected = 'expected a port: "grind.powder", "brew/$in.powder" or "$in.water"';
  return { code: 'bad_address', message: `${JSON.stringify(text.slice(0, 200))} is no address of a port; ${expected}` };
}

function noScopes(text: string): NoTarget {
  const message = `${JSON.stringify(text.slice(0, 200))} has an index at something that is no each and no loop`;
  return { code: 'bad_address', message };
}

interface Around {
  readonly body: number;
  readonly scopes: readonly (number | null)[];
  /** Ids of the nested graphs around, inside the innermost scope. */
  readonly path: readonly string[];
}

/** Undefined where an index stands behind what opens no scopes. */
function scopeOf({ plan, bodies }: Names, segments: readonly Segment[]): Around | undefined {
  let around: Around = { body: 0, scopes: [], path: [] };
  for (const segment of segments) {
    const { body, scopes, path } = around;
    const id = segment.kind === 'feed' ? FEED : segment.id;
    const node = plan.bodies[body]?.nodes[bodies[body]?.nodes.get([...path, id].join('/')) ?? -1];
    if (node?.kind !== 'scoped' && segment.kind !== 'node') return undefined;
    if (node?.kind !== 'scoped') around = { body, scopes, path: [...path, id] };
    else around = { body: node.body, scopes: [...scopes, segment.kind === 'node' ? null : segment.index], path: [] };
  }
  return around;
}

type In = Pick<Target, 'body' | 'scopes'>;

function ownPort({ plan }: Names, { kind, port }: PortAddress): Target | NoTarget {
  const ports = kind === 'input' ? plan.inputs : (plan.bodies[0]?.outputs ?? []);
  const at = ports.findIndex(({ name }) => name === port);
  const found = ports[at];
  const what = `the graph has no ${kind} "${port}"`;
  if (!found)
    return unknown(
      'unknown_port',
      what,
      port,
      ports.map(({ name }) => name),
    );
  const place = kind === 'input' ? ({ kind: 'input', slot: at } as const) : ({ kind: 'result', output: at } as const);
  return { place, body: 0, scopes: [], schema: found.schema };
}

function output(names: Names, at: In, path: string, port: string): Target | NoTarget {
  const { nodes, body } = names.bodies[at.body] as BodyNames;
  const number = nodes.get(path);
  const node = number === undefined ? undefined : body.nodes[number];
  if (node === undefined || number === undefined) return nestedPort(names, at, `${path}.${port}`, path);
  const k = outputIndex(names.plan, node, port);
  if (k < 0) {
    return unknown('unknown_port', `node "${path}" has no output "${port}"`, port, outputNames(names.plan, node));
  }
  const schema = outputSchema(names.plan, node, k);
  return { ...at, place: { kind: 'output', slot: node.out + k, node: number }, schema };
}

function input(names: Names, at: In, path: string, port: string): Target | NoTarget {
  const { nodes, body } = names.bodies[at.body] as BodyNames;
  const number = nodes.get(path);
  const node = number === undefined ? undefined : body.nodes[number];
  if (node === undefined || number === undefined) return nestedPort(names, at, `${path}/$in.${port}`, path);
  const ports = inputPorts(names.plan, node);
  const k = ports.findIndex(({ name }) => name === port);
  const found = ports[k];
  if (!found)
    return unknown(
      'unknown_port',
      `node "${path}" has no input "${port}"`,
      port,
      ports.map(({ name }) => name),
    );
  return { ...at, place: { kind: 'reader', node: number, port: k }, schema: found.schema };
}

/** A port of a nested graph; one that nothing feeds is an open port of the plan. */
function nestedPort(names: Names, at: In, address: string, path: string): Target | NoTarget {
  const { forms, body, nodes } = names.bodies[at.body] as BodyNames;
  const k = forms.get(address);
  const form = k === undefined ? undefined : body.forms[k];
  if (form?.kind === 'port' && k !== undefined) {
    return { ...at, place: { kind: 'form', source: -1 - k }, schema: form.schema };
  }
  const open = at.body === 0 ? names.plan.open.findIndex(port => port.address === address) : -1;
  const found = names.plan.open[open];
  if (found) return { ...at, place: { kind: 'input', slot: names.plan.inputs.length + open }, schema: found.schema };
  const ports = [...forms.keys()];
  const isGraph = ports.some(known => known.startsWith(`${path}.`) || known.startsWith(`${path}/`));
  return isGraph
    ? unknown('unknown_port', `nested graph "${path}" has no port ${address}`, address, ports)
    : unknown('unknown_node', `there is no node "${path}"`, path, nodes.keys());
}

export function inputPorts(
  plan: Plan,
  node: PlanNode,
): readonly { readonly name: string; readonly schema: PortSchema }[] {
  switch (node.kind) {
    case 'step':
      return plan.contracts[node.contract]?.in ?? [];
    case 'sleep':
      return [{ name: 'value', schema: {} }];
    case 'scoped':
      return node.from?.kind === 'items' ? [{ name: ITEMS, schema: itemsType(node.from.yields) }] : scopeInputs(node);
  }
}

/** Without a list of all names: there may be as many addresses as outputs. */
function outputIndex(plan: Plan, node: PlanNode, port: string): number {
  if (node.kind !== 'step') return outputNames(plan, node).indexOf(port);
  const { out = [], yields } = plan.contracts[node.contract] ?? {};
  return yields !== undefined && port === ITEMS ? out.length : out.findIndex(({ name }) => name === port);
}

function outputSchema(plan: Plan, node: PlanNode, k: number): PortSchema {
  switch (node.kind) {
    case 'step': {
      const { out = [], yields } = plan.contracts[node.contract] ?? {};
      return out[k]?.schema ?? (yields === undefined ? {} : itemsType(yields));
    }
    case 'sleep':
      return {};
    case 'scoped': {
      const schema = plan.bodies[node.body]?.outputs[k]?.schema ?? {};
      return node.scopes === 'item' ? { type: 'array', items: schema } : schema;
    }
  }
}

function unknown(code: NoTarget['code'], what: string, word: string, among: Iterable<string>): NoTarget {
  const names = [...among];
  const meant = nearest(word, names);
  const list = names.slice(0, 10).join(', ');
  return {
    code,
    message: `${what} (${meant === undefined ? `there are ${list || 'none'}` : `did you mean "${meant}"?`})`,
  };
}
