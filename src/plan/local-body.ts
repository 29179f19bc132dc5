import type { DocumentNode, OnRunFailure, Protection } from '../document/document.js';
import type { JsonObject } from '../value/json.js';
import type { StepContract } from './contract.js';
import { under, type Place } from './place.js';
import type {
  FromItems,
  FromList,
  FromState,
  PlanCluster,
  PlanCondition,
  PlanForm,
  PlanPolicy,
  Source,
} from './plan.js';
import type { Port, Ports, PortTable } from './ports.js';

/**
 * One document with its names resolved to numbers, before nested graphs are put in: a small body of its own. It is made
 * once per document, however often that is used.
 *
 * Its slots are the inputs, then the outputs of each node, nodes by id, then what it captures. Its forms are those that documents have, so every
 * one of them is there because the document says so; `forms[0]` stands for whatever could not be resolved.
 */
export interface LocalBody {
  /** Those of the nodes of an each or a loop are called by the words that read them: `$item`, `$state.text`. */
  readonly inputs: PortTable;
  readonly nodes: readonly LocalNode[];
  readonly forms: readonly PlanForm[];
  readonly conditions: readonly LocalCondition[];
  /** What the nodes of an each or a loop read from around it. */
  readonly captured: readonly LocalCapture[];
  /** The node that fills a slot; -1 for an input and for what is captured. */
  readonly producer: readonly number[];
  readonly clusters: readonly PlanCluster[];
  readonly outputs: readonly LocalOutput[];
  readonly protected: readonly LocalProtection[];
}
/** A port that is not to be changed from outside, at its address inside the document. */
export interface LocalProtection {
  readonly address: string;
  readonly protection: Protection;
}
export interface LocalCapture {
  /** As it was first read: `split.pages`, `$in.lang`. */
  readonly text: string;
  /** The slot that it is in the body around. */
  readonly of: Source;
}
export type LocalCondition = PlanCondition & { readonly place: Place };
export interface LocalOutput {
  readonly name: string;
  /** As declared; without it the output is required, and of its source's type. */
  readonly port?: Port;
  readonly of: Source;
  readonly place: Place;
}

/** A node; the stages after the first fill in what is not readonly. */
export interface LocalNode {
  readonly id: string;
  /** The place of all nodes of its document; its own is `placeOf`. */
  readonly up: Place;
  readonly node: DocumentNode;
  readonly use: Use;
  /** Of a step, where they are not those of its contract. */
  readonly policy: PlanPolicy | undefined;
  readonly options: JsonObject | undefined;
  /** The slot of its first output. */
  readonly out: number;
  /** By input port; undefined where nothing is wired. */
  in: readonly (Source | undefined)[];
  guards: readonly number[] | undefined;
  cluster: number | undefined;
  /** Of an each or a loop: its nodes. */
  inner: InnerBody | undefined;
}

/** A body that was checked, in whatever it is. */
export interface CheckedBody {
  readonly body: LocalBody;
  /** Nodes, forms and conditions (see `vertices.ts`), in plan order of this body alone. */
  readonly order: Int32Array;
  readonly out: PortTable;
  /** How many nodes it comes to, nested ones included; how deep it nests. */
  readonly size: number;
  readonly depth: number;
}
/** The nodes of an each or a loop (a collect has none). The types of what it gives follow from those of what is around it. */
export interface InnerBody extends Omit<CheckedBody, 'out'> {
  out: PortTable;
  /** The condition that ends a loop. */
  readonly until: number | undefined;
}

export const placeOf = ({ up, id }: LocalNode): Place => under(up, id);

/** Where what feeds an input stands. */
export function inputPlace(local: LocalNode, name: string): Place {
  const place = placeOf(local);
  if ('each' in local.node) return under(place, 'each');
  return 'collect' in local.node ? under(place, 'collect') : under(under(place, 'in'), name);
}

/** What a node is a use of, with the ports that this has. `unknown` is reported already: no more is said about its ports. */
export type Use = StepContract | CheckedGraph | SleepUse | ScopedUse | UnknownUse;
export interface SleepUse extends Ports {
  readonly kind: 'sleep';
  readonly duration: number;
}
/** An each, a collect or a loop: `in` is what its scopes are made of. */
export interface ScopedUse extends Ports {
  readonly kind: 'scoped';
  readonly onFailure: OnRunFailure;
  readonly from: FromList | FromItems | Omit<FromState, 'until'>;
  /** What its nodes read of a scope: the fields of an item or a state, then its ordinal. */
  readonly fields: PortTable;
}
export interface UnknownUse extends Ports {
  readonly kind: 'unknown';
}
/** A document that was checked, ready to be put in wherever it is used. */
export interface CheckedGraph extends CheckedBody {
  readonly kind: 'graph';
  readonly in: PortTable;
  /** The address in it of an input that stays open, if there is one: `ocr/$in.lang`. */
  readonly open: string | undefined;
}
