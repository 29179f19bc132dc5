import type { DocumentNode, Protection } from '../document/document.js';
import type { JsonObject } from '../value/json.js';
import type { StepContract } from './contract.js';
import { under, type Place } from './place.js';
import type { PlanCluster, PlanCondition, PlanForm, PlanPolicy, Source } from './plan.js';
import type { Port, Ports, PortTable } from './ports.js';

/**
 * One document with its names resolved to numbers, before nested graphs are put in: a small body of its own. It is made
 * once per document, however often that is used.
 *
 * Its slots are the inputs, then the outputs of each node, nodes by id. Its forms are those that documents have, so every
 * one of them is there because the document says so; `forms[0]` stands for whatever could not be resolved.
 */
export interface LocalBody {
  readonly inputs: PortTable;
  readonly nodes: readonly LocalNode[];
  readonly forms: readonly PlanForm[];
  readonly conditions: readonly LocalCondition[];
  /** The node that fills a slot; -1 for an input. */
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
}

export const placeOf = ({ up, id }: LocalNode): Place => under(up, id);

/** What a node is a use of, with the ports that this has. `unknown` is reported already: no more is said about its ports. */
export type Use = StepContract | CheckedGraph | SleepUse | UnknownUse;
export interface SleepUse extends Ports {
  readonly kind: 'sleep';
  readonly duration: number;
}
export interface UnknownUse extends Ports {
  readonly kind: 'unknown';
}
/** A document that was checked, ready to be put in wherever it is used. */
export interface CheckedGraph extends Ports {
  readonly kind: 'graph';
  readonly body: LocalBody;
  /** Nodes, forms and conditions (see `vertices.ts`), in plan order of this document alone. */
  readonly order: Int32Array;
  /** How many nodes it comes to, nested ones included; how deep it nests. */
  readonly size: number;
  readonly depth: number;
}
