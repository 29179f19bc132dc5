import { z } from 'zod';

/** In paths. */
export const ValueParam = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')
  .describe('digest of a value');
