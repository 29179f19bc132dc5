import { checkJson } from '../value/legal.js';
import { checkDocument } from './check-document.js';
import type { Document } from './document.js';
import type { Finding } from './finding.js';
import type { Issue } from './issue.js';
import { issueOf, locate } from './locate.js';
import { MAX_VALUES, ownCopy } from './own-copy.js';
import { readText } from './read-text.js';
import { tooDeep } from './text.js';

const BYTE_ORDER_MARK = '\uFEFF';

export type ParseResult =
  { readonly ok: true; readonly document: Document } | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Reads a document from JSON or YAML text, or from what was parsed already, of which it keeps no part. All issues at
 * once, in the order of the text; nothing is filled in, renamed or reordered. O(size).
 */
export function parseDocument(given: unknown, options: { readonly file?: string } = {}): ParseResult {
  if (typeof given !== 'string') {
    const { document, findings } = checked(given);
    return resultOf(
      document,
      findings.map(finding => issueOf(finding, options.file)),
    );
  }
  const source = given.startsWith(BYTE_ORDER_MARK) ? given.slice(1) : given;
  const text = readText(source);
  const { document, findings } = text.value === undefined ? UNREAD : checked(text.value);
  return resultOf(document, locate([...text.findings, ...findings], source, text, options.file));
}

interface Checked {
  /** A document if there are no findings. */
  readonly document: unknown;
  readonly findings: readonly Finding[];
}
const UNREAD: Checked = { document: undefined, findings: [] };

function resultOf(document: unknown, issues: readonly Issue[]): ParseResult {
  return issues.length === 0 ? { ok: true, document: document as Document } : { ok: false, issues };
}

function checked(value: unknown): Checked {
  const copied = ownCopy(value);
  const problems = copied.incomplete || copied.passed !== undefined ? jsonFindings(value) : [];
  if (copied.passed !== undefined) {
    return { document: undefined, findings: problems.length > 0 ? problems : [limitFinding(copied.passed)] };
  }
  const trail = { path: [], findings: [] as Finding[] };
  checkDocument(copied.value, trail);
  // The copy has null where there was no JSON; what the check says of that would only repeat it.
  const told = new Set(problems.map(({ path }) => path));
  return { document: copied.value, findings: [...problems, ...trail.findings.filter(({ path }) => !told.has(path))] };
}

function jsonFindings(value: unknown): Finding[] {
  return checkJson(value).map(({ path, message }) =>
    path.endsWith('/__proto__')
      ? { code: 'reserved_name', path, message, onKey: true }
      : { code: 'not_json', path, message },
  );
}

function limitFinding(passed: 'depth' | 'values'): Finding {
  if (passed === 'depth') return tooDeep();
  return { code: 'too_large', path: '', message: `expected at most ${MAX_VALUES} values, got more` };
}
