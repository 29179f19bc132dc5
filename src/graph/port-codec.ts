import { z } from 'zod';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { isStream, type ByteSource } from './bytes.js';
import { issueText } from './issue-text.js';
import { plainJson } from './plain-json.js';

/** A value of one side of a port, made from the other; or everything that keeps it from being one. */
export type Decoded = { readonly ok: true; readonly value: unknown } | Misfit;
export type Encoded<T = Json> = { readonly ok: true; readonly json: T } | Misfit;
export interface Misfit {
  readonly ok: false;
  /** `misfit`: not of the port's type; `not_json`: its type allows it, but JSON can't carry it. */
  readonly kind: 'misfit' | 'not_json';
  /** One line each: the JSON pointer, what was expected, what was there. */
  readonly problems: readonly string[];
  /** What the schema's own code threw, if it did. */
  readonly cause?: unknown;
}

/** JSON side to code side, defaults filled in. */
export function decodePort(schema: z.core.$ZodType, json: unknown): Decoded {
  return attempt(json, () => z.safeDecode(schema, json));
}

/** Code side to JSON side; what comes out is JSON. A key that is `undefined` where its schema is optional is left out. */
export function encodePort(schema: z.core.$ZodType, value: unknown): Encoded {
  const encoded = attempt(value, () => z.safeEncode(schema, value));
  return encoded.ok ? legal(schema, encoded.value) : encoded;
}

/** As `encodePort`, of a port of bytes: they are left as they are, whole or as a stream. */
export function encodeBytes(schema: z.core.$ZodType, value: unknown): Encoded<Json | ByteSource> {
  const encoded = attempt(value, () => z.safeEncode(schema, value));
  if (!encoded.ok) return encoded;
  const { value: given } = encoded;
  return given instanceof Uint8Array || isStream(given) ? { ok: true, json: given } : legal(schema, given);
}

/** A value that code gives on the JSON side: of the schema, and JSON. A key is left out as by `encodePort`. */
export function checkWire(schema: z.core.$ZodType, value: unknown): Encoded {
  const decoded = decodePort(schema, value);
  return decoded.ok ? legal(schema, value) : decoded;
}

function legal(schema: z.core.$ZodType, encoded: unknown): Encoded {
  if (checkJson(encoded).length === 0) return { ok: true, json: encoded as Json };
  const rest = plainJson(encoded, schema);
  const problems = checkJson(rest);
  if (problems.length === 0) return { ok: true, json: rest as Json };
  return {
    ok: false,
    kind: 'not_json',
    problems: problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)),
  };
}

/** The most issues that are told of one value: a long list may be wrong in every item. */
const MOST_ISSUES = 10;

function texts(issues: readonly z.core.$ZodIssue[], value: unknown): string[] {
  const told = issues.slice(0, MOST_ISSUES).map(issue => issueText(issue, value));
  return issues.length > told.length ? [...told, `${issues.length - told.length} more`] : told;
}

/** A codec and a refinement are the user's code: what they throw is a misfit too. */
function attempt(value: unknown, parse: () => z.ZodSafeParseResult<unknown>): Decoded {
  try {
    const result = parse();
    if (result.success) return { ok: true, value: result.data };
    return { ok: false, kind: 'misfit', problems: texts(result.error.issues, value) };
  } catch (cause) {
    const message =
      cause instanceof z.core.$ZodAsyncError
        ? 'its schema works asynchronously; ports must be synchronous'
        : `its schema threw ${String(cause)}`;
    return { ok: false, kind: 'misfit', problems: [message], cause };
  }
}
