import { z } from 'zod';

/** One thing that is wrong with a request. */
export const ProblemIssue = z
  .object({
    path: z.string().describe('JSON pointer into the body, or the name of the parameter or header'),
    code: z.string(),
    message: z.string(),
    line: z.int().exactOptional(),
    column: z.int().exactOptional(),
  })
  .meta({ id: 'ProblemIssue' });

/** What every answer with a status from 400 on carries, as `application/problem+json` (RFC 9457). */
export const Problem = z
  .object({
    type: z.string().describe('urn:espalier:CODE; branch on this'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(ProblemIssue).describe('all that is wrong, up to a thousand'),
  })
  .meta({ id: 'Problem' });

export type ProblemIssue = z.infer<typeof ProblemIssue>;
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_TYPE = 'urn:espalier:';
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
