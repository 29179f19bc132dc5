import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** `schema` is that of the body (nothing, without one), `headers` say what headers of its own mean. */
export type Answer = readonly [
  status: number,
  schema: z.ZodType | undefined,
  description: string,
  headers?: Readonly<Record<string, string>>,
];

/**
 * What a route does, and how it answers when all is well: with the first status unless it says another. Problems need not
 * be told, as every route has them.
 */
export function Answers(summary: string, answers: readonly [Answer, ...Answer[]]): MethodDecorator {
  const responses = answers.map(([status, standardSchema, description, headers = {}]) => {
    const told = Object.entries(headers).map(([name, meaning]) => [name, { description: meaning, schema: TEXT }]);
    const common = { status, description, headers: Object.fromEntries(told) };
    return ApiResponse(standardSchema ? { ...common, standardSchema } : common);
  });
  return applyDecorators(HttpCode(answers[0][0]), ApiOperation({ summary }), ...responses);
}

const TEXT = { type: 'string' } as const;
