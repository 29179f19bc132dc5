import { ITEMS } from '../document/body.js';
import type { Expr } from '../expression/ast.js';
import type { OnRunFailure, PortSchema, Protection } from '../document/document.js';
import type { JsonObject } from '../value/json.js';
import type { Leaf } from '../value/value.js';

/**
 * What compile makes of a document: flat, frozen, hashed JSON, without anything about a run, reusable for any number of
 * runs. Inside, everything is an index; names appear only where someone outside reads them.
 *
 * A body is a flat list of nodes in plan order (topological, ties by id) over numbered **slots**. A slot is written once
 * per scope: slots of the body's inputs first (root: the graph's inputs, then its open ports), then the outputs of each
 * node in plan order. `bodies[0]` is the graph itself.
 */
export interface Plan {
  readonly planVersion: 1;
  /** SHA-256 (64 hex) over everything below; the same document gives the same hash whatever the order of its keys. */
  readonly hash: string;
  /** The graph's id: the workflow type. */
  readonly graph: string;
  readonly title?: string;
  readonly onFailure: OnRunFailure;
  /** The graph's inputs; input k is slot k of the root body. */
  readonly inputs: readonly PlanInput[];
  /** Required node inputs that nothing feeds: open port k is slot `inputs.length + k` of the root body. */
  readonly open: readonly OpenPort[];
  readonly contracts: readonly PlanContract[];
  readonly policies: readonly PlanPolicy[];
  readonly clusters: readonly PlanCluster[];
  readonly bodies: readonly Body[];
  /** By address of an output or an input: ports that are not to be changed from outside. */
  readonly protected?: Readonly<Record<string, Protection>>;
}

export interface PlanPort {
  readonly name: string;
  readonly schema: PortSchema;
  /** May be absent (declared optional). A port with a default is never absent where it is read: compile wires the default. */
  readonly optional?: true;
}
export interface PlanInput extends PlanPort {
  readonly default?: Leaf;
  /** May be supplied while the run waits for it; its default then stands in when the time is over. */
  readonly awaited?: Awaited;
  /** Peek keys that conditions read of it, should it travel by ref. */
  readonly peeks?: readonly string[];
}
export interface OpenPort {
  /** `brew/$in.water` */
  readonly address: string;
  readonly schema: PortSchema;
  /** As of an input. */
  readonly awaited?: Awaited;
  readonly default?: Leaf;
  readonly peeks?: readonly string[];
}
export interface Awaited {
  /** Milliseconds from the start of the run. */
  readonly deadline?: number;
}

/** A step's contract, as far as a run needs it. */
export interface PlanContract {
  readonly step: string;
  /** The first 16 hex of the SHA-256 of the manifest (ports, options, pure, version): what a worker compares. */
  readonly digest: string;
  readonly version?: string;
  readonly title?: string;
  readonly pure?: true;
  /** Its results are kept in the step cache, for ever or for `ttl` milliseconds. Only of a pure step. */
  readonly cache?: { readonly ttl?: number };
  /** What it gets of the run's context, by name; sealed, never recorded. */
  readonly context?: readonly string[];
  readonly in: readonly PlanPort[];
  readonly out: readonly PlanPort[];
  /** Of a stream: what its items have. Behind its outputs a node of it has one more, `items`. */
  readonly yields?: readonly PlanPort[];
  /** Index of the yield by which its code finds where to go on. */
  readonly cursor?: number;
}

/** Times in milliseconds. Defaults are filled in (engine.md §4). */
export interface PlanPolicy {
  readonly retry: PlanRetry;
  readonly timeout: number;
  readonly deadline?: number;
  readonly heartbeat: number | false;
  /** fallback: one leaf per covered output port, by name. */
  readonly onFailure: 'fail' | 'skip' | { readonly fallback: Readonly<Record<string, Leaf>> };
  readonly limit?: number;
}
export interface PlanRetry {
  readonly attempts: number;
  readonly backoff: 'none' | 'linear' | 'exponential' | 'jitter';
  readonly initial: number;
  readonly max: number;
  readonly except: readonly string[];
}

export interface PlanCluster {
  readonly name: string;
  /** Task queue of its nodes; the default one if not given. */
  readonly queue?: string;
  readonly limit?: number;
}

export interface Body {
  /** Slots of inputs come first; this is how many of them there are (captured outer values included). */
  readonly inputs: number;
  readonly slots: number;
  readonly nodes: readonly PlanNode[];
  readonly forms: readonly PlanForm[];
  readonly conditions: readonly PlanCondition[];
  readonly outputs: readonly PlanOutput[];
}

/** Where a value comes from: ≥ 0 a slot of the same body, < 0 the form `forms[-1 - source]`. */
export type Source = number;

export type PlanForm =
  /** Always absent: an optional port that nothing feeds. */
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: Leaf }
  /** The first that is present. */
  | { readonly kind: 'first'; readonly of: readonly Source[] }
  /** All of them, as a list; an absent one drops out. */
  | { readonly kind: 'list'; readonly of: readonly Source[] }
  | { readonly kind: 'flat'; readonly of: Source }
  /** A port of a nested graph, as the graph around it sees it: `hard.text`, `hard/$in.image`. Passes its value on. */
  | { readonly kind: 'port'; readonly address: string; readonly schema: PortSchema; readonly of: Source }
  /** Absent unless all conditions hold. */
  | { readonly kind: 'guarded'; readonly by: readonly number[]; readonly of: Source };

export type PlanCondition =
  | { readonly kind: 'is'; readonly of: Source }
  | {
      readonly kind: 'expr';
      readonly text: string;
      readonly ast: Expr;
      readonly names: readonly string[];
      readonly of: readonly Source[];
    };

export type PlanNode = PlanStep | PlanSleep | PlanScoped;
interface PlanNodeBase {
  /** Its id in the body; below nested graphs a path: `hard/ocr`. */
  readonly id: string;
  /** One source per input port, in the contract's order. */
  readonly in: readonly Source[];
  /** The slot of its first output; output k is `out + k`. */
  readonly out: number;
  /** Indices of conditions; all must hold. */
  readonly guards?: readonly number[];
  readonly cluster?: number;
}
export interface PlanStep extends PlanNodeBase {
  readonly kind: 'step';
  readonly contract: number;
  readonly policy: number;
  /** JSON side, defaults filled in. */
  readonly options?: JsonObject;
  /** Peek keys by output port that conditions read, should the value travel by ref. */
  readonly peeks?: Readonly<Record<string, readonly string[]>>;
  /** Of a stream: as `peeks`, by yield, of what each item has. */
  readonly itemPeeks?: Readonly<Record<string, readonly string[]>>;
}
/** Gives its one input as its one output, `duration` milliseconds later. */
export interface PlanSleep extends PlanNodeBase {
  readonly kind: 'sleep';
  readonly duration: number;
}
/**
 * Opens scopes of another body. As `item` its outputs are lists in index order (an absent one drops out); as `iteration`
 * they are those of the last scope.
 *
 * The first of `in` are what its scopes are made of (`from`), the rest is captured for them. The body's input slots are the
 * fields of an item or of a state, then the ordinal of the scope, then what was captured; those of a node without `from`
 * are the fields of an item, then what was captured, which is all of `in`.
 */
export interface PlanScoped extends PlanNodeBase {
  readonly kind: 'scoped';
  readonly body: number;
  readonly scopes: 'item' | 'iteration';
  readonly onFailure: OnRunFailure;
  /** Without it the scopes come from outside, by the events `items` and `ended`. */
  readonly from?: PlanScopes;
}
export type PlanScopes = FromList | FromItems | FromState;
/** Of an each over a list: it may lie in the store. */
interface ListPeeks {
  /** By field: peek keys that conditions read of what comes out of the store, should it travel by ref. */
  readonly peeks?: readonly (readonly string[])[];
}
/** A scope for each item of a list, which is the first of `in`; an item is its one field. */
export interface FromList extends ListPeeks {
  readonly kind: 'list';
  /** How many scopes may be open at once. */
  readonly concurrency: number;
  /** Outputs come in the order of the items; else in that in which they end. */
  readonly ordered: boolean;
}
/**
 * A scope for each item of a stream, whose output `items` is the first of `in`: it settles when the stream starts, to an
 * empty list, and the items come as events; or, where an override is at it, to a list of objects.
 */
export interface FromItems extends ListPeeks {
  readonly kind: 'items';
  /** What an item has, in the order of the body's fields. */
  readonly yields: readonly PlanPort[];
  readonly concurrency: number;
  readonly ordered: boolean;
  /** How many items may wait to be opened. */
  readonly buffer: number;
  /** What a stream that fails means: nothing is given (`skip`), or what came before. */
  readonly onStreamFailure: 'skip' | 'keep';
}
/** A scope after the other; the outputs of one, which are the keys of the state, are the fields of the next. */
export interface FromState {
  readonly kind: 'loop';
  /** By field: those of the first scope are the first of `in`. */
  readonly state: readonly PlanPort[];
  /** A condition of the body: asked when a scope has ended, and the last one if it holds. */
  readonly until?: number;
  readonly max: number;
  readonly onLimit: 'fail' | 'stop';
}

export interface PlanOutput extends PlanPort {
  readonly of: Source;
}

/** How many output slots a node has. */
export function outputCount(plan: Plan, node: PlanNode): number {
  switch (node.kind) {
    case 'step': {
      const { out = [], yields } = plan.contracts[node.contract] ?? {};
      return out.length + (yields === undefined ? 0 : 1);
    }
    case 'sleep':
      return 1;
    case 'scoped':
      return plan.bodies[node.body]?.outputs.length ?? 0;
  }
}

/** What the scopes of a node are made of: the first of its `in`. */
export function scopeInputs({ from }: Pick<PlanScoped, 'from'>): readonly PlanPort[] {
  if (from === undefined) return [];
  return from.kind === 'loop' ? from.state : LIST;
}
export { ITEMS };
const LIST: readonly PlanPort[] = [{ name: ITEMS, schema: { type: 'array' } }];

/** How many values of a body's inputs an item or a state is. */
export function fieldCount(from: PlanScopes): number {
  switch (from.kind) {
    case 'list':
      return 1;
    case 'items':
      return from.yields.length;
    case 'loop':
      return from.state.length;
  }
}

/** Whether a node is a stream: a step that gives items while it runs. */
export const isStream = (plan: Plan, node: PlanNode): node is PlanStep =>
  node.kind === 'step' && plan.contracts[node.contract]?.yields !== undefined;

/** Names of a node's input ports, in the order of `in`; what a node that opens scopes captures has none. */
export function inputNames(plan: Plan, node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'step':
      return plan.contracts[node.contract]?.in.map(port => port.name) ?? [];
    case 'sleep':
      return ['value'];
    case 'scoped':
      return scopeInputs(node).map(({ name }) => name);
  }
}

/** Names of a node's output ports, in slot order. */
export function outputNames(plan: Plan, node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'step': {
      const { out = [], yields } = plan.contracts[node.contract] ?? {};
      return [...out.map(port => port.name), ...(yields === undefined ? [] : [ITEMS])];
    }
    case 'sleep':
      return ['value'];
    case 'scoped':
      return plan.bodies[node.body]?.outputs.map(output => output.name) ?? [];
  }
}
