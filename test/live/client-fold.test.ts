import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { checkFold } from './fold-check.js';
import { chain, fan } from './fixtures/graphs.js';
import { flaky, inc, measure, refuses, steps, text, work } from './fixtures/steps.js';
import { Live } from './harness.js';

const live = Live.use({ steps });
const n = z.number();

/** Two branches; one is slow, the other fails at once. */
const branches = (onFailure: 'stop' | 'continue') =>
  graph({ id: 'branches', in: { n }, out: { n }, onFailure }, (g, i) => {
    const bad = g.run(refuses, { n: i.n });
    g.run(inc, { n: bad.n }, { as: 'after' });
    const slow = g.run(work, { n: i.n }, { options: { ms: 300 } });
    return { out: { n: g.run(inc, { n: slow.n }, { as: 'last' }).n } };
  });

const slowChain = (ms: number) =>
  graph({ id: 'slowChain', in: { n }, out: { n } }, (g, i) => {
    const first = g.run(work, { n: i.n }, { as: 'first', options: { ms } });
    return { out: { n: g.run(inc, { n: first.n }, { as: 'second' }).n } };
  });

describe('the fold of a history equals the engine after every activation', () => {
  test('of a chain', async () => {
    const run = await live.start(chain(4), { n: 1 });
    await run.result();
    expect(await checkFold(live, run.id)).toEqual({ activations: 5, links: 1 });
  });

  test('of a fan-out', async () => {
    const run = await live.start(fan(40), { n: 1 }, { concurrency: 15 });
    await run.result();
    await checkFold(live, run.id);
  });

  test('of retries that succeed, and of some that do not', async () => {
    const tries = graph({ id: 'tries', in: { n }, out: { n } }, (g, i) => {
      const once = g.run(flaky, { n: i.n }, { as: 'once', options: { until: 2 } });
      return { out: { n: g.run(flaky, { n: once.n }, { as: 'never', options: {} }).n } };
    });
    const run = await live.start(tries, { n: 1 });
    await run.failure();
    await checkFold(live, run.id);
  });

  test.each(['stop', 'continue'] as const)('of a failure under %s', async onFailure => {
    const run = await live.start(branches(onFailure), { n: 1 });
    await (onFailure === 'stop' ? run.failure() : run.result());
    await checkFold(live, run.id);
  });

  test('of what is skipped and what is absent', async () => {
    const maybe = graph({ id: 'maybe', in: { n, yes: z.boolean(), no: z.boolean() }, out: { a: n, b: n } }, (g, i) => {
      const here = g.run(inc, { n: i.n }, { as: 'here', when: i.yes });
      const gone = g.run(inc, { n: i.n }, { as: 'gone', when: i.no });
      const lost = g.run(refuses, { n: i.n }, { as: 'lost', onFailure: 'skip' });
      return { out: { a: g.first(gone.n, here.n, i.n), b: g.first(lost.n, i.n) } };
    });
    const run = await live.start(maybe, { n: 1, yes: true, no: false });
    expect(await run.result()).toEqual({ a: 2, b: 1 });
    await checkFold(live, run.id);
  });

  test('of sleeps', async () => {
    const sleepy = graph({ id: 'sleepy', in: { n }, out: { n } }, (g, i) => {
      const a = g.sleep(i.n, 30, { as: 'a' });
      const b = g.sleep(i.n, 60, { as: 'b' });
      return { out: { n: g.first(g.run(inc, { n: a }).n, b) } };
    });
    const run = await live.start(sleepy, { n: 1 });
    await run.result();
    await checkFold(live, run.id);
  });

  test('of deadlines of a node and of the run', async () => {
    const late = graph({ id: 'late', in: { n }, out: { n } }, (g, i) => {
      const slow = g.run(work, { n: i.n }, { options: { ms: 20_000 }, deadline: 200, onFailure: 'skip' });
      return { out: { n: g.first(slow.n, g.run(work, { n: i.n }, { as: 'slower', options: { ms: 20_000 } }).n) } };
    });
    const run = await live.start(late, { n: 1 }, { deadline: 1000 });
    expect((await run.failure()).error.code).toBe('deadline');
    await checkFold(live, run.id);
  });

  test('of pause, resume and cancel, by signal and by update', async () => {
    const run = await live.start(slowChain(200), { n: 1 }, { signal: 'pause' });
    await run.handle.executeUpdate('resume');
    await run.handle.executeUpdate('pause');
    await run.handle.signal('resume');
    await run.handle.signal('nonsense', 1);
    await run.handle.signal('pause');
    await run.handle.signal('cancel', 'enough');
    expect((await run.failure()).error).toMatchObject({ code: 'cancelled', message: 'enough' });
    await checkFold(live, run.id);
  });

  test("of Temporal's own cancellation", async () => {
    const run = await live.start(slowChain(5000), { n: 1 });
    await run.handle.cancel();
    await run.failure();
    await checkFold(live, run.id);
  });

  test('of nested graphs', async () => {
    const inner = graph({ id: 'inner', in: { n }, out: { n } }, (g, i) => {
      const a = g.run(inc, { n: i.n }, { as: 'a' });
      return { out: { n: g.run(inc, { n: a.n }, { as: 'b' }).n } };
    });
    const outer = graph({ id: 'outer', in: { n }, out: { n } }, (g, i) => {
      const left = g.run(inner, { n: i.n }, { as: 'left' });
      return { out: { n: g.run(inner, { n: left.n }, { as: 'right' }).n } };
    });
    const run = await live.start(outer, { n: 1 });
    expect(await run.result()).toEqual({ n: 5 });
    await checkFold(live, run.id);
  });

  test('of values that are gathered', async () => {
    const heavy = graph({ id: 'heavy', in: {}, out: { size: n } }, g => {
      const all = Array.from({ length: 90 }, (_, k) => g.run(text, { size: 4000 }, { as: `t${k}` }).text);
      return { out: { size: g.run(measure, { texts: g.list(all) }).size } };
    });
    const run = await live.start(heavy);
    expect(await run.result()).toEqual({ size: 360_000 });
    expect((await run.history()).of('ActivityTaskScheduled').length).toBeGreaterThan(91);
    await checkFold(live, run.id);
  });

  test('of a run of many links', async () => {
    const run = await live.start(chain(25), { n: 1 }, { linkLimits: { events: 50 } });
    expect(await run.result()).toEqual({ n: 26 });
    expect((await checkFold(live, run.id)).links).toBeGreaterThan(2);
  });
});
