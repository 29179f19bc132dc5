import { pointer } from '../value/pointer.js';

/** Where something stands in a document: a chain of keys from the inside out, turned into text only for an issue. */
export interface Place {
  readonly up: Place | undefined;
  readonly key: string | number;
}

/** The place of the document itself. */
export const ROOT = undefined;

export const under = (up: Place | undefined, key: string | number): Place => ({ up, key });

/** The place at a JSON pointer inside the value at `place`. */
export function within(place: Place, inside: string): Place {
  const keys = inside.split('/').slice(1);
  return keys.reduce((up, key) => under(up, key.replaceAll('~1', '/').replaceAll('~0', '~')), place);
}

/** The JSON pointer of a place: `/nodes/brew/in/powder`. */
export function pathOf(place: Place | undefined): string {
  const keys: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.up) keys.push(at.key);
  return pointer(keys.toReversed());
}
