/** Interventions, breakpoints and what comes of them as data: see runs.ts. */
import { CACHE_USES } from '../engine/known.js';
import { z } from 'zod';
import type { Breakpoint as RunBreakpoint } from '../engine/breakpoint.js';
import type { Explanation as PlanExplanation } from '../intervention/explain.js';
import type { Intervention as RunIntervention } from '../intervention/intervention.js';
import { breakpointsProblem } from '../engine/breakpoints-problem.js';
import { AnyJson, AnyObject, Hash, isObject, Name, Time, Wait } from './fields.js';
import { ValueRef } from './values.js';

type Same<T> = z.ZodType<T, T>;
type List<T> = Same<readonly T[]>;

const Address = z.string().min(1).max(5000);
export const OUTCOMES = ['applied', 'replaced-attempt', 'too-late'] as const;
const Resolve = z.strictObject({ name: z.string().min(1), args: AnyObject.exactOptional() });

const PAYLOADS = ['value', 'ref', 'resolve'] as const;
const hasOnePayload = (given: object): boolean => PAYLOADS.filter(name => name in given).length === 1;
const AnyPayload = z
  .strictObject({
    at: Address.describe('where it works: grind.powder, brew/$in.powder, $in.water'),
    kind: z.string().min(1).max(200).describe('input, override, or the name of an operate'),
    id: Name.exactOptional().describe('makes a repeat harmless: with the same content it acts once; else made up'),
    reason: z.string().max(1000).exactOptional(),
    by: z.string().max(200).exactOptional().describe('who asks for it'),
    onLate: z.enum(['reject', 'recompute']).exactOptional().describe('when a consumer has read the port already'),
    shortCircuit: z
      .boolean()
      .exactOptional()
      .describe('of an operate: it can stand in for a step that is not executed'),
    value: AnyJson.exactOptional(),
    ref: ValueRef.exactOptional().describe('a value that was stored before: POST /values'),
    resolve: Resolve.exactOptional().describe('a function that workers know, called when something needs the value'),
  })
  .refine(hasOnePayload, {
    error: 'expected one of value, ref and resolve',
    // Beside whatever else is wrong with it.
    when: ({ value }) => isObject(value),
  })
  .meta({ id: 'Intervention', oneOf: PAYLOADS.map(name => ({ required: [name] })) });
/** A change to a run made from outside, at an address. What it means for a graph is checked with the graph at hand. */
// Zod can't infer "exactly one of".
export const Intervention = AnyPayload as unknown as Same<RunIntervention>;
export const Interventions: List<RunIntervention> = z.array(Intervention);

const BREAKPOINT = 'expected { before: node }, { after: node } or { at: port, if: expression }';
const problemIn = (breakpoint: unknown): string | undefined => breakpointsProblem([breakpoint])?.replace(/^\/0: /, '');
export const Breakpoint: Same<RunBreakpoint> = z
  .union(
    [
      z.strictObject({ before: Address }),
      z.strictObject({ after: Address }),
      z.strictObject({ at: Address, if: z.string().describe('an until/1 expression over `value`') }),
    ],
    BREAKPOINT,
  )
  .refine(breakpoint => problemIn(breakpoint) === undefined, { error: ({ input }) => problemIn(input) })
  .meta({ id: 'Breakpoint' });
export const Breakpoints: List<RunBreakpoint> = z.array(Breakpoint).meta({ id: 'Breakpoints' });

export const ContinueRun = z
  .strictObject({ at: Address.exactOptional().describe('where it holds; without it, everywhere') })
  .meta({ id: 'ContinueRun' });
/** In paths. */
export const InterventionParam = Name.describe('id of an intervention');
export const InterveneQuery = z.strictObject({
  wait: Wait.exactOptional().describe('how long to wait for the outcome, such as 10s; at most 60s, 3s if not given'),
});
export const Intervened = z
  .object({
    id: z.string(),
    outcome: z.enum(OUTCOMES),
    seq: z.int().min(1).describe('1, 2, … in the order in which the run received them'),
  })
  .meta({ id: 'Intervened' });
export const PendingIntervention = z.object({ id: z.string() }).meta({ id: 'PendingIntervention' });

export const RefusedIntervention = z
  .object({
    run: z.string().exactOptional(),
    graph: z.string().exactOptional().describe('of a start that was refused with it'),
    id: z.string().exactOptional(),
    at: z.string(),
    kind: z.string(),
    by: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    refusedAt: Time,
    code: z.string(),
    message: z.string().describe('why, without values'),
  })
  .meta({ id: 'RefusedIntervention' });

export const ExplainRun = z
  .strictObject({
    document: Hash.exactOptional().describe('the version of the graph this was made for: with another one, 409'),
    input: AnyObject.default({}).describe('by port, or by address of an open port; may be partial'),
    interventions: Interventions.default([]),
    prune: z.boolean().exactOptional(),
    cache: z.enum(CACHE_USES).exactOptional().describe('how the run would use the step cache'),
  })
  .meta({ id: 'ExplainRun' });
const VERDICTS = ['run', 'conditional', 'short-circuited', 'cached', 'pruned', 'skipped', 'blocked'] as const;
/** What a run would do. */
export const Explanation = z
  .object({
    hash: Hash.describe('of the document'),
    nodes: z.array(
      z.object({
        at: z.string(),
        step: z.string(),
        verdict: z.enum(VERDICTS),
        why: z.string(),
        by: z.array(z.string()).describe('addresses of the interventions at its ports'),
      }),
    ),
    missing: z.array(z.string()).describe('required inputs that nobody gives'),
    unused: z.array(z.object({ at: z.string(), why: z.string() })).describe('interventions without effect'),
    waiting: z.array(z.string()).describe('awaited ports that are still open when the run begins'),
  })
  .meta({ id: 'Explanation' }) satisfies z.ZodType<PlanExplanation>;

export type ExplainRun = z.input<typeof ExplainRun>;
export type Explanation = z.infer<typeof Explanation>;
