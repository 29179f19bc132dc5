import {
  inputNames,
  outputCount,
  outputNames,
  scopeInputs,
  type Body,
  type Plan,
  type PlanNode,
  type Source,
} from '../plan/plan.js';
import { hasSettled, judge, resolve } from '../plan/resolve.js';
import type { Value } from '../value/value.js';
import { bind, inputAddress, type Bound } from './bind.js';
import { replaces, type Cover } from './covers.js';
import { explainBody } from './explain-body.js';
import { stepName, type ExplainedNode, type Verdict } from './explained.js';
import type { SentIntervention } from './intervention.js';
import { slotsBehind } from './need.js';

export type { ExplainedNode, Verdict } from './explained.js';

export interface Explanation {
  readonly nodes: readonly ExplainedNode[];
  /** Addresses of required inputs that are missing. */
  readonly missing: readonly string[];
  /** Interventions without any effect, and why. */
  readonly unused: readonly { readonly at: string; readonly why: string }[];
  /** Awaited ports that are still open when the run begins. */
  readonly waiting: readonly string[];
}

export interface ExplainOptions {
  readonly prune?: boolean;
  /** By address: what is known of nodes before they run, and who has computed it. */
  readonly known?: ReadonlyMap<string, { readonly outputs: Readonly<Record<string, Value>>; readonly by: string }>;
  /** By address: why nodes whose results are cached run all the same. */
  readonly misses?: ReadonlyMap<string, string>;
}

/**
 * What a run of the plan would do with these inputs (by address) and interventions, without running anything. What it says
 * is what then happens, as long as no step fails.
 */
export function explain(
  plan: Plan,
  inputs: Readonly<Record<string, Value>>,
  interventions: readonly SentIntervention[] = [],
  options: ExplainOptions = {},
): Explanation {
  const bound = bind(plan, new Set(Object.keys(inputs)), interventions, options);
  const [body] = plan.bodies;
  if (!body) throw new Error(`plan ${plan.hash} has no bodies`);
  const forward = new Forward(plan, body, bound, inputs, options);
  const around = { plan, interventions, prune: options.prune ?? false };
  const nodes = body.nodes.flatMap((node, n) => {
    const own = forward.explain(node, n);
    const opens = node.kind === 'scoped' && (own.verdict === 'run' || own.verdict === 'conditional');
    return [own, ...(opens ? explainBody(around, node, own.at) : [])];
  });
  return { nodes, missing: bound.missing, unused: bound.unused, waiting: forward.waiting };
}

type Reason = readonly [verdict: Verdict, why: string];

/** Goes over the nodes in plan order with what is known of each slot before the run. */
class Forward {
  readonly waiting: string[] = [];
  /** Undefined: only the run will know. */
  readonly slots: (Value | null | undefined)[];
  readonly forms = new Map<Source, Value | undefined>();
  /** By slot: a value will be there. */
  private readonly sure: Uint8Array;
  /** By slot: the missing input behind it. */
  private readonly missing = new Map<number, string>();

  constructor(
    private readonly plan: Plan,
    private readonly body: Body,
    private readonly bound: Bound,
    inputs: Readonly<Record<string, Value>>,
    private readonly options: ExplainOptions,
  ) {
    this.slots = Array.from({ length: body.slots });
    this.sure = new Uint8Array(body.slots);
    for (let slot = 0; slot < body.inputs; slot += 1) this.begin(slot, inputs);
    // What a resolver or a merge gives is known only while it runs.
    for (const [source, { sent }] of bound.covers.forms)
      this.forms.set(source, replaces(sent) ? sent.value : undefined);
  }

  explain(node: PlanNode, n: number): ExplainedNode {
    const [verdict, why] = this.verdictOf(node, n);
    this.give(node, verdict);
    return {
      at: node.id,
      step: stepName(this.plan, node),
      verdict,
      why,
      by: this.coversOf(node, n).map(({ sent }) => sent.at),
    };
  }

  private begin(slot: number, inputs: Readonly<Record<string, Value>>): void {
    const { inputs: ports, open } = this.plan;
    const port = ports[slot] ?? open[slot - ports.length];
    const address = inputAddress(this.plan, slot);
    const cover = this.bound.covers.slots.get(slot)?.sent;
    const value = inputs[address] ?? cover?.value ?? (port?.awaited ? undefined : port?.default);
    if (value !== undefined || cover) return this.set(slot, value, true);
    if (port?.awaited) {
      if (this.bound.need.slots[slot] === 1) this.waiting.push(address);
      return this.set(slot, undefined, true);
    }
    if (!this.bound.missing.includes(address)) return this.set(slot, null, false);
    this.missing.set(slot, address);
  }

  private set(slot: number, value: Value | null | undefined, sure: boolean): void {
    this.slots[slot] = value;
    this.sure[slot] = sure ? 1 : 0;
  }

  private verdictOf(node: PlanNode, n: number): Reason {
    const { need } = this.bound;
    if (need.supplied[n] === 1) return ['short-circuited', 'every output is supplied by interventions'];
    if (need.runs[n] !== 1) return ['pruned', 'nothing that runs needs its outputs'];
    const known = this.options.known?.get(node.id);
    if (known) return ['cached', `computed by ${known.by}`];
    const reasons = [...this.guards(node), ...this.inputs(node, n)];
    return (
      reasons.find(([verdict]) => verdict === 'blocked') ??
      reasons.find(([verdict]) => verdict === 'skipped') ??
      reasons[0] ?? ['run', this.whyRun(node, n)]
    );
  }

  private whyRun(node: PlanNode, n: number): string {
    const covered = this.coversOf(node, n).filter(({ target }) => target.place.kind === 'output');
    if (covered.length === 0) return this.options.misses?.get(node.id) ?? 'its inputs are there';
    const count = outputCount(this.plan, node);
    if (covered.length < count)
      return `only ${covered.length} of its ${count} outputs ${covered.length === 1 ? 'is' : 'are'} covered`;
    const [needing] = covered.filter(({ sent }) => !replaces(sent) && sent.shortCircuit !== true);
    return `operate ${needing?.sent.kind} needs what the step gives`;
  }

  private guards(node: PlanNode): readonly Reason[] {
    return (node.guards ?? []).flatMap((guard): Reason[] => {
      const condition = this.body.conditions[guard];
      const sources = condition?.kind === 'is' ? [condition.of] : (condition?.of ?? []);
      const missing = sources.flatMap(source => this.missingBehind(source));
      if (missing[0] !== undefined) return [['blocked', `its condition needs ${missing[0]}, which is missing`]];
      if (!sources.every(source => hasSettled(this.body, this, source)))
        return [['conditional', 'its condition is decided while it runs']];
      const said = judge(this.body, this, guard);
      if (said === true) return [];
      return [['skipped', typeof said === 'object' ? said.message : 'its condition does not hold']];
    });
  }

  private inputs(node: PlanNode, n: number): readonly Reason[] {
    const own = this.bound.covers.readers.get(n);
    return node.in.flatMap((source, port): Reason[] => {
      const cover = own?.get(port);
      if (cover && replaces(cover.sent)) return [];
      const name = inputNames(this.plan, node)[port];
      const [missing] = this.missingBehind(source);
      const reader = name === undefined ? 'a node in it' : `input ${name}`;
      if (missing !== undefined) return [['blocked', `${reader} needs ${missing}, which is missing`]];
      // What stands in is there even where its inner value is absent.
      if (cover || name === undefined || this.isOptional(node, port) || this.isSure(source)) return [];
      return hasSettled(this.body, this, source) && resolve(this.body, this, source) === null
        ? [['skipped', `input ${name} is absent`]]
        : [['conditional', `input ${name} may be absent`]];
    });
  }

  /** What its ports have after it. */
  private give(node: PlanNode, verdict: Verdict): void {
    const contract = node.kind === 'step' ? this.plan.contracts[node.contract] : undefined;
    const executed = verdict === 'run' || verdict === 'short-circuited';
    const known = verdict === 'cached' ? this.options.known?.get(node.id)?.outputs : undefined;
    const count = outputCount(this.plan, node);
    for (let k = 0; k < count; k += 1) {
      const cover = this.bound.covers.slots.get(node.out + k)?.sent;
      const value = (executed || known) && cover?.kind === 'override' ? cover.value : undefined;
      const own = known?.[outputNames(this.plan, node)[k] ?? ''] ?? null;
      if (known && !cover) this.set(node.out + k, own, own !== null);
      else if (known) this.set(node.out + k, value, true);
      else if (verdict === 'skipped') this.set(node.out + k, null, false);
      else this.set(node.out + k, value, executed && (cover !== undefined || contract?.out[k]?.optional !== true));
      if (verdict === 'blocked') this.missing.set(node.out + k, this.bound.missing[0] ?? '');
    }
  }

  private missingBehind(source: Source): readonly string[] {
    if (this.missing.size === 0) return [];
    return [...slotsBehind(this.body, this.bound.covers, [source])].flatMap(slot => this.missing.get(slot) ?? []);
  }

  /** Whether a value is certain to be there. Recursive over forms, which nest no deeper than they were written. */
  private isSure(source: Source): boolean {
    if (source >= 0) return this.sure[source] === 1;
    if (this.bound.covers.forms.has(source)) return true;
    const form = this.body.forms[-1 - source];
    switch (form?.kind) {
      case undefined:
      case 'none':
        return false;
      case 'value':
      case 'list':
        return true;
      case 'first':
        return form.of.some(of => this.isSure(of));
      case 'flat':
      case 'port':
        return this.isSure(form.of);
      case 'guarded':
        return hasSettled(this.body, this, source) && resolve(this.body, this, source) !== null;
    }
  }

  private isOptional(node: PlanNode, port: number): boolean {
    if (node.kind === 'scoped') return scopeInputs(node)[port]?.optional === true;
    return node.kind === 'step' && this.plan.contracts[node.contract]?.in[port]?.optional === true;
  }

  private coversOf(node: PlanNode, n: number): readonly Cover[] {
    const { slots, readers } = this.bound.covers;
    const outputs = Array.from({ length: outputCount(this.plan, node) }, (_, k) => slots.get(node.out + k));
    return [...outputs, ...(readers.get(n)?.values() ?? [])].filter(cover => cover !== undefined);
  }
}
