import { expect, test } from 'vitest';
import type { Channels } from '../../src/client/intervene.js';
import { intervene } from '../../src/client/intervene.js';
import type { Failure } from '../../src/engine/failure.js';
import type { InterventionState } from '../../src/engine/engine.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { literal } from '../../src/value/leaf.js';

/** A run that takes signals only, and whose view has these. */
const crowded = (interventions: readonly InterventionState[]): Channels =>
  ({
    access: { store: createMemoryStore() },
    updates: { ask: async () => ({ kind: 'crowded' }) },
    views: { of: async () => ({ interventions }) },
  }) as unknown as Channels;

const state = (value: number, more: Partial<InterventionState>): InterventionState => ({
  at: 'grind.powder',
  kind: 'override',
  id: 'i',
  value: literal(value),
  seq: 1,
  receivedAt: 1,
  effect: 'pending',
  ...more,
});
const send = (channels: Channels) =>
  intervene(channels, 'run', { at: 'grind.powder', kind: 'override', id: 'i', value: 2 }, { timeout: 1 });
const refused: Failure = { code: 'id_reused', message: 'another has the id' };

test('what came as a signal has the outcome that the view says', async () => {
  const channels = crowded([state(1, { outcome: 'too-late' }), state(2, { outcome: 'applied', seq: 2 })]);
  expect(await send(channels)).toEqual({ id: 'i', outcome: 'applied', seq: 2 });
});

test('another intervention of the same id says nothing about what came as a signal', async () => {
  const other = state(1, { outcome: 'applied' });
  expect(await send(crowded([other]))).toEqual({ id: 'i', pending: true });
  await expect(send(crowded([other, state(2, { refused, effect: 'not-used' })]))).rejects.toMatchObject({
    code: 'id_reused',
  });
});
