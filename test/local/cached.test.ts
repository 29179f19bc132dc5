import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { override } from '../../src/graph/intervene.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
import { explain } from '../../src/step/explain.js';
import type { CacheSeen } from '../../src/step/explain-cached.js';
import { impl } from '../../src/step/impl.js';
import { createMemoryStepCache } from '../../src/store/memory-step-cache.js';
import { createMemoryStore } from '../../src/store/memory-store.js';

const grind = step({
  id: 'grind',
  in: { beans: z.string() },
  out: { powder: z.string() },
  options: { times: z.number().default(1) },
  pure: true,
  cache: { ttl: '1h' },
});
const brew = step({ id: 'brew', in: { powder: z.string() }, out: { coffee: z.string() }, pure: true, version: '1' });
const coffee = graph({ id: 'coffee', in: { beans: z.string() }, out: { coffee: z.string() } }, (g, i) => {
  const ground = g.run(grind, { beans: i.beans });
  const brewed = g.run(brew, { powder: ground.powder });
  return { out: { coffee: brewed.coffee }, nodes: [ground, brewed] };
});

/** Runs it on a cache of its own; how often each step was executed. */
function kitchen(buildId?: string) {
  const executed: string[] = [];
  const steps = [
    impl(grind, ({ beans }) => (executed.push('grind'), { powder: beans.repeat(2000) })),
    impl(brew, ({ powder }) => (executed.push('brew'), { coffee: `${powder.slice(0, 5)} ${powder.length}` })),
  ];
  const shared = { steps, store: createMemoryStore(), stepCache: createMemoryStepCache() };
  const serve = (more: object = {}) =>
    runLocal(coffee, { ...shared, ...(buildId !== undefined && { buildId }), input: { beans: 'kenya' }, ...more });
  return { executed, serve, cache: shared.stepCache, store: shared.store };
}

describe('a run in this process', () => {
  test('takes from the cache it was given what an earlier one has computed, and computes the rest', async () => {
    const { executed, serve } = kitchen('b-1');
    expect(await serve().result()).toEqual({ coffee: 'kenya 10000' });
    const again = serve();
    expect(await again.result()).toEqual({ coffee: 'kenya 10000' });
    expect(executed).toEqual(['grind', 'brew', 'brew']);
    expect((await again.view()).nodes.map(({ state }) => state)).toEqual(['cached', 'completed']);
    const changed = serve({ buildId: 'b-2' });
    expect(await changed.result()).toEqual({ coffee: 'kenya 10000' });
    expect(executed.filter(each => each === 'grind')).toHaveLength(2);
    expect((await changed.view()).nodes[0]?.miss).toMatchObject({ kind: 'changed', what: ['code'] });
  });

  test('is explained with what the cache has, and why it has not the rest; who knows no build takes the last one', async () => {
    const { serve, cache, store } = kitchen('b-1');
    const foreseen = async (input: object, more: Partial<CacheSeen> = {}, use: object = {}) => {
      const { nodes } = await explain(coffee, { input, ...use }, { cache, store, ...more });
      return nodes.map(({ verdict, why }) => `${verdict}: ${why}`);
    };
    const plain = 'run: its inputs are there';
    const kenya = { beans: 'kenya' };
    expect(await foreseen(kenya, { buildId: 'b-1' })).toEqual(['run: its step is not in the cache yet', plain]);
    const run = serve({ id: 'first' });
    await run.result();
    const hit = 'cached: computed by first at grind';
    expect(await foreseen(kenya, { buildId: 'b-1' })).toEqual([hit, plain]);
    expect(await foreseen(kenya)).toEqual([hit, plain]);
    const since = 'run: changed since first at grind:';
    expect(await foreseen({ beans: 'java' })).toEqual([`${since} input beans`, plain]);
    expect(await foreseen(kenya, { buildId: 'b-2' })).toEqual([`${since} code`, plain]);
    expect(await foreseen(kenya, {}, { cache: 'refresh' })).toEqual(['run: the run computes everything anew', plain]);
    expect(await foreseen(kenya, {}, { cache: 'bypass' })).toEqual([plain, plain]);
    const interventions = [override(coffee.at.grind.out.powder, 'x')];
    expect((await foreseen(kenya, {}, { interventions }))[0]).toMatch(/^short-circuited/);
  });

  test('computes everything without a cache, and where nobody knows which code it is', async () => {
    const { executed, serve, cache } = kitchen();
    for (let k = 0; k < 2; k += 1) await serve().result();
    expect(executed).toHaveLength(4);
    for await (const entry of cache.entries()) expect(entry).toBeUndefined();
  });

  test('IV-17, I11: keeps nothing that an override gave, and is overridden where it would take from the cache', async () => {
    const { executed, serve } = kitchen('b-1');
    const overridden = { interventions: [override(coffee.at.grind.out.powder, 'sand')] };
    expect(await serve(overridden).result()).toEqual({ coffee: 'sand 4' });
    expect(await serve().result()).toEqual({ coffee: 'kenya 10000' });
    expect(await serve(overridden).result()).toEqual({ coffee: 'sand 4' });
    expect(executed).toEqual(['brew', 'grind', 'brew', 'brew']);
  });

  test('has in its plan what is cached, in milliseconds', () => {
    expect(compile(coffee).contracts.map(({ cache }) => cache)).toEqual([{ ttl: 3_600_000 }, undefined]);
  });
});
