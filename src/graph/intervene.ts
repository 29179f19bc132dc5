import type { BlobRef, Intervention, InterventionFacts, Payload } from '../intervention/intervention.js';
import { INPUT, OVERRIDE } from '../intervention/intervention.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { Addr, AnyAddr } from './address.js';
import { DefinitionError } from './definition-error.js';
import type { Operate } from './operate.js';
import { isLazy, type Lazy } from './resolver.js';

/** What an intervention brings: a value (JSON side), one that lies in the store, or one that a resolver gives. */
type Brought<V> = Exclude<V, undefined> | Lazy<V> | { readonly ref: BlobRef };
/** What may be said about any intervention. */
export type InterventionMeta = Partial<Pick<InterventionFacts, 'id' | 'reason' | 'by' | 'onLate'>>;

/** Supplies an open port: an input of the run, or one of a node that nothing feeds [I1]. */
export const input = <V>(at: Addr<V>, value: NoInfer<Brought<V>>, meta?: InterventionMeta): Intervention =>
  create(at, INPUT, value, meta);

/** Replaces an output for everybody, or what one consumer reads (`at.brew.in.powder`) [I2]. */
export const override = <V>(at: Addr<V>, value: NoInfer<Brought<V>>, meta?: InterventionMeta): Intervention =>
  create(at, OVERRIDE, value, meta);

/** Merges `data` into the value of a port, as `op` says [I4]. */
export const operate = <V, D>(
  at: Addr<V>,
  op: Operate<V, D>,
  data: NoInfer<Brought<D>>,
  meta?: InterventionMeta,
): Intervention => ({ ...create(at, op.name, data, meta), shortCircuit: op.shortCircuit });

function create(at: AnyAddr, kind: string, value: unknown, meta: InterventionMeta = {}): Intervention {
  if (typeof at?.text !== 'string') {
    const how = 'as text, write { at: "grind.powder", kind, value }';
    throw new DefinitionError(
      'not_a_port',
      `${kind}: expected an address such as graph.at.grind.out.powder, got ${quote(at as unknown as Json)}; ${how}`,
    );
  }
  const said = Object.entries(meta).filter(([, fact]) => fact !== undefined);
  return { ...Object.fromEntries(said), at: at.text, kind, ...payloadOf(value) };
}

/** A value that looks just like a ref is taken for one: as JSON, `{ at, kind, value }` says which it is. */
function payloadOf(value: unknown): Payload {
  if (isLazy(value)) return { resolve: value.resolve };
  // Whether it is JSON, and of the port, is checked with the graph at hand: where it is sent.
  return isRef(value) ? { ref: value.ref } : { value: value as Json };
}

function isRef(value: unknown): value is { readonly ref: BlobRef } {
  if (typeof value !== 'object' || value === null || !('ref' in value) || Object.keys(value).length > 1) return false;
  const { store, key } = (value.ref ?? {}) as Readonly<Record<string, unknown>>;
  return typeof store === 'string' && typeof key === 'string';
}
