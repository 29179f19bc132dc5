import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { z } from 'zod';
import { jsonSchemaOf } from '../api/json-schema.js';

interface HttpRequest extends IncomingMessage {
  /** Node's own, where an adapter has a request of its own. */
  readonly raw?: IncomingMessage;
}

const distinct = createParamDecorator((name: string, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  const values = (request.raw ?? request).headersDistinct[name.toLowerCase()];
  return values?.length === 1 ? values[0] : values;
});

/** A header that is checked by its schema; one that is there twice comes as a list, and not joined. */
export function RequestHeader(name: string, schema: z.ZodType): ParameterDecorator {
  return (target, key, index) => {
    distinct(name, { schema })(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || method === undefined) return;
    const { $schema: _, description, ...rest } = jsonSchemaOf(schema);
    const told = { name, required: !schema.safeParse(undefined).success, schema: rest, description };
    (ApiHeader(told as Parameters<typeof ApiHeader>[0]) as MethodDecorator)(target, key, method);
  };
}
