import { isContract, type AnyStep, type InputOf, type OutputOf } from '../graph/contract.js';
import { DefinitionError } from '../graph/definition-error.js';
import type { Ctx, CtxOf } from './ctx.js';

/** The code of a step: code side in, code side out. One whose outputs are all optional may return nothing. */
export type Body<K extends AnyStep> = (input: InputOf<K>, ctx: CtxOf<K>) => Returned<K> | Promise<Returned<K>>;
type Returned<K extends AnyStep> = OutputOf<K> | ({} extends OutputOf<K> ? void : never);

/** A contract with its implementation. */
export interface Impl {
  readonly contract: AnyStep;
  /** The function's name, for messages. */
  readonly name: string;
  readonly body: (input: Readonly<Record<string, unknown>>, ctx: Ctx) => unknown;
}

/** Implements a step. Register what it returns: it does nothing by itself. */
export function impl<K extends AnyStep>(contract: K, body: NoInfer<Body<K>>): Impl {
  if (!isContract(contract) || contract.kind !== 'step') {
    throw new DefinitionError('invalid_contract', 'impl: expected the contract of a step, made by `step`');
  }
  if (typeof body !== 'function') {
    throw new DefinitionError(
      'invalid_contract',
      `impl of step "${contract.id}": expected a function (input, ctx) => outputs`,
    );
  }
  // The border gives it what the contract says, decoded by the contract's own schemas.
  return Object.freeze({ contract, name: body.name, body: body as unknown as Impl['body'] });
}
