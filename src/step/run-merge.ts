import type { AnyOperate } from '../graph/operate.js';
import { checkWire, decodePort } from '../graph/port-codec.js';
import { isValid } from '../schema/check.js';
import type { BlobStore } from '../store/blob-store.js';
import type { MergeCache } from '../store/merge-cache.js';
import { digestOf } from '../value/digest.js';
import type { Json } from '../value/json.js';
import { isLeaf, type Leaf, type Value } from '../value/value.js';
import { call, guarded, misfit, notHere, refusal, valueOf } from './intervention-call.js';
import type { CallDeps, Calling, InterventionCall } from './intervention-call.js';
import { loadValues } from './load-values.js';
import { mergeKey } from './merge-key.js';
import type { Registry } from './registry.js';
import { valueDigest } from './value-digest.js';

/** One attempt to merge an intervention's value into what a port has. */
export interface MergeCall extends InterventionCall {
  readonly operate: string;
  /** What the port would have without it; null if there is nothing. */
  readonly inner: Value | null;
  readonly data: Value;
}
export interface MergeDeps extends CallDeps {
  /** What was merged before. Without it everything is merged. */
  readonly cache?: MergeCache;
}

/** Merges once, or takes what the same merge gave before. `intervention_failed` if that gives no value of the port's type. */
export async function runMerge(
  registry: Pick<Registry, 'findOperate' | 'operates'>,
  { operate: name, inner, data, ...where }: MergeCall,
  { cache, ...deps }: MergeDeps,
): Promise<Leaf> {
  const operate = registry.findOperate(name);
  if (!operate) {
    const here = registry.operates.map(known => known.name);
    throw notHere(where.address, 'operate', name, here);
  }
  const calling = { ...where, ...deps, who: `operate "${name}"` };
  return guarded(calling, async () => {
    if (inner === null && operate.uses.inner && !operate.shortCircuit) throw refusal(calling, NOTHING_THERE);
    const key = cache && (await keyOf(operate, inner, data, calling.store));
    const known = key === undefined ? undefined : await cache?.get(key);
    const usable = known && (await usableContent(known, calling));
    // Put again: who collects garbage has not seen yet that this run needs it.
    if (known && usable !== undefined) return known.inline === undefined ? valueOf(calling, encoded(usable)) : known;
    const merged = await merge(operate, inner, data, calling);
    if (key !== undefined) await cache?.put(key, merged);
    return merged;
  });
}

const NOTHING_THERE =
  "can't be applied: it needs the value that is there, and there is none (the node was not executed, or gave nothing)";

async function merge(operate: AnyOperate, inner: Value | null, data: Value, calling: Calling): Promise<Leaf> {
  const loaded = await loadValues({ ...(inner && { inner }), data }, calling.store);
  const { inner: there = null, data: brought = null } = loaded;
  const expected = [
    ...(inner ? [{ what: 'does not fit the value that is there', of: decodePort(operate.port, there) }] : []),
    { what: 'does not take what the intervention brings', of: decodePort(operate.data, brought) },
  ];
  for (const { what, of } of expected) if (!of.ok) throw misfit(calling, what, of);
  const given = await call(calling, operate.timeout, ctx => operate.merge(there, brought, ctx));
  return valueOf(calling, checkWire(operate.port, given));
}

async function keyOf(operate: AnyOperate, inner: Value | null, data: Value, store: BlobStore): Promise<string> {
  const { name, version, uses } = operate;
  return mergeKey({
    operate: name,
    ...(version !== undefined && { version }),
    ...(uses.inner && { inner: inner && (await contentDigest(inner, store)) }),
    ...(uses.data && { data: await contentDigest(data, store) }),
  });
}

/** Never the digest that comes beside an inline value: that may have been sent by anybody. */
async function contentDigest(value: Value, store: BlobStore): Promise<string> {
  const there = isLeaf(value) && value.inline === undefined ? valueDigest(value) : undefined;
  return there ?? digestOf(await contentOf(value, store));
}

/** Its blob may be gone since, and another graph's port may take less. */
async function usableContent(known: Leaf, { store, schema }: Calling): Promise<Json | undefined> {
  const content = await contentOf(known, store).catch(() => undefined);
  return content !== undefined && isValid(schema, schema, content) ? content : undefined;
}

const encoded = (json: Json) => ({ ok: true, json }) as const;

async function contentOf(value: Value, store: BlobStore): Promise<Json> {
  const { value: content = null } = await loadValues({ value }, store);
  return content;
}
