import type { Json } from '../value/json.js';
import type { Finding } from './finding.js';
import type { Issue } from './issue.js';
import { jsonMistake } from './json-mistake.js';
import { readJson } from './json-text.js';
import { locate } from './locate.js';
import { unreadable, type Text } from './text.js';
import { pointer } from '../value/pointer.js';

export type JsonResult =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Reads JSON text as documents are read: a key that is there twice or is called `__proto__`, and nesting beyond the limit,
 * are issues, all at once. O(n).
 */
export function parseJson(json: string): JsonResult {
  const text = readJson(json) ?? unreadable([jsonMistake(json)]);
  const findings = [...text.findings, ...(text.value === undefined ? [] : reservedKeys(json, text))];
  if (text.value !== undefined && findings.length === 0) return { ok: true, value: text.value };
  return { ok: false, issues: locate(findings, json, text, undefined) };
}

function reservedKeys(json: string, { entries }: Text): readonly Finding[] {
  const found: Finding[] = [];
  // A backslash may hide it.
  if (!json.includes('__proto__') && !json.includes('\\u')) return found;
  entries((path, keyAt) => {
    if (path.at(-1) !== '__proto__') return;
    found.push({ code: 'reserved_name', path: pointer(path), message: 'no key may be "__proto__"', offset: keyAt });
  });
  return found;
}
