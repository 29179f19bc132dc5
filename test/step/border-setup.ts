import type { Impl } from '../../src/step/impl.js';
import { makeValues } from '../../src/step/make-values.js';
import { runStep, type BorderDeps, type StepCall } from '../../src/step/border.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { literal } from '../../src/value/leaf.js';
import type { Json } from '../../src/value/json.js';
import { isLeaf, type Leaf, type Value } from '../../src/value/value.js';

export interface Setup extends Partial<Omit<StepCall, 'inputs'>> {
  readonly store?: BlobStore;
  readonly deps?: Partial<BorderDeps>;
}

/** Runs a step as attempt 1 of node `ocr`, on inputs that are JSON. */
export const runOn = (impl: Impl, inputs: Readonly<Record<string, Json>>, setup?: Setup) =>
  run(impl, Object.fromEntries(Object.entries(inputs).map(([port, json]) => [port, literal(json)])), setup);

/** As `runOn`, on inputs that are values. */
export function run(impl: Impl, inputs: Readonly<Record<string, Value>>, { store, deps, ...call }: Setup = {}) {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return runStep(
    impl,
    { address: 'ocr', runId: 'r-1', tenant: 'acme', attempt: 1, idempotencyKey: 'r-1/ocr#1', inputs, ...call },
    { store: store ?? createMemoryStore(), signal: new AbortController().signal, log, progress: silent, ...deps },
  );
}

/** What the values carry inline. */
export const inlineOf = (values: Readonly<Record<string, Value>>): Readonly<Record<string, Json | undefined>> =>
  Object.fromEntries(Object.entries(values).map(([port, value]) => [port, isLeaf(value) ? value.inline : undefined]));

/** A value in `store`, as a ref. */
export async function stored(json: Json, store: BlobStore): Promise<Leaf> {
  const { value } = await makeValues({ value: json }, store);
  const { inline: _, ...ref } = value as Leaf;
  return ref;
}
