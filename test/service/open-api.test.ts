import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchemaOf } from '../../src/api/json-schema.js';
import { Problem } from '../../src/api/problem.js';
import { GraphsController } from '../../src/service/graphs/graphs.controller.js';
import { RunnersController } from '../../src/service/runners/runners.controller.js';
import { RunsController } from '../../src/service/runs/runs.controller.js';
import { operationsOf, type OpenApi, type Operation } from './open-api-document.js';
import { openService, NOBODY, type TestService } from './service-harness.js';

let service: TestService;
let text: string;
let document: OpenApi;
let operations: readonly Operation[];
beforeAll(async () => {
  forgetTypes();
  service = await openService({ address: NOBODY });
  text = await (await service.fetch('/openapi.json')).text();
  document = JSON.parse(text) as OpenApi;
  operations = operationsOf(document);
});
afterAll(() => service.stop());

/** Some compilers write the types of parameters down, others do not: the document must not depend on them. */
function forgetTypes(): void {
  for (const { prototype } of [GraphsController, RunsController, RunnersController]) {
    for (const method of Object.getOwnPropertyNames(prototype)) {
      Reflect.deleteMetadata('design:paramtypes', prototype, method);
    }
  }
}

/** Every object in a JSON value. */
function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const part of Object.values(value)) yield* objectsIn(part);
}

describe('the OpenAPI document', () => {
  test('is of version 3.1, and names no host', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Espalier', version: '1' } });
    expect(document.servers ?? []).toEqual([]);
    expect(text).not.toMatch(/localhost|127\.0\.0\.1/);
  });

  test('has every route that the service has', () => {
    const told = operations.map(({ method, path }) => `${method} ${path}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'put /api/v1/graphs/{id}',
        'get /api/v1/graphs',
        'get /api/v1/graphs/{id}',
        'get /api/v1/graphs/{id}/changes',
        'post /api/v1/runs',
        'get /api/v1/runs',
        'get /api/v1/runs/{id}',
        'get /api/v1/runs/{id}/result',
        'post /api/v1/runs/{id}/pause',
        'post /api/v1/runs/{id}/resume',
        'post /api/v1/runs/{id}/cancel',
      ]),
    );
  });

  test('refers to nothing that is not there, and has nothing that is not referred to', () => {
    const names = Object.keys(document.components.schemas).map(name => `#/components/schemas/${name}`);
    const refs = [...objectsIn(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(new Set(refs)).toEqual(new Set(names));
  });

  test('has only JSON Schemas of the dialect of OpenAPI 3.1', () => {
    for (const found of objectsIn(document)) {
      for (const key of ['$schema', '$defs', 'definitions', 'nullable']) expect(found).not.toHaveProperty([key]);
    }
  });

  test('says of every operation what it takes and gives', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const { path, operationId, summary, tags, parameters, responses } of operations) {
      expect(operationId, path).toMatch(/^[a-z]+_[a-z]+$/i);
      expect(summary, path).toMatch(/\w/);
      expect(tags, path).toHaveLength(1);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]);
      expect(parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
      expect(new Set(parameters.map(({ name, in: place }) => `${place} ${name.toLowerCase()}`)).size).toBe(
        parameters.length,
      );
      for (const { name, schema, required, in: place } of parameters) {
        expect(schema, `${path} ${name}`).toBeTypeOf('object');
        expect(required, `${path} ${name}`).toBe(place === 'path');
      }
      const good = Object.keys(responses).filter(status => status < '400');
      expect(good.length, path).toBeGreaterThan(0);
    }
  });

  test('says that every operation may answer with a problem', () => {
    const schema = { $ref: '#/components/schemas/Problem' };
    for (const { path, responses } of operations) {
      for (const status of ['4XX', '5XX']) {
        expect(responses[status], path).toMatchObject({ content: { 'application/problem+json': { schema } } });
      }
    }
    expect(document.components.schemas['Problem']).toEqual(asComponents(jsonSchemaOf(Problem).$defs?.['Problem']));
  });

  test('says that graphs are JSON or YAML, and which headers count', () => {
    const put = operations.find(({ operationId }) => operationId === 'graphs_put');
    expect(Object.keys(put?.requestBody?.content ?? {})).toEqual(['application/json', 'application/yaml']);
    const headers = operations.flatMap(({ operationId, parameters }) =>
      parameters.filter(parameter => parameter.in === 'header').map(({ name }) => `${operationId} ${name}`),
    );
    expect(headers).toEqual(expect.arrayContaining(['graphs_put Espalier-User', 'runs_start Idempotency-Key']));
  });
});

interface RouteArgument {
  readonly data?: string;
  readonly schema?: z.ZodType;
}
const BODY = '3';
const QUERY = '4';

/** The schemas that a controller checks with: of bodies or queries, by operation. */
function checked(
  controller: new (...args: never[]) => object,
  kind: string,
): readonly (readonly [string, z.ZodType])[] {
  const tag = controller.name.replace('Controller', '').toLowerCase();
  return Object.getOwnPropertyNames(controller.prototype).flatMap(method => {
    const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<string, RouteArgument>;
    const schemas = Object.entries(args).flatMap(([key, { schema }]) =>
      key.split(':')[0] === kind && schema ? [schema] : [],
    );
    return schemas.map(schema => [`${tag}_${method}`, schema] as const);
  });
}
const asComponents = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

describe('what is checked is what is told', () => {
  const controllers = [GraphsController, RunsController, RunnersController];

  test('of bodies', () => {
    const bodies = controllers.flatMap(controller => checked(controller, BODY));
    expect(bodies.length).toBeGreaterThanOrEqual(2);
    for (const [operationId, schema] of bodies) {
      const { $schema: _, $defs = {}, ...own } = jsonSchemaOf(schema);
      const told = operations.find(operation => operation.operationId === operationId)?.requestBody?.content[
        'application/json'
      ];
      expect(told?.schema, operationId).toEqual(asComponents(own));
      for (const [name, definition] of Object.entries($defs)) {
        expect(document.components.schemas[name], name).toEqual(asComponents(definition));
      }
    }
  });

  test('of queries', () => {
    const queries = controllers.flatMap(controller => checked(controller, QUERY));
    expect(queries.length).toBeGreaterThanOrEqual(4);
    for (const [operationId, schema] of queries) {
      const told = operations.find(operation => operation.operationId === operationId)?.parameters ?? [];
      const parameters = told
        .filter(parameter => parameter.in === 'query')
        .map(parameter => [parameter.name, parameter.schema]);
      expect(Object.fromEntries(parameters), operationId).toEqual(asComponents(jsonSchemaOf(schema).properties));
    }
  });
});

describe('the page of it', () => {
  test('has all it needs in the service itself', async () => {
    const html = await (await service.fetch('/docs')).text();
    expect(html).toContain('<title>Espalier</title>');
    expect(html).not.toMatch(/(?:src|href)="(?!\.\/)/);
    const parts = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(match => match[1] ?? '');
    expect(parts.length).toBeGreaterThanOrEqual(4);
    for (const part of parts) {
      const answer = await service.fetch(`/${part}`);
      expect(answer.status, part).toBe(200);
      expect((await answer.arrayBuffer()).byteLength, part).toBeGreaterThan(100);
    }
  });
});
