import type { Document, OnRunFailure } from '../document/document.js';
import { graphAddresses, rememberUses, type Addrs } from './address.js';
import type { G } from './builder.js';
import { builtPart } from './built-part.js';
import { checkContract } from './check-contract.js';
import type { Contract } from './contract.js';
import { createBuilder, inputHandles } from './create-builder.js';
import { deepFreeze } from './deep-freeze.js';
import type { AnyNode, AtOf, INNER, Outs, Wires } from './node.js';
import { portSchemas } from './port-schema.js';
import type { Ports } from './ports.js';
import { Recording } from './recording.js';
import { wire } from './wiring.js';

/** A typed graph: a contract like a step's, so that it can be a node of another graph. */
export interface Graph<Id extends string, I extends Ports, O extends Ports, At> extends Contract<Id, I, O> {
  readonly kind: 'graph';
  /** Typed addresses, by node id, of the nodes that `build` listed; `$in` and `$out` are the graph's own ports. */
  readonly at: At & { readonly $in: Addrs<I>; readonly $out: Addrs<O> };
  /** The stored form: what is compiled, sent and shown. */
  readonly document: Document;
  readonly [INNER]?: At;
}
export interface GraphSpec<Id extends string, I extends Ports, O extends Ports> {
  readonly id: Id;
  readonly in: I;
  readonly out: O;
  readonly title?: string;
  readonly onFailure?: OnRunFailure;
}

/**
 * Records a graph: `build` runs once, now. Handles are ports, not values. Throws a `DefinitionError` for what is wrong in
 * it; `compile` finds the rest (cycles can't be built, types that don't fit at run time can).
 */
export function graph<
  const Id extends string,
  I extends Ports,
  O extends Ports,
  const N extends readonly AnyNode[] = [],
>(
  spec: GraphSpec<Id, I, O>,
  build: (g: G, input: Outs<I>) => { out: Wires<NoInfer<O>>; nodes?: N },
): Graph<Id, I, O, AtOf<N>> {
  const { id, title, onFailure } = spec;
  const contract = {
    kind: 'graph' as const,
    id,
    in: spec.in,
    out: spec.out,
    options: {},
    ...(title !== undefined && { title }),
  };
  checkContract(contract);
  const recording = new Recording(id);
  const built: unknown = build(createBuilder(recording), inputHandles(recording, contract) as Outs<I>);
  const out = wire(recording, `graph "${id}", outputs`, contract.out, builtPart(recording, 'out', built));
  const uses = recording.uses();
  const document: Document = deepFreeze({
    id,
    ...(title !== undefined && { title }),
    ...(onFailure !== undefined && { onFailure }),
    in: portSchemas(contract.in),
    returns: portSchemas(contract.out),
    ...recording.close(),
    out,
  });
  // `At` follows from what was recorded; TypeScript has it from the types of the handles.
  const at = graphAddresses(contract, uses) as Graph<Id, I, O, AtOf<N>>['at'];
  const made = Object.freeze({ ...contract, document, at });
  rememberUses(made, uses);
  return made;
}
