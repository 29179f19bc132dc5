import { expect, test } from 'vitest';
import { z } from 'zod';
import { isAfter, parseFrameId } from '../../src/client/frame-id.js';
import { graph } from '../../src/graph/graph.js';
import type { Frame, Run } from '../../src/run/run.js';
import { chain, fan, naps, one, workChain } from './fixtures/graphs.js';
import { flaky, inc, refuses, steps, tells } from './fixtures/steps.js';
import { Live } from './harness.js';
import { useEspalier } from './use-espalier.js';

const live = Live.use({ steps });
const espalier = useEspalier(live);
const n = z.number();

async function framesOf(run: Run<unknown>, from?: string): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of run.watch(from === undefined ? {} : { from })) frames.push(frame);
  return frames;
}
const lasting = (frames: readonly Frame[]): readonly Frame[] => frames.filter(frame => !frame.live);
const short = (frames: readonly Frame[]): string[] => frames.map(({ kind, at }) => `${kind} ${at}`.trim());

test('frames tell what happened, node by node, and end with the end', async () => {
  const sad = graph({ id: 'sad', in: { n }, out: { n }, onFailure: 'continue' }, (g, i) => {
    const pause = g.sleep(i.n, 20, { as: 'pause' });
    g.run(inc, { n: g.run(refuses, { n: pause }, { as: 'no' }).n }, { as: 'never' });
    return { out: { n: pause } };
  });
  const run = await espalier().start(sad, { input: { n: 1 } });
  const frames = await framesOf(run);
  expect(short(lasting(frames))).toEqual([
    'run',
    'timer pause',
    'completed pause',
    'scheduled no',
    'failed no',
    'skipped never',
    'ended',
  ]);
  expect(frames.at(-1)).toMatchObject({ kind: 'ended', status: 'completed_with_errors' });
  expect(frames.find(frame => frame.kind === 'failed')).toMatchObject({ attempt: 1, error: { code: 'too_small' } });
});

test('frames have ids that grow, and are the same whenever they are asked for', async () => {
  const run = await espalier().start(fan(12), { input: { n: 1 }, concurrency: 5 });
  const seen = lasting(await framesOf(run));
  expect(await framesOf(run)).toEqual(seen);
  const ids = seen.map(frame => parseFrameId(frame.id ?? ''));
  expect(ids.every((id, k) => k === 0 || isAfter(id, ids[k - 1] ?? [0, 0, 0]))).toBe(true);
});

test('watching goes on after any frame, with no gap and nothing twice', async () => {
  const run = await espalier().start(chain(9), { input: { n: 1 }, linkLimits: { events: 20 } });
  const all = lasting(await framesOf(run));
  expect(all.filter(frame => frame.kind === 'link').length).toBeGreaterThanOrEqual(2);
  expect(all.filter(frame => frame.kind === 'completed')).toHaveLength(9);
  for (const [k, { id }] of all.entries()) expect(await framesOf(run, id)).toEqual(all.slice(k + 1));
});

test('a run can be watched before any worker is up, by several, and while it goes', async () => {
  const elsewhere = { taskQueue: `${live.queue}-later` };
  const run = await espalier().start(workChain(3, { ms: 50 }), { input: { n: 1 }, ...elsewhere });
  const watched = Promise.all([framesOf(run), framesOf(espalier().run(run.id))]);
  await live.work({ steps }, elsewhere);
  const [a, b] = (await watched).map(lasting);
  expect(a).toEqual(b);
  expect(a?.filter(frame => frame.kind === 'completed')).toHaveLength(3);
});

test('what activities are doing is shown live, without an id, and not told again', async () => {
  const options = { retry: { attempts: 2, initial: 1500 } };
  const busy = graph({ id: 'busy', in: { n }, out: { n } }, (g, i) => {
    const told = g.run(tells, { n: i.n }, { options: { ms: 2500 } });
    return { out: { n: g.first(told.n, g.run(flaky, { n: i.n }, { options: { until: 2 }, ...options }).n) } };
  });
  const run = await espalier().start(busy, { input: { n: 1 } });
  const frames = await framesOf(run);
  const shown = frames.filter(frame => frame.live);
  expect(shown.every(frame => frame.id === undefined)).toBe(true);
  expect(shown).toContainEqual(
    expect.objectContaining({ kind: 'progress', at: 'tells', attempt: 1, progress: { done: 1, total: 4 } }),
  );
  expect(shown).toContainEqual(expect.objectContaining({ kind: 'attempt', at: 'tells', attempt: 1 }));
  const failed = { code: 'E_FLAKY', message: 'attempt 1 failed' };
  expect(shown).toContainEqual(expect.objectContaining({ kind: 'attempt', at: 'flaky', attempt: 1, error: failed }));
  expect(shown.length).toBe(new Set(shown.map(frame => JSON.stringify({ ...frame, time: 0 }))).size);
  expect((await framesOf(run)).some(frame => frame.live)).toBe(false);
});

test('who stops watching does not stop the run', async () => {
  const run = await espalier().start(naps(3000), { input: { n: 7 } });
  for await (const frame of run.watch()) if (frame.kind === 'timer') break;
  const stop = new AbortController();
  const kinds: string[] = [];
  for await (const frame of run.watch({ signal: stop.signal })) {
    kinds.push(frame.kind);
    stop.abort();
  }
  expect(kinds).toEqual(['run']);
  const idle = new AbortController();
  const watching = framesOf({ ...run, watch: () => run.watch({ signal: idle.signal }) });
  idle.abort();
  await watching;
  expect((await run.view()).status).toBe('running');
  expect(await run.result()).toEqual({ n: 7 });
});

test('pause, resume and cancel are frames', async () => {
  const run = await espalier().start(one(tells, { options: { ms: 60_000 } }), { input: { n: 1 } });
  const watched = framesOf(run);
  // Requests that came with the start would be one with it.
  for await (const frame of run.watch()) if (frame.kind === 'scheduled') break;
  await run.pause();
  for await (const frame of run.watch()) if (frame.kind === 'paused') break;
  await run.resume();
  for await (const frame of run.watch()) if (frame.kind === 'resumed') break;
  await run.cancel('enough');
  const kinds = lasting(await watched).map(frame => frame.kind);
  expect(kinds.filter(kind => kind !== 'run' && kind !== 'scheduled')).toEqual([
    'paused',
    'resumed',
    'cancelled',
    'ended',
  ]);
});

test('a frame id that is none is refused', async () => {
  const run = await espalier().start(chain(1), { input: { n: 1 } });
  await expect(framesOf(run, '0.7')).rejects.toMatchObject({ code: 'invalid_frame_id' });
});
