import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GraphChangePage, GraphEntry, GraphPage, GraphVersion, GraphVersionPage } from '../../src/api/graphs.js';
import { Problem } from '../../src/api/problem.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { openService, NOBODY, type TestService } from './service-harness.js';

let service: TestService;
beforeAll(async () => {
  service = await openService({ address: NOBODY });
});
afterAll(() => service.stop());

const n = z.number();
const inc = step({ id: 'inc', in: { n }, out: { n } });
const documentOf = (id: string, length: number) =>
  graph({ id, in: { n }, out: { n } }, (g, i) => {
    let last = i.n;
    for (let k = 0; k < length; k += 1) last = g.run(inc, { n: last }, { as: `n${k}` }).n;
    return { out: { n: last } };
  }).document;

const put = (id: string, body: unknown, headers?: Readonly<Record<string, string>>) =>
  service.send('PUT', `/api/v1/graphs/${id}`, body, headers);
const putYaml = (id: string, body: string) =>
  service.fetch(`/api/v1/graphs/${id}`, { method: 'PUT', headers: { 'content-type': 'application/yaml' }, body });
const read = async <T>(schema: z.ZodType<T>, answer: Response | Promise<Response>): Promise<T> =>
  schema.parse(await (await answer).json());
const stored = async (): Promise<number> => (await service.database.graphs.list({ limit: 1000 })).length;

describe('a graph that is registered', () => {
  test('is created, then a new version, then the same again', async () => {
    const created = await put('first', documentOf('first', 1), { 'espalier-user': 'ada' });
    expect(created.status).toBe(201);
    const version = await read(GraphVersion, created);
    expect(version).toMatchObject({ id: 'first', version: 1, createdBy: 'ada' });

    const updated = await put('first', documentOf('first', 2));
    expect(updated.status).toBe(200);
    expect(await read(GraphVersion, updated)).toMatchObject({ version: 2, createdBy: 'unknown' });

    const again = await put('first', documentOf('first', 1));
    expect(again.status).toBe(200);
    expect(await read(GraphVersion, again)).toEqual(version);

    const { changes } = await read(GraphChangePage, service.fetch('/api/v1/graphs/first/changes'));
    expect(changes.map(({ seq, by, to }) => [seq, by, to === version.hash])).toEqual([
      [3, 'unknown', true],
      [2, 'unknown', false],
      [1, 'ada', true],
    ]);
  });

  test('is read as it was put, the current version or one by its hash', async () => {
    const [one, two] = [documentOf('read', 1), documentOf('read', 2)];
    const { hash } = await read(GraphVersion, put('read', one));
    await put('read', two);
    expect((await read(GraphEntry, service.fetch('/api/v1/graphs/read'))).document).toEqual(two);
    expect((await read(GraphEntry, service.fetch(`/api/v1/graphs/read?hash=${hash}`))).document).toEqual(one);
    const unknown = await service.fetch(`/api/v1/graphs/read?hash=${'0'.repeat(64)}`);
    expect([unknown.status, (await read(Problem, unknown)).type]).toEqual([404, 'urn:espalier:not_found']);
  });

  test('may be written in YAML', async () => {
    const document = documentOf('yaml', 1);
    const { hash } = await read(GraphVersion, put('yaml', document));
    const yaml = `# the same\n${JSON.stringify(document, undefined, 1)}\n`;
    const answer = await putYaml('yaml', yaml);
    expect(answer.status).toBe(200);
    expect(await read(GraphVersion, answer)).toMatchObject({ hash });
  });

  test('in YAML that is none is a request that cannot be read, as with JSON', async () => {
    const answer = await putYaml('yaml', 'id: yaml\nin: [1\n');
    expect(answer.status).toBe(400);
    expect(await read(Problem, answer)).toMatchObject({
      type: 'urn:espalier:invalid_yaml',
      errors: [{ code: 'syntax' }],
    });
  });
});

describe('nothing is stored of', () => {
  test.each<[string, unknown, number, readonly string[]]>([
    ['a document of another graph', documentOf('other', 1), 422, ['/id']],
    ['a string', 'id: refused', 422, ['']],
    ['a list', [], 422, ['']],
    [
      'a document with mistakes, all of them',
      { id: 'refused', nodes: { a: { step: 'x', inn: {} } }, zzz: 1 },
      422,
      ['/nodes/a/inn', '/zzz'],
    ],
    ['a graph with a cycle', cyclic(), 422, []],
    ['a secret prototype', { id: 'refused', in: JSON.parse('{"constructor":{}}') }, 422, ['/in/constructor']],
  ])('%s', async (_, body, status, paths) => {
    const before = await stored();
    const answer = await put('refused', body);
    const problem = await read(Problem, answer);
    expect(answer.status).toBe(status);
    expect(problem.errors.length).toBeGreaterThan(0);
    expect(problem.errors.map(({ path }) => path)).toEqual(expect.arrayContaining([...paths]));
    expect(await stored()).toBe(before);
  });

  test('YAML with a mistake, which is told with its line', async () => {
    const problem = await read(Problem, putYaml('refused', 'id: refused\nnodes:\n  a: { step: x, step: y }\n'));
    expect(problem.errors[0]).toMatchObject({ code: 'duplicate_key', path: '/nodes/a/step', line: 3 });
  });

  test('no body at all', async () => {
    const answer = await put('refused', undefined);
    expect([answer.status, (await read(Problem, answer)).type]).toEqual([400, 'urn:espalier:missing_body']);
  });
});

function cyclic() {
  const { nodes, ...rest } = documentOf('refused', 2);
  return { ...rest, nodes: { ...nodes, n0: { step: 'inc', in: { n: 'n1.n' } } } };
}

describe('lists', () => {
  test('go on with their cursors until they end', async () => {
    for (const id of ['l1', 'l2', 'l3', 'l4', 'l5']) await put(id, documentOf(id, 1));
    const ids: string[] = [];
    for (let query = 'limit=2'; query !== '';) {
      const page = await read(GraphPage, service.fetch(`/api/v1/graphs?${query}`));
      expect(page.graphs.length).toBeLessThanOrEqual(2);
      ids.push(...page.graphs.map(({ id }) => id));
      query = page.cursor === undefined ? '' : `limit=2&cursor=${encodeURIComponent(page.cursor)}`;
    }
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toHaveLength(await stored());
  });

  test('refuse every cursor that is not their own', async () => {
    for (const length of [1, 2, 3]) {
      await put('c1', documentOf('c1', length));
      await put('c2', documentOf('c2', length));
    }
    const { cursor: graphs = '' } = await read(GraphPage, service.fetch('/api/v1/graphs?limit=1'));
    const { cursor: changes = '' } = await read(GraphChangePage, service.fetch('/api/v1/graphs/c1/changes?limit=1'));
    expect((await service.fetch(`/api/v1/graphs/c1/changes?cursor=${changes}`)).status).toBe(200);
    const forged = Buffer.from(JSON.stringify(['changes of c1', '-1'])).toString('base64url');
    const wrong = [
      ['/api/v1/graphs', [changes, graphs.slice(0, -1), `${graphs}=`, `${graphs}A`, 'e30', 'bnVsbA', '%00']],
      ['/api/v1/graphs/c1/changes', [graphs, changes.slice(1), forged]],
      ['/api/v1/graphs/c2/changes', [changes]],
      ['/api/v1/graphs/c1/versions', [changes]],
    ] as const;
    for (const [path, cursors] of wrong) {
      for (const cursor of cursors) {
        const answer = await service.fetch(`${path}?cursor=${cursor}`);
        expect(answer.status, `${path} ${cursor}`).toBe(400);
        expect((await read(Problem, answer)).errors[0]?.path).toBe('cursor');
      }
    }
  });

  test('of versions give each once, the latest first', async () => {
    for (const length of [1, 2, 3, 2]) await put('v1', documentOf('v1', length));
    const first = await read(GraphVersionPage, service.fetch('/api/v1/graphs/v1/versions?limit=2'));
    const rest = await read(GraphVersionPage, service.fetch(`/api/v1/graphs/v1/versions?cursor=${first.cursor}`));
    expect([...first.versions, ...rest.versions].map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(rest.cursor).toBeUndefined();
    expect((await service.fetch('/api/v1/graphs/nobody/versions')).status).toBe(404);
  });

  test('of changes know whose they are', async () => {
    expect((await service.fetch('/api/v1/graphs/nobody/changes')).status).toBe(404);
  });
});

test('every request is a line at debug', async () => {
  await service.fetch('/api/v1/graphs/nobody?hash=');
  await expect
    .poll(() => service.log.at(-1))
    .toMatchObject({
      level: 'debug',
      message: 'request',
      fields: { method: 'GET', url: '/api/v1/graphs/nobody?hash=', status: 400, ms: expect.any(Number) },
    });
});
