/** What differs between two runs as data: see runs.ts. `satisfies` holds it against what the rooms give. */
import { z } from 'zod';
import type { PortDiff as RunPortDiff, RunDiff as DiffOfRuns } from '../run/diff.js';
import { Failure, Value } from './values.js';

const Ports = z.array(z.string());
const Reason = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['follows', 'input', 'intervention']), ports: Ports }),
  z.object({ kind: z.literal('code'), what: z.array(z.string()) }),
  z.object({ kind: z.literal('failure'), a: Failure.exactOptional(), b: Failure.exactOptional() }),
  z.object({ kind: z.enum(['non-determinism', 'code or non-determinism']) }),
]);
const ValueDiff = z.object({ at: z.string(), a: Value.exactOptional(), b: Value.exactOptional() });
const PortDiff = ValueDiff.extend({ why: z.array(Reason) }).meta({ id: 'PortDiff' }) satisfies z.ZodType<RunPortDiff>;
const Count = z.int().min(0);

export const RunDiff = z
  .object({
    a: z.string(),
    b: z.string(),
    inputs: z.array(ValueDiff).describe('inputs of the run that have other values'),
    earliest: z.array(PortDiff).describe('outputs that differ though nothing before them does but inputs; 200 at most'),
    differing: z.array(PortDiff).describe('all outputs that differ, in the order of the graph; 200 at most'),
    counts: z.object({
      same: Count.describe('output ports'),
      differing: Count,
      notCompared: Count.describe('nodes that one of them has not executed, or not to the end'),
      added: Count.describe('nodes that only b has'),
      removed: Count,
    }),
  })
  .meta({ id: 'RunDiff' }) satisfies z.ZodType<DiffOfRuns>;
