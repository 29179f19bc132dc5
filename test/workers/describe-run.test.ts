import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.js';
import { compile } from '../../src/plan/compile.js';
import { literal } from '../../src/value/leaf.js';
import { describeRun } from '../../workers/workflows/describe-run.js';
import { chain, fan } from '../live/fixtures/graphs.js';

const engineOf = (graph: ReturnType<typeof chain> | ReturnType<typeof fan>) => {
  const engine = createEngine(compile(graph.document));
  engine.apply({ at: 0, kind: 'started', inputs: { '$in.n': literal(0) } });
  return engine;
};

test('says how many nodes are in which state, running ones first', () => {
  const [counts, , , , first] = describeRun(engineOf(chain(3))).split('\n');
  expect(counts).toBe('**chain** is running: 1 running, 2 waiting');
  expect(first).toBe('| n0000 | running |  |');
});

test('shows at most 50 nodes and counts the rest', () => {
  const lines = describeRun(engineOf(chain(80))).split('\n');
  expect(lines).toHaveLength(4 + 50 + 1);
  expect(lines.at(-1)).toBe('| … 30 more | | |');
});

test('a failure stands on its line, whatever is in its message', () => {
  const engine = engineOf(fan(2));
  engine.apply({ at: 1, kind: 'failed', exec: 0, error: { code: 'bad', message: 'a | b\nc' } });
  engine.apply({ at: 1, kind: 'failed', exec: 1, error: { code: 'bad', message: 'a | b\nc' } });
  expect(describeRun(engine)).toContain('| f0000 | failed | a \\| b c |');
});
