/** What the service says about interventions by itself, while Temporal is down. On a server: test/live/service-interventions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Explanation } from '../../src/api/interventions.js';
import { Problem } from '../../src/api/problem.js';
import { ValueRef } from '../../src/api/values.js';
import { openService, NOBODY, type TestService } from './service-harness.js';

let service: TestService;
let hash: string;
beforeAll(async () => {
  service = await openService({ address: NOBODY, callTimeout: 300 });
  const answer = await service.send('PUT', '/api/v1/graphs/cafe', CAFE);
  hash = ((await answer.json()) as { readonly hash: string }).hash;
});
afterAll(() => service.stop());

const number = { type: 'number' } as const;
const CAFE = {
  id: 'cafe',
  in: { beans: number, water: number },
  nodes: {
    grind: { step: 'grind', in: { beans: '$in.beans' } },
    brew: { step: 'brew', in: { powder: 'grind.powder', water: '$in.water' } },
  },
  out: { coffee: 'brew.coffee', powder: 'grind.powder' },
  protect: { 'brew.coffee': 'never', 'brew/$in.water': 'with-reason' },
  steps: {
    grind: { in: { beans: number }, out: { powder: number } },
    brew: { in: { powder: number, water: number }, out: { coffee: number } },
  },
} as const;

async function problemOf(answering: Promise<Response>) {
  const answer = await answering;
  const problem = Problem.strict().parse(await answer.json());
  expect(answer.status).toBe(problem.status);
  return { ...problem, code: problem.type.replace('urn:espalier:', ''), paths: problem.errors.map(({ path }) => path) };
}
const post = (path: string, body: unknown): Promise<Response> => service.send('POST', `/api/v1${path}`, body);
const explained = async (body: object) => Explanation.parse(await (await post('/graphs/cafe/explain', body)).json());

const GOOD = { at: 'grind.powder', kind: 'override', value: 25 };
const { value: _, ...VALUELESS } = GOOD;

describe('an intervention that is none', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['nothing', undefined, ['']],
    ['a list', [GOOD], ['']],
    ['text', 'grind.powder=25', ['']],
    ['without a value', VALUELESS, ['']],
    ['with two values', { ...GOOD, resolve: { name: 'x' } }, ['']],
    ['all of it wrong at once', { at: '', kind: 1, onLate: 'never', by: null }, ['/at', '/kind', '/by', '/onLate', '']],
    ['with a key too many', { ...GOOD, force: true }, ['/force']],
    ['an id with blanks around it', { ...GOOD, id: ' x ' }, ['/id']],
    ['a ref into nowhere', { ...VALUELESS, ref: { store: 's3', key: 'x' } }, ['/ref/store', '/ref/key']],
    ['a resolver without a name', { ...VALUELESS, resolve: { args: [] } }, ['/resolve/name', '/resolve/args']],
    ['an endless reason', { ...GOOD, reason: 'x'.repeat(1001) }, ['/reason']],
  ])('%s is told with where it is wrong, and is not kept', async (_name, body, paths) => {
    const problem = await problemOf(post('/runs/someone/interventions', body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.paths).toEqual(paths);
    expect(await service.database.refusals.of('someone', { limit: 1 })).toEqual([]);
  });

  test('in a start, with the place in its list', async () => {
    const interventions = [GOOD, { ...GOOD, value: undefined }, { ...GOOD, at: 7 }];
    const problem = await problemOf(post('/runs', { graph: 'cafe', interventions, baggage: [], breakpoints: [{}] }));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.paths).toEqual(['/interventions/1', '/interventions/2/at', '/breakpoints/0', '/baggage']);
  });
});

test.each<[string, unknown, readonly string[]]>([
  ['no list', { before: 'grind' }, ['']],
  ['of no kind', [{ before: 'grind', after: 'grind' }], ['/0']],
  ['at no node', [{ before: 'grind' }, { before: 'grind.powder' }], ['/1']],
  ['under no condition', [{ at: 'grind.powder', if: '1 +' }], ['/0']],
])('breakpoints: %s', async (_name, body, paths) => {
  const problem = await problemOf(service.send('PUT', '/api/v1/runs/someone/breakpoints', body));
  expect(problem).toMatchObject({ status: 400, paths });
});

describe('a start with interventions that the graph does not take', () => {
  const begin = (id: string, interventions: readonly object[]) =>
    problemOf(post('/runs', { graph: 'cafe', id, input: { beans: 1, water: 1 }, interventions }));

  test('says all that is wrong with where it stands, and keeps each that was refused', async () => {
    const problem = await begin('bad', [
      { ...GOOD, by: 'ann', value: 'secret' },
      { ...GOOD, at: 'grind.flour', id: 'two' },
      { ...GOOD, at: 'brew/$in.powder' },
      { ...GOOD, at: 'brew/$in.powder' },
    ]);
    expect(problem).toMatchObject({ status: 422, code: 'invalid_intervention' });
    expect(problem.paths).toEqual(['/interventions/0/value', '/interventions/1/at', '/interventions/3/at']);
    const kept = await service.database.refusals.of('bad', { limit: 10 });
    expect(kept.map(({ at, code }) => `${at} ${code}`).toReversed()).toEqual([
      'grind.powder invalid_intervention',
      'grind.flour invalid_intervention',
      'brew/$in.powder invalid_intervention',
    ]);
    expect(JSON.stringify([kept, service.log])).not.toContain('secret');
    const lines = service.log.filter(({ fields }) => fields['runId'] === 'bad');
    expect(lines).toMatchObject([
      { level: 'info', fields: { graph: 'cafe', at: 'grind.powder', by: 'ann', outcome: 'invalid_intervention' } },
      {},
      {},
    ]);
  });

  test('is forbidden where the graph says so', async () => {
    const forbidden = await begin('never', [{ ...GOOD, at: 'brew.coffee' }]);
    expect(forbidden).toMatchObject({ status: 403, code: 'forbidden', paths: ['/interventions/0/at'] });
    const silent = await begin('silent', [{ ...GOOD, at: 'brew/$in.water' }]);
    expect(silent).toMatchObject({ status: 403, detail: expect.stringContaining('reason') as string });
    expect(await service.database.refusals.of('silent', { limit: 2 })).toMatchObject([{ code: 'forbidden' }]);
    const said = await begin('said', [{ ...GOOD, at: 'brew/$in.water', reason: 'it leaks' }]);
    expect(said).toMatchObject({ status: 503, code: 'not_reachable' });
    expect(await service.database.refusals.of('said', { limit: 2 })).toEqual([]);
  });

  test('made for another document is stale, before anything else is looked at', async () => {
    const made = '0'.repeat(64);
    const problem = await problemOf(post('/runs', { graph: 'cafe', document: made, input: {}, interventions: [GOOD] }));
    expect(problem).toMatchObject({ status: 409, code: 'stale_document' });
    expect(problem.detail).toContain(made);
    expect(problem.detail).toContain(hash);
  });
});

describe('what a run would do', () => {
  test('is told of each node, with what is missing and what has no effect', async () => {
    const interventions = [GOOD, { at: 'brew/$in.powder', kind: 'input', value: 1 }];
    expect(await explained({ document: hash, input: { water: 200 }, interventions })).toMatchObject({
      hash,
      nodes: [
        { at: 'grind', step: 'grind', verdict: 'short-circuited', by: ['grind.powder'] },
        { at: 'brew', verdict: 'run' },
      ],
      missing: [],
      unused: [{ at: 'brew/$in.powder', why: expect.stringMatching(/./) as string }],
    });
    const blocked = await explained({});
    expect(blocked.missing.toSorted()).toEqual(['$in.beans', '$in.water']);
    expect(blocked.nodes.map(({ verdict }) => verdict)).toEqual(['blocked', 'blocked']);
  });

  test('is refused as its start would be, and nothing is kept of it', async () => {
    const list = [{ ...GOOD, value: 'x' }];
    const invalid = await problemOf(post('/graphs/cafe/explain', { interventions: list }));
    expect(invalid).toMatchObject({ status: 422, code: 'invalid_intervention', paths: ['/interventions/0/value'] });
    const wrong = await problemOf(post('/graphs/cafe/explain', { input: { beans: 'x', milk: 1 } }));
    expect(wrong).toMatchObject({ status: 422, code: 'invalid_input' });
    expect(wrong.paths.toSorted()).toEqual(['/input/beans', '/input/milk']);
    expect(await problemOf(post('/graphs/nobody/explain', {}))).toMatchObject({ status: 404 });
    const stale = await problemOf(post('/graphs/cafe/explain', { document: 'f'.repeat(64) }));
    expect(stale).toMatchObject({ status: 409, code: 'stale_document' });
    expect(await problemOf(post('/graphs/cafe/explain', []))).toMatchObject({ status: 400 });
  });
});

describe('a value that is put', () => {
  test.each([[null], [0], [''], ['text'], [[1, { a: null }]], [{ '': 1 }]])(
    '%j is named by its digest',
    async value => {
      const answer = await post('/values', value);
      expect(answer.status).toBe(200);
      const ref = ValueRef.parse(await answer.json());
      expect(await post('/values', value).then(again => again.json())).toEqual(ref);
      const bytes: Uint8Array[] = [];
      for await (const piece of (await service.espalier.read(ref.key))?.bytes ?? []) bytes.push(piece);
      expect(JSON.parse(Buffer.concat(bytes).toString())).toEqual(value);
    },
  );

  test('has to be there, and to be JSON that can be kept', async () => {
    expect(await problemOf(post('/values', undefined))).toMatchObject({ status: 400, code: 'invalid_request' });
    const headers = { 'content-type': 'application/json' };
    const infinite = service.fetch('/api/v1/values', { method: 'POST', headers, body: '[1e400]' });
    expect(await problemOf(infinite)).toMatchObject({ status: 422, code: 'not_json' });
    expect(await problemOf(post('/values', 'x'.repeat(9_000_000)))).toMatchObject({ status: 413 });
  });
});

test('a wait is at most 60s, and only overridden runs can be asked for', async () => {
  expect(await problemOf(post('/runs/someone/interventions?wait=61s', GOOD))).toMatchObject({ paths: ['wait'] });
  expect(await problemOf(service.fetch('/api/v1/runs?overridden=no'))).toMatchObject({ paths: ['overridden'] });
  expect(await problemOf(service.fetch('/api/v1/runs?overridden=true'))).toMatchObject({ status: 503 });
});
