import { canonicalJson } from './canonical.js';
import type { Json } from './json.js';
import { sha256 } from './sha256.js';

/** The digest of a value: the SHA-256 of its canonical JSON, 64 lower-case hex digits. Equal values have equal digests. */
export const digestOf = (value: Json): string => sha256(canonicalJson(value));
