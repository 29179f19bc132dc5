import type { Json } from '../value/json.js';
import { pointer } from '../value/pointer.js';
import type { Finding } from './finding.js';
import { MAX_DEPTH } from './own-copy.js';

/** A text that was read. */
export interface Text {
  /** Undefined if it could not be read; then there are findings. */
  readonly value: Json | undefined;
  readonly findings: readonly Finding[];
  /** Goes through its entries in the order of the text, the whole of it (with an empty path) first. */
  readonly entries: (visit: VisitEntry) => void;
}

/** `path` changes after the call. Offsets are UTF-16 units from 0; of what has no key, `keyAt` is `valueAt`. */
export type VisitEntry = (
  path: readonly (string | number)[],
  keyAt: number,
  valueAt: number,
  repeated: boolean,
) => void;

export const unreadable = (findings: readonly Finding[]): Text => ({
  value: undefined,
  findings,
  entries: () => undefined,
});

export function duplicate(path: readonly (string | number)[], offset: number): Finding {
  const message = `the key ${JSON.stringify(String(path.at(-1)).slice(0, 80))} is there twice`;
  return { code: 'duplicate_key', path: pointer(path), message, offset };
}

export const tooDeep = (offset?: number): Finding => ({
  code: 'too_deep',
  path: '',
  message: `expected at most ${MAX_DEPTH} levels of lists and objects`,
  ...(offset !== undefined && { offset }),
});
