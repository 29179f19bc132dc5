import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { compile } from '../../src/graph/compile.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import type { Run, RunView } from '../../src/run/run.js';
import { RunFailedError } from '../../src/run/run-failed-error.js';
import { chain } from './fixtures/graphs.js';
import { flaky, inc, refuses, steps, tells, text, work } from './fixtures/steps.js';
import { Live } from './harness.js';
import { thrownBy, useEspalier } from './use-espalier.js';

/** Twelve texts that travel inline, 47 KB together. */
const TEXTS = Array.from({ length: 12 }, (_, k) => `text${k}`);
const wide = step({
  id: 'wide',
  in: { n: z.number() },
  out: Object.fromEntries(TEXTS.map(port => [port, z.string()])),
});
const wideImpl = impl(wide, () => Object.fromEntries(TEXTS.map(port => [port, port.padEnd(3900, '.')])));

const live = Live.use({ steps: [...steps, wideImpl] });
const espalier = useEspalier(live);
const n = z.number();

/** A run whose first step takes `ms`. */
const slow = (ms: number) =>
  graph({ id: 'slow', in: { n }, out: { n } }, (g, i) => {
    const first = g.run(work, { n: i.n }, { as: 'first', options: { ms } });
    return { out: { n: g.run(inc, { n: first.n }, { as: 'second' }).n } };
  });

const failing = graph({ id: 'failing', in: { n }, out: { good: n, bad: n }, onFailure: 'continue' }, (g, i) => {
  const good = g.run(inc, { n: i.n }, { as: 'good' });
  return { out: { good: good.n, bad: g.run(refuses, { n: i.n }, { as: 'bad' }).n } };
});

describe('a result', () => {
  test('of a typed graph has the types of its code', async () => {
    const Day = z.codec(z.iso.date(), z.date(), {
      decode: s => new Date(s),
      encode: d => d.toISOString().slice(0, 10),
    });
    const pass = graph({ id: 'pass', in: { on: Day, n: n.default(3) }, out: { on: Day, n } }, (g, i) => ({
      out: { on: i.on, n: g.run(inc, { n: i.n }).n },
    }));
    const run = await espalier().start(pass, { input: { on: new Date('2026-03-01') } });
    expect(await run.result()).toEqual({ on: new Date('2026-03-01'), n: 4 });
    expect(await espalier().run(run.id).result()).toEqual({ on: '2026-03-01', n: 4 });
    expect((await espalier().run(run.id, pass).result()).on.getTime()).toBe(Date.UTC(2026, 2, 1));
  });

  test('of a document and of a plan is JSON', async () => {
    const { document } = chain(2);
    const [a, b] = await Promise.all([
      espalier().start(document, { input: { n: 1 } }),
      espalier().start(compile(document), { input: { n: 10 } }),
    ]);
    expect([await a.result(), await b.result()]).toEqual([{ n: 3 }, { n: 12 }]);
  });

  test('of a megabyte travels by reference', async () => {
    const large = graph({ id: 'large', in: { size: n }, out: { text: z.string() } }, (g, i) => ({
      out: { text: g.run(text, { size: i.size }).text },
    }));
    const run = await espalier().start(large, { input: { size: 1_000_000 } });
    expect((await run.result()).text).toHaveLength(1_000_000);
  });

  test('of an input of a megabyte, too', async () => {
    const echo = graph({ id: 'echo', in: { text: z.string() }, out: { text: z.string() } }, (_, i) => ({
      out: { text: i.text },
    }));
    const run = await espalier().start(echo, { input: { text: 'y'.repeat(1_000_000) } });
    expect((await run.result()).text).toHaveLength(1_000_000);
  });

  test('of a run of many links is that of the last one', async () => {
    const run = await espalier().start(chain(25), { input: { n: 0 }, linkLimits: { events: 50 } });
    expect(await run.result()).toEqual({ n: 25 });
    const view = await run.view();
    expect(view.link).toBeGreaterThan(1);
    expect(view.nodes.every(node => node.attempts === 1 && node.endedAt !== undefined)).toBe(true);
  });
});

describe('a run that fails', () => {
  test('says where, why, and what is there all the same', async () => {
    const run = await espalier().start(failing, { input: { n: 1 } });
    const error = await thrownBy(run.result());
    expect(error).toBeInstanceOf(RunFailedError);
    expect(error).toMatchObject({
      code: 'too_small',
      address: 'bad',
      runId: run.id,
      cause: { code: 'too_small', message: '1 is too small', details: { least: 10 }, attempt: 1 },
      partial: { good: 2 },
      failures: [{ code: 'too_small', address: 'bad' }],
    });
    const [good, bad] = (await run.view()).nodes;
    expect(good?.at === 'good' ? [good, bad] : [bad, good]).toMatchObject([
      { state: 'completed' },
      { state: 'failed', error: { code: 'too_small' } },
    ]);
  });

  test('because it was cancelled says so', async () => {
    const run = await espalier().start(slow(60_000), { input: { n: 1 } });
    await expect.poll(async () => (await run.view()).nodes[0]?.live?.state).toBe('running');
    await run.cancel('enough');
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'cancelled', cause: { message: 'enough' }, partial: {} });
    expect(error.message).toBe(`run ${run.id} was cancelled: enough`);
    await run.cancel();
    expect(await thrownBy(run.pause())).toMatchObject({ code: 'run_finished' });
  });

  test('because somebody terminated its workflow says so', async () => {
    const run = await espalier().start(slow(60_000), { input: { n: 1 } });
    await expect.poll(async () => (await run.view()).status).toBe('running');
    await live.client.workflow.getHandle(run.id).terminate('by hand');
    expect(await thrownBy(run.result())).toMatchObject({ code: 'terminated', cause: { message: 'by hand' } });
    expect(await run.view()).toMatchObject({ status: 'failed', error: { code: 'terminated' } });
  });
});

describe('the view of a run under way', () => {
  const nodeOf = async (run: Run<unknown>, at: string): Promise<RunView['nodes'][number] | undefined> =>
    (await run.view()).nodes.find(node => node.at === at);

  test('tells what is queued from what runs, and shows progress', async () => {
    const two = graph({ id: 'two', in: { n }, out: { n } }, (g, i) => {
      const far = g.cluster('far', { queue: `${live.queue}-far` }, c => c.run(inc, { n: i.n }, { as: 'far' }));
      return { out: { n: g.first(far.n, g.run(tells, { n: i.n }, { options: { ms: 60_000 } }).n) } };
    });
    const run = await espalier().start(two, { input: { n: 1 } });
    await expect
      .poll(() => nodeOf(run, 'tells'))
      .toMatchObject({ attempts: 1, live: { state: 'running', progress: { done: 1, total: 4 } } });
    expect(await nodeOf(run, 'far')).toMatchObject({ state: 'running', attempts: 0, live: { state: 'queued' } });
    await run.cancel();
    expect(await thrownBy(run.result())).toMatchObject({ code: 'cancelled' });
    expect((await nodeOf(run, 'tells'))?.live).toBeUndefined();
  });

  test('shows the attempt of a step that is tried again, and how the one before failed', async () => {
    const again = graph({ id: 'again', in: { n }, out: { n } }, (g, i) => ({
      out: { n: g.run(flaky, { n: i.n }, { retry: { attempts: 5, initial: 60_000, max: 60_000 } }).n },
    }));
    const run = await espalier().start(again, { input: { n: 1 } });
    await expect
      .poll(() => nodeOf(run, 'flaky'))
      .toMatchObject({ attempts: 1, live: { state: 'backing-off', lastFailure: 'attempt 1 failed' } });
    await run.cancel();
  });

  test('shows what was done, when, and how often it was tried', async () => {
    const tries = graph({ id: 'tries', in: { n }, out: { n } }, (g, i) => ({
      out: { n: g.run(flaky, { n: i.n }, { options: { until: 3 } }).n },
    }));
    const run = await espalier().start(tries, { input: { n: 1 } });
    await run.result();
    const view = await run.view();
    expect(view).toMatchObject({ id: run.id, graph: 'tries', status: 'completed', link: 0 });
    const [node] = view.nodes;
    expect(node).toMatchObject({ at: 'flaky', step: 'flaky', state: 'completed', attempts: 3, generation: 1 });
    const { scheduledAt = 0, startedAt = 0, endedAt = 0 } = node ?? {};
    expect([view.startedAt, scheduledAt, startedAt, endedAt, view.endedAt]).toEqual(
      [view.startedAt, scheduledAt, startedAt, endedAt, view.endedAt].toSorted((a = 0, b = 0) => a - b),
    );
  });

  test('of a paused run says so, and nothing new starts until it is resumed', async () => {
    const run = await espalier().start(slow(300), { input: { n: 1 } });
    // A pause that came with the start would keep the first step waiting, too.
    for await (const frame of run.watch()) if (frame.kind === 'scheduled') break;
    await run.pause();
    await expect.poll(async () => (await run.view()).nodes[0]?.state).toBe('completed');
    expect(await run.view()).toMatchObject({ status: 'paused', nodes: [{}, { at: 'second', state: 'waiting' }] });
    await run.resume();
    expect(await run.result()).toEqual({ n: 3 });
  });
});

test('a run whose history is larger than four megabytes is shown as any other', async () => {
  const tall = graph({ id: 'tall', in: { n }, out: { n } }, (g, i) => {
    for (let k = 0; k < 100; k += 1) g.run(wide, { n: i.n }, { as: `wide${k}` });
    return { out: { n: i.n } };
  });
  const run = await espalier().start(tall, { input: { n: 1 } });
  await run.result();
  const { historySize = 0 } = await live.client.workflow.getHandle(run.id).describe();
  expect(historySize).toBeGreaterThan(4 * 1024 * 1024);
  const { nodes } = await run.view();
  expect(nodes.filter(node => node.outputs?.['text7']).length).toBe(100);
});
