/** What can be run, and how what code gives to it and gets from it is made into values and back. */
import type { Document } from '../document/document.js';
import { compile } from '../graph/compile.js';
import { isGraph, type AnyGraph } from '../graph/contract.js';
import type { Plan } from '../plan/plan.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Value } from '../value/value.js';
import { loadValues } from './load-values.js';
import { graphInputs, planInputs, type AddressedInputs, type BegunWith } from './plan-inputs.js';
import { decodeOutputs } from './run-values.js';

/** A typed graph speaks the code side; a document and a plan, which know no zod, speak JSON. */
export type Runnable = AnyGraph | Document | Plan;

export interface Prepared {
  readonly plan: Plan;
  /** Throws `InvalidInputError` with everything that is wrong, before anything is stored. */
  encode(input: Readonly<Record<string, unknown>>, store: BlobStore, begunWith?: BegunWith): Promise<AddressedInputs>;
  decode(outputs: Readonly<Record<string, Value>>, store: BlobStore): Promise<Outputs>;
}
type Outputs = Readonly<Record<string, unknown>>;

/** Throws `InvalidGraphError`. */
export function prepare(runnable: Runnable): Prepared {
  if (isGraph(runnable)) {
    const plan = compile(runnable);
    return {
      plan,
      encode: (input, store, begunWith) => graphInputs(runnable, plan, input, store, begunWith),
      decode: (outputs, store) => decodeOutputs(runnable.out, outputs, store),
    };
  }
  const plan = 'planVersion' in runnable ? runnable : compile(runnable);
  return { plan, encode: (...given) => planInputs(plan, ...given), decode: loadValues };
}

/** Outputs of a run that completed: code side by the ports of `graph`, JSON side without one. */
export function decodeResult(
  graph: AnyGraph | undefined,
  outputs: Readonly<Record<string, Value>>,
  store: BlobStore,
): Promise<Outputs> {
  return graph ? decodeOutputs(graph.out, outputs, store) : loadValues(outputs, store);
}

/** Of a run that did not complete, the outputs that are there and can be read: each is worth having by itself. */
export async function decodePartial(
  graph: AnyGraph | undefined,
  outputs: Readonly<Record<string, Value>>,
  store: BlobStore,
): Promise<Outputs> {
  const parts = Object.entries(outputs).map(async ([port, value]): Promise<Outputs> => {
    const schema = graph?.out[port];
    const only = graph && schema ? { ...graph, out: { [port]: schema } } : undefined;
    return decodeResult(only, { [port]: value }, store).catch(() => ({}));
  });
  return Object.assign({}, ...(await Promise.all(parts))) as Outputs;
}
