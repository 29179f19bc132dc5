/** Frames of a run in this process, as it goes (on Temporal: test/live/bodies.test.ts and client-watch.test.ts). */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph, impl, step, type Frame, type Run } from '../../src/index.js';
import { runLocal } from '../../src/local/run-local.js';

const n = z.number();
const fetchPage = step({
  id: 'fetch',
  in: { n },
  out: { size: n },
  retry: { attempts: 2, backoff: 'none', initial: 0 },
});
const grow = step({ id: 'grow', in: { n }, out: { n } });
/** The last page has to wait for what its step waits for; each other one is read, and grows twice. */
const site = graph({ id: 'site', in: { list: z.array(n) }, out: { sizes: z.array(n) } }, (g, i) => {
  const pages = g.each(i.list, { as: 'pages' }, (g, item) => {
    const page = g.run(fetchPage, { n: item });
    const loop = g.loop({ as: 'loop', state: { n }, init: { n: page.size }, max: 2 }, (g, state) => ({
      next: { n: g.run(grow, { n: state.n }).n },
    }));
    return { out: { size: loop.n } };
  });
  return { out: { sizes: pages.size } };
});

const started = (): { readonly run: Run<unknown>; readonly release: () => void } => {
  let release = (): void => {};
  const held = new Promise<void>(resolve => (release = resolve));
  const steps = [
    impl(fetchPage, async (input, { attempt }) => {
      if (input.n === 1 && attempt === 1) throw new Error('not yet');
      if (input.n === 3) await held;
      return { size: 10 * input.n };
    }),
    impl(grow, input => ({ n: input.n + 1 })),
  ];
  return { run: runLocal(site, { steps, input: { list: [0, 1, 2, 3] } }), release };
};

/** Frames from after `from` on, until all of these have come. */
async function framesUntil(run: Run<unknown>, last: readonly string[], from?: string): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  const missing = new Set(last);
  for await (const frame of run.watch(from === undefined ? {} : { from })) {
    frames.push(frame);
    missing.delete(`${frame.at} ${frame.kind}`.trim());
    if (missing.size === 0) break;
  }
  return frames;
}

const BEFORE_HELD = [0, 1, 2].map(k => `pages[${k}]/loop completed`);

test('ST-19: frames of items and iterations come while the run goes on, with what happened where and when', async () => {
  const before = Date.now();
  const { run, release } = started();
  // They come although the last item can't go on.
  const frames = await framesUntil(run, BEFORE_HELD);
  expect((await run.view()).status).toBe('running');
  const completed = new Map(frames.flatMap(frame => (frame.kind === 'completed' ? [[frame.at, frame]] : [])));
  const outputsOf = (at: string) => completed.get(at)?.outputs;
  expect(outputsOf('pages[1]/fetch')).toMatchObject({ size: { inline: 10 } });
  expect(outputsOf('pages[2]/loop@0/grow')).toMatchObject({ n: { inline: 21 } });
  expect(outputsOf('pages[2]/loop@1/grow')).toMatchObject({ n: { inline: 22 } });
  expect(completed.get('pages[1]/fetch')).toMatchObject({ attempt: 2, generation: 1 });
  expect(completed.has('pages[3]/fetch')).toBe(false);
  for (const { startedAt = before, time } of completed.values()) {
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(time).toBeGreaterThanOrEqual(startedAt);
  }
  release();
  const rest = await framesUntil(run, ['ended'], frames.at(-1)?.id);
  expect(rest.find(({ at, kind }) => at === 'pages[3]/fetch' && kind === 'completed')?.outputs).toMatchObject({
    size: { inline: 30 },
  });
  expect(rest.at(-2)).toMatchObject({ at: 'pages', kind: 'completed' });
  expect(await run.result()).toEqual({ sizes: [2, 12, 22, 32] });
});

test('ST-19: from any frame on come those after it, with no gap and nothing twice, as the run goes and when it has ended', async () => {
  const { run, release } = started();
  const begun = await framesUntil(run, BEFORE_HELD);
  const waiting = begun.map(({ id }) => framesUntil(run, ['ended'], id));
  release();
  const all = await framesUntil(run, ['ended']);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const [k, rest] of (await Promise.all(waiting)).entries()) expect(rest).toEqual(all.slice(k + 1));
  for (const [k, { id }] of all.slice(0, -1).entries()) {
    expect(await framesUntil(run, ['ended'], id)).toEqual(all.slice(k + 1));
  }
});
