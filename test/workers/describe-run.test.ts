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

test('lists interventions, the latest first, with what came of them', () => {
  const engine = createEngine(compile(chain(2).document), { breakpoints: [{ before: 'n0001' }] }, [
    { id: 'a', at: 'n0000.n', kind: 'override', value: literal(5), by: 'me', reason: 'a | b' },
  ]);
  engine.apply({ at: 0, kind: 'started', inputs: { '$in.n': literal(0) } });
  const sent = { id: 'b', at: 'nowhere.n', kind: 'override', value: literal(5) };
  engine.apply({ at: 1, kind: 'intervened', intervention: sent });
  const text = describeRun(engine);
  expect(text).toContain('is paused: 1 queued, 1 short-circuited');
  expect(text).toContain('- holds at `n0001` until it is continued');
  const [head, , ...rows] = text.slice(text.indexOf('| intervention')).split('\n');
  expect(head).toBe('| intervention | kind | outcome | effect | by | reason |');
  expect(rows).toEqual([
    '| nowhere.n | override | refused: invalid_intervention | not-used |  |  |',
    '| n0000.n | override | applied | used | me | a \\| b |',
  ]);
});
