import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { createEngine, restoreEngine, resumable } from '../../src/engine/engine.js';
import { compile } from '../../src/plan/compile.js';
import { arbitraryDocument } from '../plan/arbitrary.js';
import { checkDocument } from './check-document.js';

const RUNS = 2000;
const module = { compile, createEngine, restoreEngine, resumable };

/**
 * In each: the run of what compile makes of the document comes to what the document says, whatever the order of events:
 * status, inputs, options, place and policy of every node of every nested graph, failures, outputs, missing inputs.
 */
test(`${RUNS} random documents run as they say`, () => {
  const documents = arbitraryDocument({ breadth: 'wide', maxNodes: 30 });
  fc.assert(
    fc.property(documents, fc.nat(), (document, seed) => checkDocument(module, document, seed)),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect.assertions(0);
});

test('a nested graph whose condition fails has no outputs, not even what its nodes fall back on', () => {
  const N = { type: 'number' } as const;
  const document: Document = {
    id: 'root',
    steps: { make: { out: { n: N } } },
    in: { zero: { ...N, default: 0 } },
    nodes: { hard: { graph: 'inner', when: { expr: '1 / zero > 0', in: { zero: '$in.zero' } } } },
    out: { n: { first: ['hard.n', { value: -1 }] } },
    graphs: {
      inner: { id: 'inner', nodes: { a: { step: 'make', onFailure: { fallback: { n: 5 } } } }, out: { n: 'a.n' } },
    },
  };
  const engine = createEngine(compile(document));
  const [finish] = engine.apply({ kind: 'started', at: 0, inputs: {} });
  expect(finish).toMatchObject({
    kind: 'finish',
    status: 'completed',
    outputs: { n: { inline: -1 } },
    failures: [{ code: 'condition_failed', address: 'hard/a' }],
  });
});
