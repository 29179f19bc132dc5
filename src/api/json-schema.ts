import { z } from 'zod';

/**
 * A schema as JSON Schema 2020-12, which is that of OpenAPI 3.1: what may be sent, and what is answered. Schemas with an id
 * are in its `$defs`.
 */
export const jsonSchemaOf = (schema: z.ZodType): z.core.JSONSchema.JSONSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
