import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { parseDocument } from '../../src/document/parse.js';
import { toJson, toYaml } from '../../src/document/yaml.js';
import { planHash } from '../../src/graph/compile.js';
import { documents } from '../document/arbitrary.js';
import { arbitraryDocument } from './arbitrary.js';
import { typedForm } from './typed-form.js';

function parsed(text: string): Document {
  const result = parseDocument(text);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.document;
}

test('a graph has one plan hash, written with the builder, as JSON or as YAML (OI-06)', () => {
  fc.assert(
    fc.property(arbitraryDocument({ breadth: 'typed', maxNodes: 25 }), document => {
      const typed = typedForm(document);
      const hash = planHash(typed);
      expect(planHash(parsed(toJson(document)))).toBe(hash);
      expect(planHash(parsed(toYaml(document)))).toBe(hash);
      expect(planHash(parsed(toYaml(typed.document)))).toBe(hash);
    }),
    { numRuns: 120 },
  );
});

test('what the builder has no words for has one plan hash too, as JSON and as YAML', () => {
  fc.assert(
    fc.property(fc.oneof(documents(), arbitraryDocument({ breadth: 'wide', maxNodes: 25 })), document => {
      const hash = planHash(document);
      expect(planHash(parsed(toJson(document)))).toBe(hash);
      expect(planHash(parsed(toYaml(document)))).toBe(hash);
    }),
    { numRuns: 120 },
  );
});
