/** What tests ask a service, and how they read its answers. */
import { expect } from 'vitest';
import type { z } from 'zod';
import { Problem } from '../../src/api/problem.js';
import { StartedRun } from '../../src/api/runs.js';
import type { TestService } from './service-harness.js';

/** Gives what it gets. */
export const ECHO = { id: 'echo', in: { v: {} }, out: { v: '$in.v' } };

/** An answer that is exactly as its schema says, with nothing more. */
export async function read<S extends z.ZodType>(
  schema: S,
  answering: Response | Promise<Response>,
): Promise<z.infer<S>> {
  const answer = await answering;
  const body: unknown = await answer.json();
  const parsed = schema.parse(body);
  expect(parsed).toEqual(body);
  return parsed;
}

/** The problem that a request is answered with, its code without what all have. */
export async function refused(answering: Promise<Response>): Promise<Problem & { readonly code: string }> {
  const answer = await answering;
  const problem = await read(Problem, answer);
  expect(answer.status).toBe(problem.status);
  return { ...problem, code: problem.type.replace('urn:espalier:', '') };
}

export function callsTo(service: () => TestService) {
  const start = (body: object, headers?: Readonly<Record<string, string>>): Promise<Response> =>
    service().send('POST', '/api/v1/runs', body, headers);
  return {
    start,
    /** Registers a graph; gives its hash. */
    async put(document: { readonly id: string }): Promise<string> {
      const answer = await service().send('PUT', `/api/v1/graphs/${document.id}`, document);
      expect(answer.ok).toBe(true);
      return ((await answer.json()) as { readonly hash: string }).hash;
    },
    /** The id of a run that was started. */
    started: async (body: object): Promise<string> => (await read(StartedRun, start(body))).id,
    result: (id: string, wait?: string): Promise<Response> =>
      service().fetch(`/api/v1/runs/${encodeURIComponent(id)}/result${wait === undefined ? '' : `?wait=${wait}`}`),
    ask: (id: string, what: string): Promise<Response> =>
      service().send('POST', `/api/v1/runs/${encodeURIComponent(id)}/${what}`),
  };
}
