import { expect, test } from 'vitest';
import { idOf, readHistory } from '../../src/client/history.js';
import { Views } from '../../src/client/views.js';
import { PAUSE } from '../../src/protocol/names.js';
import { accessOf } from './fold-check.js';
import { naps } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use();

test('nothing is read of a task that is not written down: after a crash of the server other events have its ids', async () => {
  const working = await live.work({ steps });
  const run = await live.start(naps(60_000), { n: 1 });
  await expect.poll(async () => (await run.history()).count('TimerStarted')).toBe(1);
  await live.stop(working);
  const written = (await run.history()).events.length;
  // Nobody takes it: there is a task for it in the server's memory.
  const asking = run.handle.executeUpdate(PAUSE, { args: [] }).catch(() => 'given up');
  // A worker is told of that task, and so are we by the SDK.
  await expect.poll(async () => (await run.history()).count('WorkflowTaskScheduled')).toBe(2);

  const ids: number[] = [];
  for await (const page of readHistory(accessOf(live), run.id)) ids.push(...page.map(idOf));
  expect(ids).toEqual(Array.from({ length: written }, (_, k) => k + 1));
  expect((await new Views(accessOf(live)).of(run.id)).status).toBe('running');
  await run.handle.terminate();
  await asking;
});
