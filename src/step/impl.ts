import { isStep, type AnyStep, type AnyStream, type InputOf, type OutputOf } from '../graph/contract.js';
import { DefinitionError } from '../graph/definition-error.js';
import type { Returned as Giving } from '../graph/ports.js';
import type { Ctx, CtxOf } from './ctx.js';

/**
 * The code of a step: code side in, code side out. One whose outputs are all optional may return nothing. That of a stream is
 * an async generator, which yields its items and returns its outputs.
 */
export type Body<K extends AnyStep> = (input: InputOf<K>, ctx: CtxOf<K>) => Result<K>;
type Result<K extends AnyStep> = K extends AnyStream
  ? AsyncGenerator<Giving<K['yields']>, Returned<K>>
  : Returned<K> | Promise<Returned<K>>;
type Returned<K extends AnyStep> = OutputOf<K> | ({} extends OutputOf<K> ? void : never);

const RESULTS = { step: 'outputs', stream: 'items, an async generator' } as const;

/** A contract with its implementation. */
export interface Impl {
  readonly contract: AnyStep;
  /** The function's name, for messages. */
  readonly name: string;
  readonly body: (input: Readonly<Record<string, unknown>>, ctx: Ctx) => unknown;
}

/** Implements a step or a stream. Register what it returns: it does nothing by itself. */
export function impl<K extends AnyStep>(contract: K, body: NoInfer<Body<K>>): Impl {
  if (!isStep(contract)) {
    const expected = 'expected the contract of a step, made by `step` or `stream`';
    throw new DefinitionError('invalid_contract', `impl: ${expected}`);
  }
  if (typeof body !== 'function') {
    throw new DefinitionError(
      'invalid_contract',
      `impl of ${contract.kind} "${contract.id}": expected a function (input, ctx) => ${RESULTS[contract.kind]}`,
    );
  }
  // The border gives it what the contract says, decoded by the contract's own schemas.
  return Object.freeze({ contract, name: body.name, body: body as unknown as Impl['body'] });
}
