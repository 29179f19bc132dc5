import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { espalier, launch, processesWith, SHOP, start, type Command } from './espalier.js';
import { useOneProcess } from './one-process.js';

const POLL = { timeout: 30_000 };
let folder: string;
let dev: Command;
const command = useOneProcess();
const here = (...args: readonly string[]) => command([...args, '--data', folder]);
const gate = (name: string): string => join(folder, name);
/** Left to the worker of `dev`. */
const startGated = (id: string) => here('run', `${SHOP}#gated`, '--set', `file=${gate(id)}`, '--id', id, '--no-wait');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-dev-'));
  dev = launch(['dev', SHOP, '--data', folder]);
  await dev.said(/^ready/m);
});

afterAll(async () => {
  await dev.kill();
  await rm(folder, { recursive: true, force: true });
});

describe('dev', () => {
  test('says where everything is', async () => {
    const [, address] = await dev.said(/^server {3}(127\.0\.0\.1:\d+), namespace default$/m);
    const [, page = ''] = await dev.said(/^page {5}(http:\S+)$/m);
    await dev.said(/^worker {3}task queue espalier; steps price, gate, parcel; graphs gated, order$/m);
    expect((await fetch(page)).status).toBe(200);
    const { code, stdout } = await here('doctor', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([
        {
          check: 'server',
          status: 'ok',
          message: expect.stringContaining(`${address} (server.json in ${folder}), Temporal 1.`),
        },
        { check: 'namespace', status: 'ok', message: 'default' },
        {
          check: 'search',
          status: 'ok',
          message: 'search attributes EspalierStatus, EspalierOverridden, EspalierRunner',
        },
      ]),
    );
  });

  test('a second one on the same folder is refused', async () => {
    const { code, stderr } = await espalier(['dev', '--data', folder]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: a Temporal server on .* runs at 127\.0\.0\.1:\d+ as process \d+, kept by process \d+, another/m,
    );
    expect(stderr).toContain('or choose another data folder with --data\n');
  });
});

describe('runs on a server that is there', () => {
  test('run finds it by itself, executes the steps, and leaves it running', async () => {
    const { code, stdout, stderr } = await here(
      'run',
      'examples/coffee',
      '--set',
      'beans=1',
      '--set',
      'water=2',
      '-o',
      'json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      graph: 'coffee',
      status: 'completed',
      outputs: { coffee: 'Cup of latte with 2ml' },
    });
    expect(stderr).not.toContain('starting the Temporal server');
    expect(stderr).not.toContain('kept in');
  });

  test('are started, watched, paused, resumed, shown and listed', async () => {
    const client = await Espalier.connect({ dataDir: folder, namespace: 'default' });
    onTestFinished(() => client.close());
    const run = client.run('gated-1');
    const stateOf = async (node: string) => (await run.view()).nodes.find(({ at }) => at === node)?.state;

    expect(await startGated('gated-1')).toMatchObject({ code: 0, stdout: 'gated-1\n' });
    await expect.poll(() => stateOf('gate'), POLL).toBe('running');
    const asked = await here('runs', 'pause', 'gated-1');
    expect(asked).toEqual({ code: 0, stdout: '', stderr: 'run gated-1 was asked to pause\n' });
    const watching = start(['runs', 'watch', 'gated-1', '--data', folder, '-o', 'jsonl']);
    await writeFile(gate('gated-1'), '');
    await expect.poll(() => stateOf('gate'), POLL).toBe('completed');
    const paused = await here('runs', 'show', 'gated-1');
    expect(paused.stdout).toMatch(/^status {3}paused$/m);
    expect(paused.stdout).toMatch(/^gate {4}gate {4}completed {2}[\d.]+ m?s {2}total=5$/m);
    expect(paused.stdout).toMatch(/^parcel {2}parcel {2}waiting$/m);
    await expect.poll(async () => (await client.list({ status: 'paused' })).runs.length, POLL).toBe(1);
    const list = await here('runs', 'list', '--status', 'paused');
    expect(list.stdout).toMatch(/^RUN +GRAPH +STATUS +STARTED +TOOK\ngated-1 +gated +paused +\d{4}-\d\d-\d\d .*\n$/);
    expect(await here('runs', 'resume', 'gated-1')).toMatchObject({ code: 0 });

    const { code, stdout } = await watching.ended;
    expect(code).toBe(0);
    const frames = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { readonly kind: string; readonly at?: string });
    expect(frames.filter(({ at }) => at === '').map(({ kind }) => kind)).toEqual(['run', 'paused', 'resumed', 'ended']);
    expect(frames.at(-1)).toMatchObject({ kind: 'result', run: 'gated-1', outputs: { label: 'parcel of 5' } });
    const shown = JSON.parse((await here('runs', 'show', 'gated-1', '-o', 'json')).stdout) as object;
    expect(shown).toMatchObject({ id: 'gated-1', status: 'completed', outputs: { label: 'parcel of 5' } });
  });

  test('are cancelled with a reason, and watching them ends with 1', async () => {
    await startGated('gated-2');
    const cancelled = await here('runs', 'cancel', 'gated-2', '--reason', 'no more pears');
    expect(cancelled).toMatchObject({ code: 0, stderr: 'run gated-2 was asked to cancel\n' });
    const { code, stdout, stderr } = await here('runs', 'watch', 'gated-2');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}run {2}cancelled .*no more pears/m);
    expect(stderr).toMatch(/^error: run gated-2 was cancelled: .*no more pears/m);
    expect(await here('runs', 'pause', 'gated-2')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has ended'),
    });
  });

  test('go on when Ctrl-C detaches from them', async () => {
    const run = start([
      'run',
      `${SHOP}#gated`,
      '--no-worker',
      '--set',
      `file=${gate('gated-3')}`,
      '--id',
      'gated-3',
      '--data',
      folder,
    ]);
    await run.said(/^price +completed/m);
    run.interrupt();
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    const again = `espalier runs watch gated-3 --data ${folder}`;
    expect(stderr).toContain(`detached from run gated-3, which goes on; \`${again}\` shows it again`);
    await writeFile(gate('gated-3'), '');
    const watched = await espalier(again.split(' ').slice(1));
    expect(watched).toMatchObject({ code: 0 });
    expect(watched.stdout).toMatch(/label: parcel of 5\n$/);
  });

  test('whose steps were executed here wait for the worker that is named', async () => {
    const run = start([
      'run',
      `${SHOP}#gated`,
      '--set',
      `file=${gate('gated-4')}`,
      '--id',
      'gated-4',
      '--data',
      folder,
    ]);
    await run.said(/^price +completed/m);
    run.interrupt();
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    const [, command = ''] = /now wait for `espalier (worker .*)`/.exec(stderr) ?? [];
    await writeFile(gate('gated-4'), '');
    const worker = start(command.split(' '));
    expect(await here('runs', 'watch', 'gated-4')).toMatchObject({ code: 0 });
    worker.interrupt();
    expect(await worker.ended).toMatchObject({ code: 0, stdout: '' });
  });

  test('are started once for an idempotency key', async () => {
    const order = (article: string) =>
      here('run', `${SHOP}#order`, '--set', `article=${article}`, '--idempotency-key', 'today', '-o', 'json');
    const [first, second] = [await order('pear'), await order('pear')];
    expect(first.code).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(await order('plum')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was used before, for run order-'),
    });
  });

  test.each([['show'], ['watch'], ['pause']])('runs %s of an unknown one ends with 3', async command => {
    const { code, stdout, stderr } = await here('runs', command, 'nobody');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe('error: there is no run "nobody" in default\n');
  });

  test('in a namespace that is not there end with 3', async () => {
    const { code, stderr } = await here('runs', 'list', '--namespace', 'nowhere');
    expect(code).toBe(3);
    expect(stderr).toMatch(/there is no namespace "nowhere"/);
  });
});

test('Ctrl-C stops dev, and nothing of it stays', async () => {
  dev.interrupt();
  const { code, stderr } = await dev.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/kept in .*; `espalier dev .*` goes on with it\n$/);
  expect(await processesWith(folder)).toEqual([]);
});
