import { DefinitionError } from '../graph/definition-error.js';
import type { AnyGraph } from '../graph/contract.js';
import type { Impl } from './impl.js';

/** What a worker, a test or a run in this process offers; a folder's index exports it under these names. */
export interface Registered {
  readonly steps?: readonly Impl[];
  readonly graphs?: readonly AnyGraph[];
}

/** Implementations by step id. */
export interface Registry {
  find(step: string): Impl | undefined;
  readonly steps: readonly Impl[];
}

/** Throws `duplicate_id` when a step has two implementations. The same one twice is one. */
export function createRegistry({ steps = [] }: Registered): Registry {
  const known = new Map<string, { readonly impl: Impl; readonly at: string }>();
  for (const [index, impl] of steps.entries()) {
    const { id } = impl.contract;
    const at = `steps[${index}]${impl.name && ` (${impl.name})`}`;
    const before = known.get(id);
    if (before === undefined) known.set(id, { impl, at });
    else if (before.impl !== impl) {
      throw new DefinitionError(
        'duplicate_id',
        `step "${id}" has two implementations, ${before.at} and ${at}; register one`,
      );
    }
  }
  return { find: step => known.get(step)?.impl, steps: [...known.values()].map(({ impl }) => impl) };
}
