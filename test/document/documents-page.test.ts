import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatIssues } from '../../src/document/issue.js';
import { parseDocument } from '../../src/document/parse.js';
import { check } from '../../src/plan/compile.js';

const page = readFileSync(new URL('../../docs/documents.md', import.meta.url), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

test('the example of docs/documents.md is a document that compiles', () => {
  const result = parseDocument(example);
  expect(result.ok && check(result.document)).toEqual([]);
});

test('the issue shown there is what a slip in the example gives', () => {
  const result = parseDocument(example.replace('timeout', 'tiemout'), { file: 'letters.yaml' });
  expect(page).toContain(result.ok ? 'an issue' : formatIssues(result.issues));
  expect(result.ok).toBe(false);
});
