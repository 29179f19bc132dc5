import { describe, expect, it, vi } from 'vitest';
import { Claim } from '../../src/step/claim.js';
import { isGenuine } from '../../src/step/value-digest.js';
import type { CacheEntry, StepCache } from '../../src/store/step-cache.js';
import { createMemoryStepCache } from '../../src/store/memory-step-cache.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { literal } from '../../src/value/leaf.js';
import { mill, type Use } from './cached-setup.js';

const of = (beans: string): Use => ({ call: { inputs: { beans: literal(beans) } } });
const inRun = (runId: string): Use => ({ call: { runId, address: 'hard/grind' } });
/** A promise, and what fulfils it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  return { opened, open: () => open() };
}
async function entriesOf(cache: StepCache): Promise<readonly CacheEntry[]> {
  const found: CacheEntry[] = [];
  for await (const each of cache.entries()) found.push(each);
  return found;
}

describe('a cached step', () => {
  it('is computed the first time, and taken from there on, with who has computed it', async () => {
    const { run, calls } = mill();
    const first = await run();
    expect(first).toMatchObject({ out: { powder: { inline: 'powder of kenya' } }, miss: { kind: 'first' } });
    expect(first).not.toHaveProperty('from');
    expect(await run(inRun('r-2'))).toEqual({ out: first.out, from: { run: 'r-1', at: 'grind' } });
    expect(calls.count).toBe(1);
  });

  it('IV-17, I11: computed for an overridden input gives nothing to a run without the override', async () => {
    const { run } = mill();
    await run(of('mud'));
    expect((await run()).out['powder']?.inline).toBe('powder of kenya');
    expect((await run(of('mud'))).from).toBeDefined();
  });

  it('says against the nearest entry what has changed', async () => {
    const { run } = mill();
    await run(of('java'));
    await run({ call: { ...of('java').call, options: { times: 7 }, runId: 'r-7' } });
    const since = { run: 'r-7', at: 'grind' };
    expect((await run({ call: { options: { times: 7 } } })).miss).toEqual({
      kind: 'changed',
      what: ['input beans'],
      since,
    });
    await run();
    const contract = { step: 'grind', digest: 'another' };
    expect((await run({ caching: { contract: { ...contract, version: '1' } } })).miss).toMatchObject({
      what: ['contract'],
    });
    expect((await run({ caching: { contract, buildId: 'b-2' } })).miss).toMatchObject({ what: ['code'] });
  });

  it('is computed when it is asked for anew, and that is kept', async () => {
    const { run, calls, cache } = mill();
    await run();
    expect(await run({ ...inRun('r-2'), caching: { use: 'refresh' } })).toMatchObject({ miss: { kind: 'refreshed' } });
    expect(calls.count).toBe(2);
    expect((await run()).from).toEqual({ run: 'r-2', at: 'hard/grind' });
    expect(await entriesOf(cache)).toHaveLength(1);
  });

  it('is computed again when its time is over', async () => {
    const { run, cache, calls } = mill();
    await run({ caching: { ttl: 60_000 } });
    const [entry] = await entriesOf(cache);
    if (entry) await cache.put({ ...entry, expiresAt: Date.now() });
    expect(entry?.expiresAt).toBe((entry?.createdAt ?? 0) + 60_000);
    expect((await run()).miss).toEqual({ kind: 'expired' });
    expect([calls.count, (await run()).from?.run]).toEqual([2, 'r-1']);
  });

  it('is computed again when a value of it is gone, and keeps none of less', async () => {
    const large = 'x'.repeat(10_000);
    const { run, cache, calls } = mill(() => ({ powder: large }));
    const { out } = await run();
    expect(out['powder']).not.toHaveProperty('inline');
    const elsewhere = mill(() => ({ powder: large }), { cache, store: createMemoryStore() });
    expect((await elsewhere.run()).miss).toEqual({ kind: 'gone' });
    expect((await elsewhere.run()).from).toBeDefined();
    expect([calls.count, elsewhere.calls.count]).toEqual([1, 1]);
  });

  it('comes with the peeks that this use reads', async () => {
    const { run, calls } = mill(() => ({ powder: 'x'.repeat(10_000) }));
    await run();
    const peeks = { powder: ['#len'] };
    const computed = await mill(() => ({ powder: 'x'.repeat(10_000) })).run({ call: { peeks } });
    expect(computed.out['powder']?.peek).toBeDefined();
    expect((await run({ call: { peeks } })).out).toEqual(computed.out);
    expect(calls.count).toBe(1);
  });

  it('is not kept without a version or a build, nor with an input that is not what it says', async () => {
    const { run, cache, calls } = mill();
    const contract = { step: 'grind', digest: '1' };
    expect((await run({ caching: { contract } })).miss).toEqual({ kind: 'unversioned' });
    await run({ caching: { contract, buildId: 'b-1' } });
    const honest = (await run(of('java'))).out['powder'];
    const forged = { ...honest, size: 3, inline: 'mud' };
    expect(isGenuine(forged)).toBe(false);
    expect((await run({ call: { inputs: { beans: forged } } })).out['powder']?.inline).toBe('powder of mud');
    expect(await run({ call: { inputs: { beans: { size: 3, inline: 'java' } } } })).toHaveProperty('from');
    expect(calls.count).toBe(4);
    expect((await entriesOf(cache)).map(({ code }) => code).sort()).toEqual(['build b-1', 'version 1']);
  });
});

describe('many that ask for one key at once', () => {
  it('execute it once, whoever they are', async () => {
    const { opened, open } = gate();
    const cache = createMemoryStepCache();
    const body = async () => (await opened, { powder: 'p' });
    // Two views of one cache know nothing of each other's flights, as two processes.
    const [one, other] = [mill(body, { cache: { ...cache } }), mill(body, { cache: { ...cache } })];
    const all = Array.from({ length: 100 }, (_, k) => (k % 2 ? one : other).run(inRun(`r-${k}`)));
    await vi.waitFor(() => expect(one.calls.count + other.calls.count).toBe(1));
    open();
    const results = await Promise.all(all);
    expect(one.calls.count + other.calls.count).toBe(1);
    expect(results.filter(({ miss }) => miss)).toHaveLength(1);
    expect(new Set(results.map(({ from }) => from?.run)).size).toBe(2);
  });

  it('take what another process has kept between the look and the claim', async () => {
    const cache = createMemoryStepCache();
    const elsewhere = mill(undefined, { cache: { ...cache } });
    const claim: StepCache['claim'] = async (...args) => {
      await elsewhere.run(inRun('r-2'));
      return cache.claim(...args);
    };
    const { run, calls } = mill(undefined, { cache: { ...cache, claim } });
    expect((await run()).from?.run).toBe('r-2');
    expect([calls.count, elsewhere.calls.count]).toEqual([0, 1]);
  });

  it('each hear its own failure, none of which is kept', async () => {
    const { opened, open } = gate();
    const { run, calls, cache } = mill(async () => {
      await opened;
      throw new Error(`no beans`);
    });
    const all = Promise.allSettled(Array.from({ length: 5 }, () => run()));
    open();
    expect((await all).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(calls.count).toBe(5);
    expect(await entriesOf(cache)).toEqual([]);
  });

  it('go on when the one that computes is no longer wanted: one of them takes over', async () => {
    const { opened, open } = gate();
    const { run, calls, cache } = mill(async (_, ctx) => {
      await Promise.race([opened, new Promise(resolve => ctx.signal.addEventListener('abort', resolve))]);
      return { powder: ctx.signal.aborted ? 'half' : 'whole' };
    });
    const controller = new AbortController();
    const cancelled = run({ signal: controller.signal });
    await vi.waitFor(() => expect(calls.count).toBe(1));
    const others = Array.from({ length: 5 }, () => run());
    controller.abort();
    await cancelled;
    expect(await entriesOf(cache)).toEqual([]);
    await vi.waitFor(() => expect(calls.count).toBe(2));
    open();
    expect((await Promise.all(others)).map(({ out }) => out['powder']?.inline)).toEqual(Array(5).fill('whole'));
    expect(calls.count).toBe(2);
  });

  it('stop waiting when they are no longer wanted, here and for another process', async () => {
    const { opened, open } = gate();
    const cache = createMemoryStepCache();
    const computing = mill(async () => (await opened, { powder: 'p' }), { cache });
    const first = computing.run();
    await vi.waitFor(() => expect(computing.calls.count).toBe(1));
    const elsewhere = mill(undefined, { cache: { ...cache } });
    for (const { run } of [computing, elsewhere]) {
      const controller = new AbortController();
      const waiting = run({ signal: controller.signal });
      controller.abort(new Error('not wanted'));
      await expect(waiting).rejects.toThrow('not wanted');
    }
    open();
    await first;
    expect([computing.calls.count, elsewhere.calls.count]).toEqual([1, 0]);
  });
});

describe('a cache that is down', () => {
  const fails = (): Promise<never> => Promise.reject(new Error('the database is away'));
  const hangs = (): Promise<never> => new Promise(() => {});
  const down: Record<string, Partial<StepCache>> = {
    'answers nothing': { get: hangs, put: hangs, claim: hangs, nearest: hangs, release: hangs },
    'fails always': { get: fails, put: fails, claim: fails, nearest: fails, release: fails },
    'gives no claim': { claim: fails },
    'does not know the nearest': { nearest: fails },
    'keeps nothing': { put: fails },
    'releases nothing': { release: hangs },
  };
  it.each(Object.entries(down))('that %s costs a computation at most', async (name, broken) => {
    const { run, calls, warnings } = mill(undefined, { cache: { ...createMemoryStepCache(), ...broken } });
    const [one, other] = await Promise.all([run(), run()]);
    expect(one.out).toEqual(other.out);
    expect(calls.count).toBe(1);
    expect(warnings.length).toBe(name === 'releases nothing' ? 0 : 1);
  });
});

describe('a claim', () => {
  it('is held for as long as one computes, and for no longer than five seconds after a death', async () => {
    vi.useFakeTimers();
    try {
      const cache = createMemoryStepCache();
      const [alive, waiting] = [new Claim(cache, 'k'), new Claim(cache, 'k')];
      expect(await alive.take()).toBe(true);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await waiting.take()).toBe(false);
      await alive.release();
      expect(await waiting.take()).toBe(true);
      await waiting.release();

      await cache.claim('k', 'one that was killed', 5000);
      await vi.advanceTimersByTimeAsync(4900);
      expect(await waiting.take()).toBe(false);
      await vi.advanceTimersByTimeAsync(200);
      expect(await cache.claim('k', 'next', 1)).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
