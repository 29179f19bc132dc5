import type { NodeState } from '../engine/engine.js';
import type { Failure } from '../engine/failure.js';
import { inputAddress } from '../intervention/bind.js';
import { OVERRIDE } from '../intervention/intervention.js';
import { readSources, sourcesBehind } from '../intervention/need.js';
import { conditionSources } from '../plan/body-index.js';
import { inputNames, outputNames, type Body, type Plan, type PlanNode, type Source } from '../plan/plan.js';
import { canonicalJson } from '../value/canonical.js';
import type { Json, JsonObject } from '../value/json.js';
import { inEffect } from './inherited.js';
import { keyOf } from './same-value.js';
import { slotAddresses } from './slot-addresses.js';
import type { RunSource } from './source.js';

/** Why a port differs. */
export type Reason =
  /** These ports, which its node reads, differ. */
  | { readonly kind: 'follows'; readonly ports: readonly string[] }
  /** These inputs of the run, which its node reads, differ. */
  | { readonly kind: 'input'; readonly ports: readonly string[] }
  /** Where one of the runs was changed and the other one was not, or otherwise. */
  | { readonly kind: 'intervention'; readonly ports: readonly string[] }
  /** `version 2, was 1`; `option ratio`; `input powder is wired otherwise`; `the node is new` */
  | { readonly kind: 'code'; readonly what: readonly string[] }
  | { readonly kind: 'failure'; readonly a?: Failure; readonly b?: Failure }
  /** The same code gave something else for the same. */
  | { readonly kind: 'non-determinism' }
  /** One of the two: nobody has said which code it was (no version, no build id). */
  | { readonly kind: 'code or non-determinism' };

/** One of two runs, with what of its plan is asked by address. */
export interface Side {
  readonly source: RunSource;
  /** Those of the graph itself, by address, in plan order. */
  readonly nodes: ReadonlyMap<string, NodeState>;
  portsOf(address: string): readonly string[];
  /** Addresses by slot. */
  readonly slots: readonly string[];
  /** By address: what the interventions that were used say. */
  readonly changes: ReadonlyMap<string, { readonly kind: string; readonly text: string }>;
}
type Sides = Readonly<Record<'a' | 'b', Side>>;

export function sideOf(source: RunSource): Side {
  const { plan } = source;
  const root = source.nodes.filter(({ scope }) => scope === 0);
  const nodes = new Map(root.map(node => [node.address, node]));
  const used = inEffect(source).filter(({ effect }) => effect === 'used');
  return {
    source,
    nodes,
    portsOf(address) {
      const node = plannedAt({ source, nodes }, address);
      return node ? outputNames(plan, node) : [];
    },
    slots: slotAddresses(plan),
    changes: new Map(
      used.map(({ at, kind, value, resolve }) => {
        const text = canonicalJson([kind, value ? keyOf(value) : null, (resolve as Json | undefined) ?? null]);
        return [at, { kind, text }];
      }),
    ),
  };
}

const plannedAt = ({ source, nodes }: Pick<Side, 'source' | 'nodes'>, address: string): PlanNode | undefined =>
  source.plan.bodies[0]?.nodes[nodes.get(address)?.node ?? -1];

/** Why a port of `b` differs, at least one reason. `differing`: the ports before it that do. */
export function reasonsAt(
  sides: Sides,
  address: string,
  at: string,
  differing: ReadonlySet<string>,
): readonly Reason[] {
  const [before, after] = [sides.a.nodes.get(address), sides.b.nodes.get(address)];
  const planned = plannedAt(sides.b, address);
  const body = sides.b.source.plan.bodies[0];
  if (!before || !after || !planned || !body) return [{ kind: 'code', what: ['the node is new'] }];
  const own = changedAmong(sides, [at]);
  const standIn = [sides.a, sides.b].some(({ changes }) => changes.get(at)?.kind === OVERRIDE);
  // What stands in for an output has nothing to do with what its node reads.
  if (own.length > 0 && standIn) return [{ kind: 'intervention', ports: own }];
  const behind = [...sourcesBehind(body, null, readSources(body, null, after.node))];
  const reads = behind.flatMap(source => (source >= 0 ? [sides.b.slots[source] ?? ''] : []));
  const changed = [...own, ...changedAmong(sides, placesOf(sides.b.source.plan, body, planned, behind))];
  const reasons = [
    ...followed(
      reads.filter(port => differing.has(port)),
      sides.b.source.plan,
    ),
    ...(changed.length > 0 ? [{ kind: 'intervention', ports: changed } as const] : []),
    ...codeReasons(sides, address),
    ...failureReasons(before, after),
  ];
  return reasons.length > 0 ? reasons : [unexplained(sides, address)];
}

function followed(ports: readonly string[], plan: Plan): readonly Reason[] {
  const count = plan.inputs.length + plan.open.length;
  const given = new Set(Array.from({ length: count }, (_, slot) => inputAddress(plan, slot)));
  const [inputs, outputs] = [ports.filter(port => given.has(port)), ports.filter(port => !given.has(port))];
  return [
    ...(outputs.length > 0 ? [{ kind: 'follows', ports: outputs } as const] : []),
    ...(inputs.length > 0 ? [{ kind: 'input', ports: inputs } as const] : []),
  ];
}

/** Where the two runs were changed differently. */
const changedAmong = ({ a, b }: Sides, addresses: Iterable<string>): readonly string[] =>
  [...addresses].filter(at => a.changes.get(at)?.text !== b.changes.get(at)?.text);

/** Where an intervention changes what a node reads. */
function placesOf(plan: Plan, body: Body, node: PlanNode, behind: readonly Source[]): readonly string[] {
  const forms = behind.map(source => body.forms[-1 - source]);
  return [
    ...inputNames(plan, node).map(port => `${node.id}/$in.${port}`),
    ...forms.flatMap(form => (form?.kind === 'port' ? [form.address] : [])),
  ];
}

function failureReasons({ failure: a }: NodeState, { failure: b }: NodeState): readonly Reason[] {
  if (a?.code === b?.code && a?.message === b?.message) return [];
  return [{ kind: 'failure', ...(a && { a }), ...(b && { b }) }];
}

function codeReasons(sides: Sides, address: string): readonly Reason[] {
  const [a, b] = [useAt(sides.a, address), useAt(sides.b, address)];
  const what: string[] = [];
  if (a.step !== b.step) what.push(`step ${b.step}, was ${a.step}`);
  else if (a.version !== b.version) what.push(`version ${b.version ?? 'none'}, was ${a.version ?? 'none'}`);
  else if (a.contract !== b.contract) what.push('the contract of the step');
  for (const name of new Set([...Object.keys(b.options), ...Object.keys(a.options)])) {
    if (textOf(a.options[name]) !== textOf(b.options[name])) what.push(`option ${name}`);
  }
  for (const [port, text] of Object.entries(b.wires)) {
    if (a.wires[port] !== text) what.push(port === '' ? 'its condition' : `input ${port} is wired otherwise`);
  }
  return what.length > 0 ? [{ kind: 'code', what }] : [];
}

const textOf = (json: Json | undefined): string => (json === undefined ? '' : canonicalJson(json));

interface Use {
  readonly step: string;
  readonly version: string | undefined;
  readonly contract: string;
  readonly options: JsonObject;
  /** By input port; '' for its conditions. */
  readonly wires: Readonly<Record<string, string>>;
}

/** What a node is made of, in words that mean the same in any plan. */
function useAt(side: Side, address: string): Use {
  const { plan } = side.source;
  const [node, body] = [plannedAt(side, address), plan.bodies[0]];
  const contract = node?.kind === 'step' ? plan.contracts[node.contract] : undefined;
  const names = node ? inputNames(plan, node) : [];
  const wires = (node?.in ?? []).map((source, k) => [names[k] ?? `${k}`, body ? wireText(side, body, [source]) : '']);
  const guards = body ? guardText(side, body, node?.guards) : '';
  return {
    step: contract?.step ?? node?.kind ?? '',
    version: contract?.version,
    contract: contract?.digest ?? '',
    options: (node?.kind === 'step' && node.options) || {},
    wires: { ...Object.fromEntries(wires), '': guards },
  };
}

/** What is behind sources, in the order in which it is come upon. */
function wireText(side: Side, body: Body, sources: readonly Source[]): string {
  return [...sourcesBehind(body, null, sources)]
    .map(source => {
      const form = body.forms[-1 - source];
      if (form?.kind === 'value') return `value ${keyOf(form.value)}`;
      if (form?.kind === 'guarded') return `when ${expressionsOf(body, form.by)}`;
      return form?.kind ?? side.slots[source] ?? '';
    })
    .join(' ');
}

const guardText = (side: Side, body: Body, guards: readonly number[] = []): string =>
  `${expressionsOf(body, guards)} ${wireText(side, body, conditionSources(body, guards))}`;

const expressionsOf = (body: Body, conditions: readonly number[]): string =>
  conditions
    .map(c => body.conditions[c])
    .map(c => (c?.kind === 'expr' ? c.text : 'is'))
    .join(' and ');

/** Everything that is known is the same. */
function unexplained({ a, b }: Sides, address: string): Reason {
  if (useAt(b, address).version !== undefined) return { kind: 'non-determinism' };
  const [before, after] = [a.source.builds[address], b.source.builds[address]];
  if (before === undefined || after === undefined) return { kind: 'code or non-determinism' };
  if (before === after) return { kind: 'non-determinism' };
  return { kind: 'code', what: [`build ${after}, was ${before}`] };
}
