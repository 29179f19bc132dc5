/** Requests that a document of the API allows nearly, hardly or not at all, and what the service must not do with them. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { Problem } from '../../src/api/problem.js';
import type { Operation, Parameter } from './open-api-document.js';
import { sendRaw, type RawAnswer, type RawRequest } from './raw.js';

export interface Rubbish extends RawRequest {
  /** Of the operation that it is aimed at. */
  readonly target: string;
  /** It ends before all is sent that its headers promise. */
  readonly cut: boolean;
}

/** Things that are there, so that some requests get far. */
export interface Known {
  readonly ids: readonly string[];
  /** A body that is right, by operation id. */
  readonly bodies: Readonly<Record<string, unknown>>;
}

/** Bodies of the routes that change runs, which are nearly right for any graph. */
export const INTERVENING: Known['bodies'] = {
  interventions_intervene: { at: 'grind.powder', kind: 'override', id: 'mine', value: 1, onLate: 'recompute' },
  runs_continue: { at: 'grind' },
  runs_fork: { from: ['grind'], cache: 'use' },
  runs_setBreakpoints: [{ before: 'grind' }, { at: 'grind.powder', if: 'value > 1' }],
  graphs_explain: { input: { n: 1 }, interventions: [{ at: '$in.n', kind: 'input', value: 1 }], prune: true },
  values_put: { any: 'thing' },
  runners_start: { id: 'fed', graph: 'chain', checkpoint: 'manual', policies: [{ match: '**', policy: 'io' }] },
  runners_feed: { input: { n: 1 }, id: 'first', context: { _global: { apiKey: 'x' } } },
  runners_stop: { persist: true },
  runners_resume: { rehydration: 'hybrid' },
};

const ODD = [
  '',
  '0',
  '-1',
  '1e400',
  '9'.repeat(400),
  'null',
  'true',
  '__proto__',
  'constructor',
  '../..',
  "a'b",
  '\u0000',
  '\ud800',
  '山',
  ' ',
  '%',
  'a/b',
  'x'.repeat(300),
];

const odd = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 20 }));
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());
/** In a path or a query: mostly encoded as it should be. */
const inUrl = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: text.map(encoded) },
    { weight: 1, arbitrary: fc.constantFrom('%', '%zz', '%c3%28', '%00', '%2F..%2F', '%ff') },
    { weight: 1, arbitrary: fc.stringMatching(/^[\x21-\x22\x24-\x3e\x40-\x7e\xa0-\xff]{1,20}$/) },
  );

export function rubbish(operations: readonly Operation[], known: Known): fc.Arbitrary<Rubbish> {
  return fc.constantFrom(...operations).chain(operation => {
    const inPath = operation.parameters.filter(parameter => parameter.in === 'path');
    const inQuery = operation.parameters.filter(parameter => parameter.in === 'query');
    return fc
      .record({
        method: fc.oneof({ weight: 20, arbitrary: fc.constant(operation.method.toUpperCase()) }, METHODS),
        ids: fc.tuple(
          ...inPath.map(() => inUrl(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known.ids) }, odd))),
        ),
        query: fc.array(
          fc.oneof(...inQuery.map(queryPair), { weight: 1, arbitrary: fc.tuple(inUrl(odd), inUrl(odd)) }),
          { maxLength: inQuery.length },
        ),
        headers: fc.array(header, { maxLength: 2 }),
        type: fc.oneof({ weight: 4, arbitrary: fc.constant('application/json') }, TYPES),
        body: operation.requestBody ? bodyOf(operation, known) : fc.constant(''),
        cut: fc.nat(19).map(roll => roll === 0),
      })
      .map(({ ids, query, headers, type, cut, ...rest }) => ({
        ...rest,
        target: operation.operationId,
        path:
          filled(operation.path, inPath, ids) +
          (query.length > 0 ? `?${query.map(pair => pair.join('=')).join('&')}` : ''),
        headers: [...(rest.body.length > 0 && type !== '' ? [['Content-Type', type] as const] : []), ...headers],
        cut: cut || headers.some(([name]) => FRAMING.has(name.toLowerCase())),
      }));
  });
}

function filled(path: string, parameters: readonly Parameter[], values: readonly string[]): string {
  return parameters.reduce((text, { name }, at) => text.replace(`{${name}}`, () => values[at] ?? ''), path);
}

function queryPair({ name, schema }: Parameter) {
  const good = schema.enum ? fc.constantFrom(...schema.enum.map(String)) : fc.constantFrom('1', '2', '1s', '0.0.0');
  return { weight: 3, arbitrary: fc.tuple(fc.constant(name), inUrl(fc.oneof(good, odd))) };
}

const METHODS = fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND');
const TYPES = fc.constantFrom(
  '',
  'application/yaml',
  'text/plain',
  'application/json; charset=latin1',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  '*/*',
  ';',
  'application/json;;charset',
);
/** Headers that say how much is to come. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'expect', 'connection', 'upgrade']);
const header: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  fc.constantFrom(
    'Idempotency-Key',
    'Espalier-User',
    'Last-Event-ID',
    'If-None-Match',
    'Content-Encoding',
    'Accept',
    'Range',
    'Cookie',
    'Content-Length',
    'Transfer-Encoding',
    'Expect',
    'X-Odd',
    '__proto__',
    'constructor',
  ),
  fc.oneof(
    fc.constantFrom('a', 'chunked', 'gzip', '5', '100-continue', '*', '0.0.0'),
    fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,300}$/),
  ),
);

function bodyOf({ operationId }: Operation, known: Known): fc.Arbitrary<string | Buffer> {
  const good = JSON.stringify(known.bodies[operationId] ?? {});
  const fields = Object.keys(known.bodies[operationId] ?? {});
  const anyJson = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
  return fc.oneof(
    fc.constant(good),
    // Nearly right: some fields are something else, or there are more of them.
    fc
      .dictionary(fc.oneof(fc.constantFrom(...fields, 'x'), odd), anyJson, { maxKeys: 4 })
      .map(changes => JSON.stringify({ ...JSON.parse(good), ...changes })),
    anyJson.map(value => JSON.stringify(value)),
    fc.tuple(fc.constant(good), fc.nat(good.length)).map(([text, at]) => text.slice(0, at)),
    fc.tuple(fc.constant(good), fc.constantFrom(...fields, 'x')).map(([text, key]) => `{"${key}":1,${text.slice(1)}`),
    fc
      .constantFrom('[', '{"a":', '{"__proto__":')
      .chain(part => fc.constantFrom(100, 501, 50_000).map(times => part.repeat(times))),
    fc.constantFrom(
      '{"n":1e400}',
      '{"\\u005f_proto__":1}',
      '{"id":"\\ud800"}',
      `[${'0,'.repeat(100_000)}0]`,
      '\ufeff{}',
      'a: *b',
      '!!js x',
      '&a [*a]',
    ),
    fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  );
}

/** What any answer must be, whatever was asked; `down`: Temporal may be out of reach. */
function checkAnswer({ target, method, cut }: Rubbish, { status, headers, body }: RawAnswer, down: boolean): void {
  if (status === 0) return expect(cut, 'an answer').toBe(true);
  if (status >= 500) expect([down, status], body).toEqual([true, 503]);
  if (status < 400 || (target === 'health_ready' && status === 503)) return;
  expect(headers['content-type']).toContain('application/problem+json');
  if (status === 503) expect(headers['retry-after']).toMatch(/^\d+$/);
  if (method !== 'HEAD') expect(Problem.strict().parse(JSON.parse(body)).status).toBe(status);
}

export interface Answered {
  readonly request: Rubbish;
  readonly answer: RawAnswer;
}

/** Sends requests, some at once, and checks each answer. Gives the answers. */
export async function throwRubbish(
  port: number,
  requests: fc.Arbitrary<Rubbish>,
  options: { readonly seed: number; readonly numRuns: number; readonly down: boolean },
): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  const some = fc.array(requests, { minLength: 12, maxLength: 12 });
  const property = fc.asyncProperty(some, async batch => {
    const sent = batch.map(async request => {
      const answer = await sendRaw(port, request);
      checkAnswer(request, answer, options.down);
      answers.push({ request, answer });
    });
    await Promise.all(sent);
  });
  const { seed, numRuns } = options;
  await fc.assert(property, { seed, numRuns, endOnFailure: true, interruptAfterTimeLimit: 12_000 });
  return answers;
}
