import { checkContract } from './check-contract.js';
import type { StreamContract } from './contract.js';
import { manifestOf } from './manifest.js';
import type { NoPorts, Ports } from './ports.js';
import type { StepSpec } from './step.js';

export interface StreamSpec<
  Id extends string,
  I extends Ports,
  Y extends Ports,
  O extends Ports,
  P extends Ports,
  C extends Ports,
  Cursor extends string,
> extends Omit<StepSpec<Id, I, O, P, C>, 'out' | 'cache'> {
  /** What each of its items has; at least one port. */
  readonly yields: Y;
  /** What it gives when it has ended. None is called `items`. */
  readonly out?: O;
  /** One of `yields`: where the code is by an item. When it is executed again it goes on behind that of the last one taken. */
  readonly cursor?: Cursor;
}

/**
 * The contract of a stream: a step that yields items while it runs. Its implementation is an async generator. Throws a
 * `DefinitionError` as `step` does.
 */
export function stream<
  const Id extends string,
  I extends Ports,
  Y extends Ports,
  O extends Ports = NoPorts,
  P extends Ports = NoPorts,
  C extends Ports = NoPorts,
  const Cursor extends keyof Y & string = never,
>(spec: StreamSpec<Id, I, Y, O, P, C, Cursor>): StreamContract<Id, I, Y, O, P, C, Cursor> {
  // As in `step`: what is left out is inferred as NoPorts.
  const { out = {} as O, options = {} as P, context = {} as C } = spec;
  const contract = Object.freeze({ ...spec, kind: 'stream' as const, out, options, context });
  checkContract(contract);
  manifestOf(contract);
  return contract;
}
