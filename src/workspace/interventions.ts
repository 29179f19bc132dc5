import { NODE_INPUT } from '../document/reference.js';
import { INPUT, type Intervention, type InterventionFacts, type Payload } from '../intervention/intervention.js';

/** A list, or by address; an address may be written `node|port`. */
export type Interventions = readonly Intervention[] | Readonly<Record<string, Change>>;
/** An intervention without its address: `{ kind: 'input', value: 'hello' }`. */
export type Change = Omit<InterventionFacts, 'at'> & Payload;

/** As a list, frozen. */
export function interventionList(given: Interventions): readonly Intervention[] {
  if (isList(given)) return Object.freeze([...given]);
  return Object.freeze(Object.entries(given).map(([key, change]) => ({ ...change, at: addressOf(key, change.kind) })));
}

const isList: (given: Interventions) => given is readonly Intervention[] = Array.isArray;

/** `up|text` is the input of the node for an `input`, its output for all else. */
function addressOf(key: string, kind: string): string {
  const bar = key.indexOf('|');
  if (bar < 0) return key;
  return key.slice(0, bar) + (kind === INPUT ? NODE_INPUT : '.') + key.slice(bar + 1);
}
