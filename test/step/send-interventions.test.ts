import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import type { Intervention } from '../../src/intervention/intervention.js';
import { putValue } from '../../src/step/put-value.js';
import { sendIntervention, sendInterventions } from '../../src/step/send-interventions.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import type { Leaf } from '../../src/value/value.js';

const list = step({ id: 'list', in: { n: z.number() }, out: { items: z.array(z.string()) } });
const count = step({ id: 'count', in: { items: z.array(z.string()) }, out: { n: z.number() } });
const counted = graph({ id: 'counted', in: { n: z.number() }, out: { n: z.number() } }, (g, i) => {
  const items = g.run(list, { n: i.n });
  const many = { expr: 'len(items) > 3', in: { items: items.items } };
  const node = g.run(count, { items: items.items }, { when: many });
  return { out: { n: g.first(node.n, i.n) } };
});
const plan = compile(counted);
const send = (given: readonly unknown[], store = createMemoryStore()) =>
  sendInterventions(plan, given as readonly Intervention[], store);

describe('interventions that are sent', () => {
  test('have an id and a value', async () => {
    const [mine, other] = await send([
      { at: 'list.items', kind: 'override', value: ['a'], id: 'mine', reason: 'because' },
      { at: 'count.n', kind: 'override', resolve: { name: 'now' } },
    ]);
    expect(mine).toEqual({
      id: 'mine',
      at: 'list.items',
      kind: 'override',
      reason: 'because',
      value: { size: 5, inline: ['a'] },
    });
    expect(other).toMatchObject({ id: expect.any(String), resolve: { name: 'now', args: {} } });
  });

  test('carry a large value by reference, with what conditions read of it', async () => {
    const store = createMemoryStore();
    const value = Array.from({ length: 5 }, () => 'x'.repeat(2000));
    const [sent] = await send([{ at: 'list.items', kind: 'override', value }], store);
    const { digest, inline, peek } = (sent?.value ?? {}) as Partial<Leaf>;
    expect(inline).toBeUndefined();
    expect(Object.values(peek ?? {})).toEqual([5]);
    expect(await store.has(digest ?? '')).toBe(true);
  });

  test('name what lies in the store', async () => {
    const store = createMemoryStore();
    const ref = await putValue(['a'], store);
    const [sent] = await send([{ at: 'list.items', kind: 'override', ref }], store);
    expect(sent?.value).toEqual({ digest: ref.key, size: 0 });
    await expect(putValue(new Map() as never, store)).rejects.toMatchObject({ code: 'not_json' });
  });
});

describe('what is wrong is said all at once, and nothing is stored', () => {
  test('I10: of a list', async () => {
    const store = createMemoryStore();
    const large = { at: 'list.items', kind: 'override', value: ['x'.repeat(9000), 7] };
    const sending = send(
      [large, { at: 'nowhere.x', kind: 'override', value: 1 }, 5, { ...large, value: ['y'] }],
      store,
    );
    await expect(sending).rejects.toMatchObject({
      code: 'invalid_intervention',
      issues: [
        { code: 'bad_intervention', path: '/2', at: '' },
        { code: 'invalid_value', path: '/0/value/1', at: 'list.items' },
        { code: 'unknown_node', path: '/1/at', at: 'nowhere.x' },
      ],
    });
    const twice = send([large, { ...large, value: ['y'] }].map(given => ({ ...given, value: [] })));
    await expect(twice).rejects.toMatchObject({ issues: [{ code: 'duplicate_address', path: '/1/at' }] });
  });

  test.each([
    ['/at', { at: 3 }],
    ['/at', { at: `${'a/'.repeat(2000)}a.b` }],
    ['/kind', { kind: '' }],
    ['/kind', { kind: 'k'.repeat(4001) }],
    ['/id', { id: 'x'.repeat(201) }],
    ['/reason', { reason: 1 }],
    ['/by', { by: {} }],
    ['/by', { by: 'x'.repeat(4001) }],
    ['/resolve/args', { value: undefined, resolve: { name: 'x', args: { x: 'x'.repeat(70_000) } } }],
    ['/onLate', { onLate: 'soon' }],
    ['/shortCircuit', { shortCircuit: 'yes' }],
    ['/unknown', { unknown: 1 }],
    ['', { ref: { store: 'blobs', key: 'd'.repeat(64) } }],
    ['/value/0', { value: [new Date()] }],
    ['/ref', { value: undefined, ref: { store: 'disk', key: 'd'.repeat(64) } }],
    ['/ref', { value: undefined, ref: { store: 'blobs', key: '../../secret' } }],
    ['/resolve', { value: undefined, resolve: { name: 3 } }],
    ['/resolve', { value: undefined, resolve: { name: 'x'.repeat(4001) } }],
    ['/resolve/args/x', { value: undefined, resolve: { name: 'x', args: { x: () => 1 } } }],
  ])('%s of one', async (path, change) => {
    const given = { at: 'list.items', kind: 'override', value: [], ...change } as unknown as Intervention;
    await expect(sendIntervention(given, createMemoryStore())).rejects.toMatchObject({ issues: [{ path }] });
  });
});
