/** What probes are told, after the draft "Health Check Response Format for HTTP APIs". */
import { z } from 'zod';

export const HEALTH_MEDIA_TYPE = 'application/health+json';

const Status = z.enum(['pass', 'warn', 'fail']);
export const HealthCheck = z
  .object({
    status: Status,
    observedValue: z.number().describe('how long the answer took'),
    observedUnit: z.literal('ms'),
    time: z.iso.datetime().describe('when it was asked'),
    output: z.string().exactOptional().describe('what is wrong, and how to mend it'),
  })
  .meta({ id: 'HealthCheck' });

/** `checks` by what was asked, such as `temporal:responseTime`. */
export const Health = z
  .object({ status: Status, checks: z.record(z.string(), z.array(HealthCheck)).exactOptional() })
  .meta({ id: 'Health' });

export type HealthCheck = z.infer<typeof HealthCheck>;
export type Health = z.infer<typeof Health>;
