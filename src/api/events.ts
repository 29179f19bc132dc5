/** Live frames of a run as data: see runs.ts. */
import { z } from 'zod';
import type { Frame as RunFrame } from '../run/run.js';
import { OUTCOMES } from './interventions.js';
import { Failure, Values } from './values.js';
import { Miss, Origin, Status, Trace } from './views.js';

const FRAME_KINDS = [
  'run',
  'scheduled',
  'attempt',
  'progress',
  'completed',
  'cached',
  'failed',
  'skipped',
  'cancelled',
  'short-circuited',
  'pruned',
  'intervention',
  'withdrawn',
  'held',
  'timer',
  'paused',
  'resumed',
  'link',
  'ended',
] as const;

const FrameId = z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/, 'expected the id of a frame (link.task.sub)');
export const EventQuery = z.strictObject({
  from: FrameId.exactOptional().describe('as `Last-Event-ID`, for those who can set no headers'),
});
/** In headers. */
export const LastEventId = FrameId.optional().describe('the last frame that the client has: those after it are sent');

/** The `data` of an event; its `id` and `event` are the `id` and `kind` of the frame. */
export const Frame: z.ZodType<RunFrame> = z
  .object({
    id: z
      .string()
      .exactOptional()
      .describe('link.task.sub, in order, the same whenever it is asked for; not of live frames'),
    live: z.literal(true).exactOptional().describe('told only to those who watch now'),
    at: z.string().describe("address of the node or the intervention; '' for the run itself"),
    kind: z.enum(FRAME_KINDS),
    time: z.number().describe('milliseconds since the epoch'),
    generation: z.int().exactOptional(),
    attempt: z.int().exactOptional(),
    startedAt: z.number().exactOptional(),
    outputs: Values.exactOptional(),
    from: Origin.exactOptional().describe('of a cached node: who has computed what it gives'),
    miss: Miss.exactOptional().describe('why a node whose results are cached ran all the same'),
    trace: Trace.exactOptional(),
    error: Failure.exactOptional(),
    status: Status.exactOptional(),
    outcome: z.enum(OUTCOMES).exactOptional().describe('of an intervention; one that was refused has an error'),
    intervention: z.string().exactOptional().describe('id of the intervention'),
    progress: z.object({ done: z.number(), total: z.number().exactOptional() }).exactOptional(),
  })
  .meta({ id: 'Frame' });
