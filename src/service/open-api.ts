import { HttpStatus, type INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { jsonSchemaOf } from '../api/json-schema.js';
import { Problem, PROBLEM_MEDIA_TYPE } from '../api/problem.js';
import { GraphDocument } from '../api/graphs.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type JsonSchema = Schemas[string];

/** `/openapi.json` from the same schemas that requests are checked with, and a page of it at `/docs`. */
export function useOpenApi(app: INestApplication): void {
  const create = (): OpenAPIObject => createOpenApi(app);
  SwaggerModule.setup('docs', app, create, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Espalier',
  });
  // Who only knows where the service is finds the rest.
  const adapter = app.getHttpAdapter();
  adapter.get('/', (_request: unknown, response: unknown) => adapter.redirect(response, HttpStatus.FOUND, '/docs'));
}

function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Espalier')
    .setDescription('Graphs, and their runs on Temporal. Whatever goes wrong is told as a problem (RFC 9457).')
    .setVersion('1')
    .build();
  tellParameters(app);
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
    standardSchemaConverter: schema => (schema instanceof z.ZodType ? converted(schema) : undefined),
  });
  return withProblems(document);
}

/** Schemas with an id become components of that name. */
function converted(schema: z.ZodType): { readonly schema: JsonSchema; readonly components: Schemas } {
  const text = JSON.stringify(jsonSchemaOf(schema)).replaceAll('"#/$defs/', '"#/components/schemas/');
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = JSON.parse(text) as JsonSchema & {
    readonly $schema: string;
    readonly $defs?: Schemas;
  };
  return { schema: rest, components: $defs };
}

/** Parameters are told by their schemas. Their types, which only some compilers write down, have to be there, but say nothing. */
function tellParameters(app: INestApplication): void {
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      const prototype: object = metatype?.prototype ?? {};
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        if (typeof value !== 'function' || name === 'constructor') continue;
        const types = Array.from({ length: value.length }, () => Object);
        Reflect.defineMetadata('design:paramtypes', types, prototype, name);
      }
    }
  }
}

/** Every route may answer with a problem, and all problems look the same. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  const { schema, components } = converted(Problem);
  const content = { [PROBLEM_MEDIA_TYPE]: { schema } };
  const retry = { description: 'with 503: seconds after which to try again', schema: { type: 'integer' } };
  const problems = {
    '4XX': { description: 'what is wrong with the request', content },
    '5XX': { description: 'what is out of order', content, headers: { 'Retry-After': retry } },
  };
  const paths = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([method, operation]) => [
        method,
        { ...operation, responses: { ...operation.responses, ...problems } },
      ]),
    ),
  ]);
  const schemas = { ...document.components?.schemas, ...components, ...converted(GraphDocument).components };
  return { ...document, paths: Object.fromEntries(paths), components: { ...document.components, schemas } };
}
