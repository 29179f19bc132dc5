/** Commands against the service of `espalier dev`, beside the same commands against its Temporal server. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { espalier, freePort, launch, PRESS, ROOT, SHOP, start, temporaryFolder, type Command } from './espalier.js';
import { useOneProcess } from './one-process.js';

const POLL = { timeout: 30_000 };
let folder: string;
let url: string;
let dev: Command;
let port: number;

const launchDev = async (): Promise<Command> => {
  const command = launch(['dev', SHOP, PRESS, '--data', folder, '--port', String(port)]);
  await command.said(/^ready/m);
  return command;
};
const command = useOneProcess();
const overHttp = (...args: readonly string[]) => command([...args, '--address', url]);
const directly = (...args: readonly string[]) => command([...args, '--data', folder]);
const gate = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-service-'));
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  dev = await launchDev();
});

afterAll(async () => {
  await dev.kill();
  await rm(folder, { recursive: true, force: true });
});

describe('dev', () => {
  test('serves HTTP, says where, and tells the metrics of its worker too', async () => {
    await dev.said(new RegExp(`^service {2}${url}\ndocs {5}${url}/docs$`, 'm'));
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    expect(JSON.parse(await readFile(join(folder, 'server.json'), 'utf8'))).toMatchObject({ service: url });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^espalier_http_request_duration_seconds/m);
    expect(metrics).toMatch(/^temporal_/m);
  });

  test('registers the graphs of its folders, for commands that are told nothing', async () => {
    const { code, stdout } = await directly('graph', 'list', '-o', 'json');
    expect(code).toBe(0);
    const { graphs } = JSON.parse(stdout) as { readonly graphs: readonly object[] };
    expect(graphs).toEqual(
      ['book', 'gated', 'order'].map(id => expect.objectContaining({ id, version: 1, createdBy: 'dev' })),
    );
    const table = await overHttp('graph', 'list');
    expect(table.stdout).toMatch(/^GRAPH +VERSION +HASH +REGISTERED +BY +TITLE\nbook +1 +[0-9a-f]{12} +\S+ \S+ +dev$/m);
  });

  test('documents its routes as they are', async () => {
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, object>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    );
    const page = await readFile(join(ROOT, 'docs/http.md'), 'utf8');
    const rows = [...page.matchAll(/^\| ((?:GET|PUT|POST|DELETE) \S+) +\|/gm)].map(([, route]) => route);
    expect(rows.toSorted()).toEqual(routes.toSorted());
    expect(page.split('\n').length).toBeLessThanOrEqual(101);
  });

  test('is all that doctor looks at where it is named', async () => {
    const { code, stdout } = await espalier(['doctor', '--address', url], { env: { PATH: '/nowhere' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ok +service +${url} is ready$`, 'm'));
    expect(stdout).not.toContain('→');
  });

  test('on a port that is taken is refused if it was asked for, and takes the next one if not', async () => {
    const other = await temporaryFolder();
    const refused = await espalier(['dev', '--data', other, '--port', String(port)]);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain(`cannot listen on 127.0.0.1:${port}: the port is taken; choose another one`);
    const nearby = start(['dev', '--data', other], { env: { ESPALIER_PORT: String(port) } });
    const [, taken] = await nearby.said(/^service {2}http:\/\/127\.0\.0\.1:(\d+) \(port \d+ is taken\)$/m);
    expect(Number(taken)).toBeGreaterThan(port);
    await nearby.said(/^ready/m);
    nearby.interrupt();
    expect(await nearby.ended).toMatchObject({ code: 0 });
  });
});

describe('a registered graph', () => {
  test('runs by its id, over HTTP and directly, with everything it puts out', async () => {
    const run = ['run', 'book', '--set', 'pages=40', '-o', 'json'];
    const [http, direct] = [await overHttp(...run), await directly(...run)];
    expect({ code: http.code, stderr: http.stderr }).toMatchObject({ code: 0 });
    expect(http.stderr).toContain('its steps are left to the workers of the service\n');
    expect(direct.stderr).toContain('its steps are left to the workers of task queue espalier\n');
    const [one, other] = [http, direct].map(({ stdout }) => JSON.parse(stdout) as { readonly outputs: object });
    expect(one?.outputs).toMatchObject({ pages: 40 });
    expect(JSON.stringify(one?.outputs)).toBe(JSON.stringify(other?.outputs));
  });

  test('is shown, checked and exported as its folder is', async () => {
    for (const [command, ...more] of [['show'], ['check'], ['export', '-o', 'json']] as const) {
      const [registered, service, local] = await Promise.all([
        directly('graph', command, 'order', ...more),
        overHttp('graph', command, 'order', ...more),
        espalier(['graph', command, `${SHOP}#order`, ...more]),
      ]);
      expect(registered).toEqual(local);
      expect(service).toEqual(local);
    }
  });

  test('has versions: a change is a new one, and an older one comes back', async () => {
    const file = join(folder, 'tea.yaml');
    const put = async (title: string) => {
      await writeFile(file, `id: tea\ntitle: ${title}\n`);
      const { code, stdout } = await overHttp('graph', 'put', file);
      expect(code).toBe(0);
      return stdout;
    };
    expect(await put('Green')).toMatch(/^tea {2}version 1 {2}[0-9a-f]{64} {2}created\n$/);
    expect(await put('Green')).toMatch(/^tea {2}version 1 .* unchanged\n$/);
    expect(await put('Black')).toMatch(/^tea {2}version 2 .* new version\n$/);
    expect(await put('Green')).toMatch(/^tea {2}version 1 .* points back to it\n$/);
    const { stdout, stderr } = await directly('graph', 'put', file, '-o', 'json');
    expect(stderr).toBe(`registered at ${url}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'tea', version: 1, change: 'unchanged' });
  });

  test('that is none is refused, with how a folder of that name is registered', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'tax'));
    const [none, here, direct] = await Promise.all([
      espalier(['run', 'nobody', '--address', url], { cwd }),
      espalier(['run', 'tax', '--address', url], { cwd }),
      espalier(['run', 'nobody', '--data', folder], { cwd }),
    ]);
    expect(none).toEqual({ code: 3, stdout: '', stderr: `error: no graph "nobody" is registered at ${url}\n` });
    expect(here.code).toBe(3);
    expect(here.stderr).toContain(
      `registered at ${url}; the folder tax is registered with \`espalier graph put tax --address ${url}\`\n`,
    );
    expect(direct).toMatchObject({ code: 3, stderr: 'error: there is no file, folder or registered graph "nobody"\n' });
  });

  test('is started once for an idempotency key', async () => {
    const order = (article: string) =>
      overHttp('run', 'order', '--set', `article=${article}`, '--idempotency-key', 'weekly', '-o', 'json');
    const [first, second] = [await order('pear'), await order('pear')];
    expect(first.code).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(await order('plum')).toMatchObject({ code: 2, stderr: expect.stringContaining('was used before') });
  });
});

describe('over HTTP and directly the same is said of', () => {
  const same = async (args: readonly string[], code = 0) => {
    const [http, direct] = await Promise.all([overHttp(...args), directly(...args)]);
    expect(http).toEqual(direct);
    expect(http.code).toBe(code);
    return http;
  };

  beforeAll(async () => {
    const failing = ['--set', 'article=anvil', '--set', 'count=1000', '--on-failure', 'continue', '--id', 'heavy'];
    const thick = ['--set', 'pages=40', '--id', 'thick'];
    await overHttp('run', 'order', ...failing);
    await overHttp('run', 'book', ...thick);
    const changed = ['--set', 'article=pear', '--pin', 'price.total=7', '--id', 'pinned'];
    await overHttp('run', 'order', ...changed);
  });

  test.each(['text', 'json', 'jsonl'])('the list of runs, as %s', async output => {
    const { stdout } = await same(['runs', 'list', '--limit', '2', '-o', output, '--graph', 'order']);
    expect(stdout).toContain('heavy');
  });

  test.each([
    ['heavy', 'text'],
    ['heavy', 'json'],
    ['thick', 'text'],
    ['thick', 'json'],
    ['pinned', 'text'],
    ['pinned', 'json'],
  ])('run %s, as %s', async (id, output) => {
    expect((await same(['runs', 'show', id, '-o', output])).stdout).not.toBe('');
  });

  test.each([
    ['heavy', 'text', 1],
    ['heavy', 'jsonl', 1],
    ['thick', 'jsonl', 0],
    ['pinned', 'text', 0],
    ['pinned', 'jsonl', 0],
  ])('the frames of run %s, as %s', async (id, output, code) => {
    const { stdout } = await same(['runs', 'watch', id, '-o', output], code);
    expect(stdout.split('\n').length).toBeGreaterThan(5);
  });

  test.each([
    ['what differs', ['runs', 'diff', 'heavy', 'pinned'], 0],
    ['a fork of an unknown run', ['runs', 'fork', 'nobody'], 3],
    ['a fork from a node that is none', ['runs', 'fork', 'pinned', '--from', 'pricee'], 2],
    ['an unknown run', ['runs', 'show', 'nobody'], 3],
    ['watching an unknown run', ['runs', 'watch', 'nobody'], 3],
    ['pausing a run that has ended', ['runs', 'pause', 'thick'], 1],
    ['changing a run that has ended', ['pin', 'pinned', 'parcel.label=x'], 1],
    ['changing an unknown run', ['pin', 'nobody', 'parcel.label=x'], 3],
    ['taking back what has been used', ['unpin', 'pinned', 'price.total'], 1],
    ['a cursor of nowhere', ['runs', 'list', '--cursor', 'x'], 2],
    ['a bad input', ['run', 'order', '--set', 'cuont=1'], 2],
    ['a deadline that is none', ['run', 'order', '--set', 'article=pear', '--deadline', 'soon'], 2],
    ['an id that is taken', ['run', 'book', '--set', 'pages=1', '--id', 'thick'], 2],
  ])('%s', async (_, args, code) => {
    await same(args, code);
  });
});

describe('a run behind a service', () => {
  const startGated = (id: string) =>
    overHttp('run', 'gated', '--set', `file=${gate(id)}`, '--id', id, '--no-wait', '-o', 'json');

  test('is paused, resumed and cancelled', async () => {
    expect(await startGated('asked')).toMatchObject({ code: 0, stdout: '{"run":"asked","graph":"gated"}\n' });
    expect(await overHttp('runs', 'pause', 'asked')).toMatchObject({ code: 0, stdout: '' });
    const status = async () =>
      (JSON.parse((await overHttp('runs', 'show', 'asked', '-o', 'json')).stdout) as { readonly status: string })
        .status;
    await expect.poll(status, POLL).toBe('paused');
    expect(await overHttp('runs', 'resume', 'asked')).toMatchObject({ code: 0 });
    await expect.poll(status, POLL).toBe('running');
    expect(await overHttp('runs', 'cancel', 'asked', '--reason', 'no more pears')).toMatchObject({ code: 0 });
    const { code, stderr } = await overHttp('runs', 'watch', 'asked');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: run asked was cancelled: .*no more pears/m);
  });

  test('is held, changed and released', async () => {
    const held = ['--set', `file=${gate('changed')}`, '--break-before', 'gate'];
    const run = start(['run', 'gated', ...held, '--id', 'changed', '--address', url]);
    const [, command = ''] = await run.said(/^held before gate: `espalier (runs continue .*)` goes on$/m);
    const pin = (target: string, ...more: readonly string[]) => overHttp('pin', 'changed', target, ...more);
    expect(await pin('parcel.label=5')).toMatchObject({ code: 2, stdout: '' });
    expect(await pin('price.total=9')).toMatchObject({ code: 0, stdout: 'applied\n' });
    expect(await pin('parcel.tags=["x"]', '--id', 'tags')).toMatchObject({ code: 0, stdout: 'applied\n' });
    expect(await overHttp('unpin', 'changed', 'tags')).toMatchObject({ code: 0 });
    expect(await overHttp('runs', 'break', 'changed', '--before', 'parcel')).toMatchObject({ code: 0 });
    await writeFile(gate('changed'), '');
    expect(await espalier(command.split(' '))).toMatchObject({ code: 0 });
    await run.said(/^held before parcel: /m);
    expect(await overHttp('runs', 'continue', 'changed', '--at', 'parcel')).toMatchObject({ code: 0 });
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'label: parcel of 9\n' });
  });

  test('goes on when Ctrl-C detaches from it', async () => {
    const run = start(['run', 'gated', '--set', `file=${gate('left')}`, '--id', 'left', '--address', url]);
    await run.said(/^price +completed/m);
    run.interrupt();
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    const again = `espalier runs watch left --address ${url}`;
    expect(stderr).toContain(`detached from run left, which goes on; \`${again}\` shows it again`);
    await writeFile(gate('left'), '');
    expect(await espalier(again.split(' ').slice(1))).toMatchObject({ code: 0 });
  });

  test('survives a kill -9 of dev, and whoever watches it sees every frame once', async () => {
    await startGated('killed');
    const watching = start(['runs', 'watch', 'killed', '--address', url, '-o', 'jsonl']);
    const waiting = start(['run', 'gated', '--set', `file=${gate('killed')}`, '--id', 'too', '--address', url]);
    await waiting.said(/^price +completed/m);
    await dev.kill();
    dev = await launchDev();
    await writeFile(gate('killed'), '');
    const [watched, waited] = await Promise.all([watching.ended, waiting.ended]);
    expect(watched.code).toBe(0);
    expect(waited).toMatchObject({ code: 0, stdout: 'label: parcel of 5\n' });
    const idsIn = (text: string) => [...text.matchAll(/"id":"(\d+\.\d+\.\d+)"/g)].map(([, id]) => id);
    const { stdout } = await directly('runs', 'watch', 'killed', '-o', 'jsonl');
    expect(idsIn(watched.stdout)).toEqual(idsIn(stdout));
    expect(new Set(idsIn(stdout)).size).toBe(idsIn(stdout).length);
  });
});

describe('an address that will not do', () => {
  test.each([
    ['nobody there', ['runs', 'list'], 'http://127.0.0.1:2', 5, /no Espalier service answers at .* \(ECONNREFUSED\)/],
    ['a namespace beside it', ['runs', 'list', '--namespace', 'a'], 'http://127.0.0.1:2', 2, /the service has its own/],
    ['with a password', ['runs', 'list'], 'http://me:secret@127.0.0.1:2', 2, /expected http:\/\/host:port$/m],
    ['steps from here', ['run', 'book', '--steps', PRESS], 'http://127.0.0.1:2', 2, /left to its workers/],
    ['a folder', ['run', PRESS, '--set', 'pages=1'], 'http://127.0.0.1:2', 2, /is no id of a graph/],
    ['for a worker', ['worker', PRESS], 'http://127.0.0.1:2', 2, /expected host:port of a Temporal server/],
  ])('%s', async (_, args, address, expected, message) => {
    const { code, stdout, stderr } = await espalier([...args, '--address', address]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
  });

  test('of another program', async () => {
    const page = (await dev.said(/^page {5}(http:\S+)$/m))[1] ?? '';
    const { code, stderr } = await espalier(['runs', 'list', '--address', page]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/no Espalier service|not one of this version/);
  });
});

test('Ctrl-C stops dev while a step runs and while clients watch', async () => {
  await overHttp('run', 'gated', '--set', `file=${gate('last')}`, '--id', 'last', '--no-wait');
  const events = await fetch(`${url}/api/v1/runs/last/events`);
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('"kind":"attempt"')) text += (await reader?.read())?.value ?? '';
  dev.interrupt();
  // A clean end, and not a connection that breaks.
  while (!(await reader?.read())?.done);
  const { code, stderr } = await dev.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/goes on with it\n$/);
});
