import { randomBytes } from 'node:crypto';
import type { Keys } from '../../src/seal/keys.js';

/** Keys of one tenant, `acme`, the one that seals first. */
export function keysOf(...keys: readonly Uint8Array[]): Keys {
  const [first = randomBytes(32), ...others] = keys;
  return { of: async () => first, before: async () => others };
}

export const someKey = (): Buffer => randomBytes(32);

/** What a promise rejects with. */
export async function thrownBy(promise: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  return promise.then(
    () => Promise.reject(new Error('it did not throw')),
    (error: unknown) => error as Error,
  );
}
