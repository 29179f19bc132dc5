import type { Json, JsonObject } from '../value/json.js';
import type { JsonSchema } from '../schema/json-schema.js';

/**
 * The stored form of a graph: plain JSON (or YAML), what is sent, diffed and hashed. Keys of every map are ids or port
 * names; their order means nothing. It carries the manifests of its steps, so that it can be checked without a worker.
 */
export interface Document {
  readonly id: string;
  readonly title?: string;
  /** What a failed node with `onFailure: fail` does to the run; `stop` if not given. Only the outermost graph's counts. */
  readonly onFailure?: OnRunFailure;
  readonly in?: Ports;
  /** Schemas of the outputs; one without a schema is required and of its source's type. */
  readonly returns?: Ports;
  readonly nodes?: Readonly<Record<string, DocumentNode>>;
  readonly out?: Readonly<Record<string, Form>>;
  readonly clusters?: Readonly<Record<string, Cluster>>;
  /** By address (`grind.powder`, `brew/$in.powder`, `$in.beans`): ports that are not to be changed from outside. */
  readonly protect?: Readonly<Record<string, Protection>>;
  /** Manifests of the steps used here and in `graphs`, by step id. A nested document's own ones come first for it. */
  readonly steps?: Readonly<Record<string, Manifest>>;
  /** Nested graphs by id, looked up as `steps` are. */
  readonly graphs?: Readonly<Record<string, Document>>;
}

export type OnRunFailure = 'stop' | 'continue';
/** A port's JSON Schema (JSON side). A port with a `default`, or marked `optional`, may be left unwired. */
export type PortSchema = Exclude<JsonSchema, boolean> & {
  readonly optional?: boolean;
  /** Of an input of a graph: it may be supplied while the run waits for it. Its default stands in after the deadline. */
  readonly awaited?: true | { readonly deadline: Duration };
};
export type Ports = Readonly<Record<string, PortSchema>>;

/** A step's contract as JSON. */
export interface Manifest extends Policy {
  readonly title?: string;
  readonly in?: Ports;
  readonly out?: Ports;
  /** Of a stream: what each of its items has. It has a port `items`, which only an each or a collect reads. */
  readonly yields?: Ports;
  /** Of a stream: the yield by which its code finds where to go on. */
  readonly cursor?: string;
  readonly options?: Ports;
  /** What it takes of a run's context, by name. */
  readonly context?: Ports;
  readonly pure?: boolean;
  readonly version?: string;
  /** Keeps its results in the step cache: for ever, or so long. Only of a pure step. */
  readonly cache?: CachePolicy;
}
export type CachePolicy = true | { readonly ttl: Duration };

export type DocumentNode = StepNode | GraphNode | SleepNode | EachNode | CollectNode | LoopNode;
export interface StepNode extends Policy {
  readonly step: string;
  readonly in?: Readonly<Record<string, Form>>;
  readonly options?: JsonObject;
  readonly when?: Condition;
  /** How many executions of this node may be in flight at once, over all scopes. */
  readonly limit?: number;
  readonly onFailure?: OnFailure;
}
export interface GraphNode {
  readonly graph: string;
  readonly in?: Readonly<Record<string, Form>>;
  readonly when?: Condition;
}
/** Gives its input `value` as its output `value`, `sleep` later. */
export interface SleepNode {
  readonly sleep: Duration;
  /** Without it the port is open, as on other nodes: what is left when the node that fed it is removed. */
  readonly in?: { readonly value?: Form };
}
/**
 * Runs its nodes once for each item of a list or of a stream: `pages[3]/scan`. They read an item of a list as `$item`, what
 * an item of a stream has as `$item.image`, its index as `$index`, and what is around the node by its name. Its outputs are
 * lists, one entry per item; an absent one drops out.
 */
export interface EachNode {
  /** The list, or the items of a stream: `split.items`. */
  readonly each: Form;
  /** How many items may be open at once; with 1, one is done after another. Default 1,000. */
  readonly concurrency?: number;
  /** Of a stream: how many of its items may wait to be opened; it goes on when there are fewer. Default 1,000. */
  readonly buffer?: number;
  /** In the order of the items (default), or, if false, in that in which they end. */
  readonly ordered?: boolean;
  /** What a failed node does to the other items: nothing (`continue`, default), or it fails the whole node. */
  readonly onFailure?: OnRunFailure;
  readonly nodes?: Readonly<Record<string, DocumentNode>>;
  readonly out?: Readonly<Record<string, Form>>;
}
/** The items of a stream as lists: one output for each of its yields, when the stream has ended. */
export interface CollectNode {
  /** `split.items`. Nothing else compiles; an empty list is what is left when the stream is removed. */
  readonly collect: Form;
  /** What came before the stream failed, instead of nothing. */
  readonly partial?: boolean;
}
/**
 * Runs its nodes again and again: `refine@2/better`. They read the state as `$state.text`, how many iterations were before
 * as `$iteration`, and what is around the node by its name. Its outputs are the last state.
 */
export interface LoopNode {
  readonly loop: LoopRule;
  /** The state of the first iteration. */
  readonly in?: Readonly<Record<string, Form>>;
  readonly nodes?: Readonly<Record<string, DocumentNode>>;
  /** The state of the next iteration. */
  readonly next?: Readonly<Record<string, Form>>;
}
export interface LoopRule {
  readonly state: Ports;
  /**
   * Asked after each iteration; if it holds, that was the last. An expression reads the names it is given, and else the
   * keys of the state as the iteration left it, and `iteration`.
   */
  readonly until?: Condition;
  /** The most iterations; default 100. Without `until` there are exactly so many. */
  readonly max?: number;
  /** What it means that `until` does not hold after `max` of them: the node fails with `loop_limit`, or ends as it is. */
  readonly onLimit?: 'fail' | 'stop';
}

/** Milliseconds, or a number with a unit: `250ms`, `30s`, `5m`, `2h`, `1d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** Of one step or one of its uses; the use's fields win over the step's, field by field (also inside `retry`). */
export interface Policy {
  readonly retry?: Retry;
  /** Of one attempt. Default 1 h. */
  readonly timeout?: Duration;
  /** Of all attempts together, from the moment the node is ready. */
  readonly deadline?: Duration;
  /** The heartbeat timeout (default 5 s); `false` for steps that block the thread. */
  readonly heartbeat?: Duration | false;
}
export interface Retry {
  /** Attempts in all, the first one included. Default 3. */
  readonly attempts?: number;
  readonly backoff?: 'none' | 'linear' | 'exponential' | 'jitter';
  /** The first delay. Default 1 s. */
  readonly initial?: Duration;
  /** The longest delay. Default 30 s. */
  readonly max?: Duration;
  /** Codes (or names) of errors that are not retried. */
  readonly except?: readonly string[];
}
/** `fail`: up to the policy around it; `skip`: outputs are absent; `fallback`: these outputs, by port. */
export type OnFailure = 'fail' | 'skip' | { readonly fallback: JsonObject };

/**
 * Where a value comes from. Text is a reference: `$in.port` or `node.port`. In the nodes of an each also `$item` and
 * `$index`, in those of a loop `$state.key` and `$iteration`: of the innermost one; of another one around by its name,
 * `pages.$item`, `refine.$state.text`.
 */
export type Form =
  | string
  | { readonly value: Json }
  | { readonly first: readonly Form[] }
  | { readonly list: readonly Form[] }
  | { readonly flat: Form };
/** A boolean: a form, or an `until/1` expression over named forms. */
export type Condition = Form | { readonly expr: string; readonly in?: Readonly<Record<string, Form>> };

/** What changes from outside a port takes: none, or only those that give a reason. */
export type Protection = 'never' | 'with-reason';

/** Nodes that are executed together: at a place (`queue`), at most `limit` at once. */
export interface Cluster {
  readonly nodes: readonly string[];
  readonly queue?: string;
  readonly limit?: number;
}
