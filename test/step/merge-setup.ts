import type { PortSchema } from '../../src/document/document.js';
import type { AnyOperate } from '../../src/graph/operate.js';
import { createRegistry } from '../../src/step/registry.js';
import { runMerge, type MergeCall, type MergeDeps } from '../../src/step/run-merge.js';
import { toFailure } from '../../src/step/to-failure.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import type { Value } from '../../src/value/value.js';

const NUMBERS: PortSchema = { type: 'array', items: { type: 'number' } };

/** Merges at `sensor.signal`, whose values are lists of numbers. */
export function mergeBy(
  operate: AnyOperate,
  inner: Value | null,
  data: Value,
  { call, deps }: { readonly call?: Partial<MergeCall>; readonly deps?: Partial<MergeDeps> } = {},
) {
  const where = { address: 'sensor.signal', schema: NUMBERS, idempotencyKey: 'r-1/sensor.signal!merge-1' };
  return runMerge(
    createRegistry({ operates: [operate] }),
    { ...where, operate: operate.name, inner, data, ...call },
    { store: createMemoryStore(), signal: new AbortController().signal, ...deps },
  );
}

/** What the work fails with, as a driver is told. */
export async function failureOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  return toFailure(error);
}
