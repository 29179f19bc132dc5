import { z } from 'zod';
import { manifestDigest } from '../../src/document/manifest-digest.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step } from '../../src/graph/step.js';
import type { BorderDeps, StepCall } from '../../src/step/border.js';
import { cachedStep, type CachedResult, type Caching } from '../../src/step/cached-step.js';
import { impl, type Body } from '../../src/step/impl.js';
import { createMemoryStepCache } from '../../src/store/memory-step-cache.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { literal } from '../../src/value/leaf.js';

export const grind = step({
  id: 'grind',
  in: { beans: z.string() },
  out: { powder: z.string() },
  options: { times: z.number().default(1) },
  pure: true,
  version: '1',
  cache: true,
});

/** A step on a cache and a store of its own, and what it has done. */
export interface Mill {
  /** How often its body was called. */
  readonly calls: { count: number };
  readonly warnings: readonly string[];
  readonly cache: Caching['cache'];
  readonly store: BorderDeps['store'];
  run(more?: Use): Promise<CachedResult>;
}
export interface Use {
  readonly call?: Partial<StepCall>;
  readonly caching?: Partial<Caching>;
  readonly signal?: AbortSignal;
}

/** `body` gives `powder of <beans>` if not given. */
export function mill(body?: Body<typeof grind>, parts: Partial<Pick<Mill, 'cache' | 'store'>> = {}): Mill {
  const { cache = createMemoryStepCache(), store = createMemoryStore() } = parts;
  const calls = { count: 0 };
  const warnings: string[] = [];
  const silent = (): void => {};
  const log = { debug: silent, info: silent, error: silent, warn: (message: string) => void warnings.push(message) };
  const counted = impl(grind, (input, ctx) => {
    calls.count += 1;
    return body ? body(input, ctx) : { powder: `powder of ${input.beans}` };
  });
  const contract = { step: 'grind', digest: manifestDigest(manifestOf(grind)), version: '1' };
  const run = ({ call, caching, signal = new AbortController().signal }: Use = {}): Promise<CachedResult> =>
    cachedStep(
      counted,
      {
        ...{ address: 'grind', runId: 'r-1', tenant: 'acme', attempt: 1, idempotencyKey: 'r-1/grind#1' },
        ...{ inputs: { beans: literal('kenya') }, options: { times: 1 } },
        ...call,
      },
      { store, log, signal, progress: silent },
      { cache, contract, use: 'use', ...caching },
    );
  return { calls, warnings, cache, store, run };
}
