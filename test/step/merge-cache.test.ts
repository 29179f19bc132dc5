import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { defineOperate } from '../../src/graph/operate.js';
import { interventionKey, mergeKey } from '../../src/step/merge-key.js';
import { createMemoryMergeCache, createMergeCache } from '../../src/store/merge-cache.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { digestOf } from '../../src/value/digest.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import type { Leaf } from '../../src/value/value.js';
import { at } from '../graph/intervention-types.js';
import { stored } from './border-setup.js';
import { failureOf, mergeBy } from './merge-setup.js';

const [a, b] = [digestOf('a'), digestOf('b')];

describe('the key of an intervention', () => {
  const key = interventionKey({ kind: 'override', at: 'brew.coffee', digest: a });

  it('IV-13: is a SHA-256 that is always the same, for an address as text and typed', () => {
    expect(key).toBe('64a5f97737c39a0b2045a1e99712e9c0e4a6e7fae711b1be6dc74633e596d6a9');
    expect(interventionKey({ digest: a, at: at.brew.out.coffee, kind: 'override' })).toBe(key);
  });

  it('IV-13: is another one for another kind, address or value', () => {
    const others = [
      interventionKey({ kind: 'input', at: 'brew.coffee', digest: a }),
      interventionKey({ kind: 'override', at: 'brew/$in.coffee', digest: a }),
      interventionKey({ kind: 'override', at: 'brew.coffee', digest: b }),
    ];
    expect(new Set([key, ...others]).size).toBe(4);
  });
});

describe('the key of a merge', () => {
  it('IV-14: is another one for another operate, version, or part that is used', () => {
    const keys = [
      { operate: 'offset', inner: a, data: b },
      { operate: 'shift', inner: a, data: b },
      { operate: 'offset', version: '2', inner: a, data: b },
      { operate: 'offset', inner: b, data: b },
      { operate: 'offset', inner: null, data: b },
      { operate: 'offset', inner: a, data: a },
      { operate: 'offset', inner: a },
      { operate: 'offset', data: a },
    ].map(mergeKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** An operate that counts its merges, and an addition to the call that has it use a cache. */
function counted(uses: { readonly inner: boolean; readonly data: boolean }, version?: string) {
  const seen = { merges: 0 };
  const Numbers = z.array(z.number());
  const operate = defineOperate({
    name: 'counted',
    port: Numbers,
    data: Numbers,
    uses,
    ...(version !== undefined && { version }),
    merge: (inner, data) => {
      seen.merges += 1;
      return [...(inner ?? []), ...data];
    },
  });
  return { operate, seen };
}
const inline = (json: Json): Leaf => ({ ...literal(json), digest: digestOf(json) });

describe('a merge with a cache', () => {
  it.each([
    [{ inner: false, data: true }, [true, false]],
    [{ inner: true, data: true }, [false, false]],
    [{ inner: true, data: false }, [false, true]],
    [{ inner: false, data: false }, [true, true]],
  ])('IV-14: that uses %j is merged again only if one of that is another', async (uses, [sameInner, sameData]) => {
    const { operate, seen } = counted(uses);
    const deps = { cache: createMemoryMergeCache() };
    await mergeBy(operate, inline([1]), inline([2]), { deps });
    expect(seen.merges).toBe(1);
    await mergeBy(operate, inline([9]), inline([2]), { deps });
    expect(seen.merges).toBe(sameInner ? 1 : 2);
    await mergeBy(operate, inline([1]), inline([9]), { deps });
    expect(seen.merges - (sameInner ? 1 : 2)).toBe(sameData ? 0 : 1);
  });

  it('IV-15: is not merged a second time, also in another process, and gives an equal value', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'espalier-merges-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const { operate, seen } = counted({ inner: true, data: true });
    const store = createMemoryStore();
    const many = Array.from({ length: 3000 }, (_, index) => index);
    for (const [data, expected] of [
      [[2], 1],
      [many, 2],
    ] as const) {
      const merge = () =>
        mergeBy(operate, inline([1]), literal(data), { deps: { store, cache: createMergeCache(dir) } });
      const first = await merge();
      expect(await merge()).toEqual(first);
      expect(seen.merges).toBe(expected);
    }
  });

  it('IV-15: without one is merged always', async () => {
    const { operate, seen } = counted({ inner: true, data: true });
    for (let time = 0; time < 2; time += 1) await mergeBy(operate, inline([1]), inline([2]));
    expect(seen.merges).toBe(2);
  });

  it('goes by content: inline, by ref, in parts, whatever digest is said of an inline value', async () => {
    const { operate, seen } = counted({ inner: true, data: true });
    const store = createMemoryStore();
    const deps = { store, cache: createMemoryMergeCache() };
    const forms = [inline([1, 2]), literal([1, 2]), { list: [literal(1), literal(2)] }, { flat: literal([[1], [2]]) }];
    for (const inner of forms) await mergeBy(operate, inner, inline([3]), { deps });
    const many = Array.from({ length: 3000 }, (_, index) => index);
    for (const inner of [literal(many), await stored(many, store)])
      await mergeBy(operate, inner, inline([3]), { deps });
    expect(seen.merges).toBe(2);
    const lie = { ...literal([7]), digest: digestOf([1, 2]) };
    expect(await mergeBy(operate, lie, inline([3]), { deps })).toMatchObject({ inline: [7, 3] });
  });

  it('A1: a large value that was merged long ago is put again: nobody who collects garbage takes it away', async () => {
    const { operate, seen } = counted({ inner: true, data: true });
    let now = 0;
    const deps = { store: createMemoryStore(() => now), cache: createMemoryMergeCache() };
    const many = literal(Array.from({ length: 3000 }, (_, index) => index));
    const { digest = '' } = await mergeBy(operate, inline([1]), many, { deps });
    now = 86_400_000;
    await mergeBy(operate, inline([1]), many, { deps });
    expect(seen.merges).toBe(1);
    expect(await deps.store.delete(digest, now - 1)).toBe(false);
  });

  it('is merged again if the blob of the value is gone', async () => {
    const { operate, seen } = counted({ inner: true, data: true });
    const cache = createMemoryMergeCache();
    const many = literal(Array.from({ length: 3000 }, (_, index) => index));
    await mergeBy(operate, inline([1]), many, { deps: { cache } });
    const store = createMemoryStore();
    const again = await mergeBy(operate, inline([1]), many, { deps: { store, cache } });
    expect(seen.merges).toBe(2);
    expect(await store.has(again.digest ?? '')).toBe(true);
  });

  it('of another version is merged again, and a value that the port does not take is not taken from it', async () => {
    const deps = { cache: createMemoryMergeCache() };
    const [first, second] = [counted({ inner: true, data: true }, '1'), counted({ inner: true, data: true }, '2')];
    await mergeBy(first.operate, inline([1]), inline([2]), { deps });
    await mergeBy(second.operate, inline([1]), inline([2]), { deps });
    expect(second.seen.merges).toBe(1);
    const schema = { type: 'array', items: { type: 'number', minimum: 2 } } as const;
    const { failure } = await failureOf(mergeBy(first.operate, inline([1]), inline([2]), { deps, call: { schema } }));
    expect(failure.message).toContain('/0: expected');
  });

  it('that fails is not kept', async () => {
    const { operate, seen } = counted({ inner: true, data: true });
    const deps = { cache: createMemoryMergeCache() };
    const schema = { type: 'array', maxItems: 1 } as const;
    for (let time = 0; time < 2; time += 1) {
      const { failure } = await failureOf(mergeBy(operate, inline([1]), inline([2]), { deps, call: { schema } }));
      expect(failure.code).toBe('intervention_failed');
    }
    expect(seen.merges).toBe(2);
  });
});
