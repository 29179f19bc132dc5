import { LineCounter } from 'yaml';
import { pointer } from '../value/pointer.js';
import type { Finding } from './finding.js';
import type { Issue } from './issue.js';
import type { Text } from './text.js';

/** The findings as issues in the order of the text, with their lines and columns. O(text), nothing if there are none. */
export function locate(findings: readonly Finding[], text: string, read: Text, file: string | undefined): Issue[] {
  if (findings.length === 0) return [];
  const offsets = offsetsOf(findings, read);
  const lines = linesOf(text);
  return findings
    .map(finding => ({ finding, offset: finding.offset ?? offsets.get(finding) }))
    .sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
    .map(({ finding, offset }) => issueOf(finding, file, offset === undefined ? undefined : lines.linePos(offset)));
}

/** The finding as an issue; `at` counts from 1. */
export function issueOf(
  { code, path, message }: Finding,
  file: string | undefined,
  at?: { readonly line: number; readonly col: number },
): Issue {
  return { code, path, message, ...(at && { line: at.line, column: at.col }), ...(file !== undefined && { file }) };
}

/** Where the entry of each finding begins, its key or its value; the first of several with one path. */
function offsetsOf(findings: readonly Finding[], read: Text): ReadonlyMap<Finding, number> {
  const byPath = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.offset === undefined) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
  }
  const offsets = new Map<Finding, number>();
  if (byPath.size === 0) return offsets;
  read.entries((path, keyAt, valueAt) => {
    const here = pointer(path);
    for (const finding of byPath.get(here) ?? []) offsets.set(finding, finding.onKey === true ? keyAt : valueAt);
    byPath.delete(here);
  });
  return offsets;
}

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; ;) {
    lines.addNewLine(start);
    const end = text.indexOf('\n', start);
    if (end < 0) return lines;
    start = end + 1;
  }
}
