import { expect, test } from 'vitest';
import { LiveFrames } from '../../src/client/live-frames.js';
import type { Pending } from '../../src/client/pending.js';
import type { NodeView, RunView } from '../../src/run/run.js';

const node = (at: string): NodeView => ({ at, step: 's', state: 'running', generation: 1, attempts: 0 });
const view: RunView = {
  ...{ id: 'r', graph: 'g', status: 'running', link: 0, outputs: {} },
  nodes: [node('a'), node('b')],
};
const at = (done: number): Pending => ({
  attempts: 1,
  startedAt: 5,
  live: { state: 'running', progress: { done } },
});

test('an attempt is told once, progress when there is some, and a look that sees nothing forgets nothing', () => {
  const live = new LiveFrames();
  const told = (...pending: (readonly [string, Pending])[]): string[] =>
    live.of(view, new Map(pending), undefined).map(frame => `${frame.at} ${frame.kind}`);
  expect(told(['a', at(1)])).toEqual(['a attempt', 'a progress']);
  expect(told()).toEqual([]);
  expect(told(['a', at(1)], ['b', at(1)])).toEqual(['b attempt', 'b progress']);
  expect(told(['b', at(2)])).toEqual(['b progress']);
  // What was not there any more has ended: it is not kept.
  expect(told(['a', at(1)])).toEqual(['a attempt', 'a progress']);
});
