import { canonicalJson } from '../value/canonical.js';
import type { Json, JsonObject } from '../value/json.js';
import type { Value } from '../value/value.js';

/**
 * A change to a run made from outside, at an address; the same object at the start, while it runs, in a file, over HTTP.
 *
 * ```json
 * { "at": "grind.powder", "kind": "override", "value": 25 }
 * { "at": "$in.water", "kind": "input", "value": 200 }
 * { "at": "sensor.signal", "kind": "offset", "value": [10, 20] }
 * ```
 */
export type Intervention = InterventionFacts & Payload;

/** What an intervention says beside its value. */
export interface InterventionFacts {
  /** Where it works: an output (`grind.powder`), one consumer's input (`brew/$in.powder`), an input of the run (`$in.x`). */
  readonly at: string;
  /** `input`, `override`, or the name of an operate. */
  readonly kind: string;
  /** Makes a repeat harmless: the same id with the same content acts once. Given one if it has none. */
  readonly id?: string;
  readonly reason?: string;
  /** Who asks for it. */
  readonly by?: string;
  /** What to do when a consumer has read the port already. `reject` if not given: nothing changes. */
  readonly onLate?: OnLate;
  /** Of an operate: it can stand in for a step that is not executed (its definition says the same). */
  readonly shortCircuit?: boolean;
}
export type OnLate = 'reject' | 'recompute';

/** A value, one that lies in the store, or a named function that gives it when something needs it. JSON side. */
export type Payload =
  | { readonly value: Json }
  | { readonly ref: BlobRef }
  | { readonly resolve: { readonly name: string; readonly args?: JsonObject } };

/** A value in a store: what `espalier.put` gives. `store` is `blobs`, `key` a digest (64 hex). */
export interface BlobRef {
  readonly store: string;
  readonly key: string;
  /** Of what is no JSON, as views show it: `image/png`. */
  readonly media?: string;
}

/** An intervention as a run receives it: its value is one (a large one lies in the store), its id is there. */
export interface SentIntervention extends Omit<InterventionFacts, 'id'> {
  readonly id: string;
  readonly value?: Value;
  readonly resolve?: { readonly name: string; readonly args: JsonObject };
}

/** All of it as text: two with the same are one. */
export const contentOf = (sent: SentIntervention): string => canonicalJson(sent as unknown as Json);

/** What a run decided about an intervention, once, when it received it (engine.md §3). */
export type Outcome = 'applied' | 'replaced-attempt' | 'too-late';
/** What came of it so far. */
export type Effect = 'pending' | 'used' | 'superseded' | 'not-used';

/** The longest id, and the longest of its other texts, in characters. */
export const MOST_ID_LENGTH = 200;
export const MOST_TEXT_LENGTH = 4000;

/** Names that no operate can have. */
export const INPUT = 'input';
export const OVERRIDE = 'override';
