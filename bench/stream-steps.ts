/** The streams of the benchmark's graphs, and what takes their items. */
import { z } from 'zod';
import { step } from '../src/graph/step.js';
import { stream } from '../src/graph/stream.js';
import { impl, type Impl } from '../src/step/impl.js';
import { value } from './steps.js';
import { yielded } from './yielded.js';

/** Values that say when they were yielded. */
export const emit = stream({ id: 'emit', in: { count: z.number(), ms: z.number() }, yields: { value } });
/** How long ago a value was yielded, in milliseconds. */
export const late = step({ id: 'late', in: { value }, out: { ms: z.number() } });

export const streamSteps: readonly Impl[] = [
  impl(emit, async function* ({ count, ms }) {
    for await (const each of yielded(count, ms)) yield { value: each };
    return {};
  }),
  impl(late, input => ({ ms: Date.now() - input.value.n })),
];
