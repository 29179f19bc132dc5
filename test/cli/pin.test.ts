/** `espalier pin`, `unpin`, `runs continue` and `runs break` against runs that go on, `runs fork`, `diff` and `export` of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { espalier, launch, SHOP, start, type Command } from './espalier.js';
import { useOneProcess } from './one-process.js';

const POLL = { timeout: 30_000 };
let folder: string;
let dev: Command;
let client: Espalier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-pin-'));
  dev = launch(['dev', SHOP, '--data', folder, '--port', '0']);
  await dev.said(/^ready/m);
  client = await Espalier.connect({ dataDir: folder, namespace: 'default' });
});
afterAll(async () => {
  await client.close();
  await dev.kill();
  await rm(folder, { recursive: true, force: true });
});

const command = useOneProcess();
const here = (...args: readonly string[]) => command([...args, '--data', folder]);
const gate = (id: string): string => join(folder, id);
const show = (id: string) => client.run(id).view();
const stateOf = async (id: string, node: string) => (await show(id)).nodes.find(({ at }) => at === node)?.state;

/** A run that executes its node `gate` until the file is there. */
async function gated(id: string, ...args: readonly string[]): Promise<void> {
  const run = await here('run', 'gated', '--set', `file=${gate(id)}`, '--id', id, '--no-wait', ...args);
  expect(run).toMatchObject({ code: 0, stdout: `${id}\n` });
}
async function atGate(id: string, ...args: readonly string[]): Promise<void> {
  await gated(id, ...args);
  await expect.poll(() => stateOf(id, 'gate'), POLL).toBe('running');
}

describe('pin', () => {
  test('I2 I13: what nothing has read is applied, kept with who and why, and shown', async () => {
    await atGate('applied');
    const pin = await here('pin', 'applied', 'parcel.label=by hand', '--reason', 'no printer', '--by', 'Ann');
    expect(pin).toMatchObject({ code: 0, stdout: 'applied\n' });
    await writeFile(gate('applied'), '');
    expect(await here('runs', 'watch', 'applied')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ {2}parcel\.label {2}intervention applied {2}[^]*\nlabel: by hand\n$/),
    });
    const { stdout } = await here('runs', 'show', 'applied');
    expect(stdout).toMatch(/^status {3}completed_with_overrides$/m);
    expect(stdout).toMatch(
      /^parcel +parcel +completed .* overridden {2}label="by hand" .*computed label="parcel of 5"$/m,
    );
    expect(stdout).toMatch(/^parcel\.label +override +"by hand" +applied +used +\S+ +Ann +\S+ +reason: no printer$/m);
    await expect.poll(async () => (await client.list({ overridden: true })).runs.length, POLL).toBeGreaterThan(0);
    const list = await here('runs', 'list', '--overridden', '-o', 'jsonl');
    expect(list.stdout).toMatch(/^\{"id":"applied",.*"completed_with_overrides"/m);
  });

  test('a step that executes is replaced, and the run does not wait for it', async () => {
    await atGate('replaced');
    expect(await here('pin', 'replaced', 'gate.total=7')).toMatchObject({ code: 0, stdout: 'replaced-attempt\n' });
    expect(await here('runs', 'watch', 'replaced')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nlabel: parcel of 7\n$/),
    });
  });

  test('what has been read is too late: 1, and --recompute runs again what depends on it', async () => {
    await atGate('late');
    const late = await here('pin', 'late', 'price.total=9');
    expect(late).toMatchObject({ code: 1, stdout: 'too-late\n' });
    expect(late.stderr).toContain('with --recompute what depends on it runs again');
    const again = await here('pin', 'late', 'price.total=9', '--recompute', '-o', 'json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ run: 'late', at: 'price.total', seq: 2 });
    await writeFile(gate('late'), '');
    expect((await here('runs', 'watch', 'late')).stdout).toMatch(/\nlabel: parcel of 9\n$/);
    expect((await show('late')).nodes).toMatchObject([
      { at: 'price' },
      { at: 'gate', generation: 2 },
      { at: 'parcel' },
    ]);
  });

  test('is pending while no worker is up, and decided when one is', async () => {
    const queue = ['--task-queue', 'nobody'];
    await gated('pending', ...queue);
    const pin = await here('pin', 'pending', 'price.total=11', '--id', 'mine');
    expect(pin).toMatchObject({ code: 0, stdout: 'pending\n' });
    expect(pin.stderr).toContain(`the outcome will be in \`espalier runs show pending --data ${folder}\``);
    await writeFile(gate('pending'), '');
    const worker = start(['worker', SHOP, ...queue, '--data', folder]);
    expect(await here('runs', 'watch', 'pending')).toMatchObject({ code: 0 });
    expect((await show('pending')).interventions).toMatchObject([{ id: 'mine', outcome: 'applied' }]);
    worker.interrupt();
    await worker.ended;
  });

  test('the same id acts once, and with something else it is refused', async () => {
    await atGate('twice');
    const pin = (value: string) => here('pin', 'twice', `parcel.label=${value}`, '--id', 'once');
    expect(await pin('a')).toMatchObject({ code: 0, stdout: 'applied\n' });
    expect(await pin('a')).toMatchObject({ code: 0, stdout: 'applied\n' });
    expect(await pin('b')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('once') });
    expect((await show('twice')).interventions).toHaveLength(1);
    await here('runs', 'cancel', 'twice');
  });

  test('IV-16 I10: what the run refuses ends with 2, an unknown run with 3, one that has ended with 1', async () => {
    await atGate('refused');
    const refusals: readonly (readonly [string, RegExp])[] = [
      ['parcel.label=5', /parcel\.label: expected string, got 5$/m],
      ['parcl.label=x', /there is no node "parcl" \(did you mean "parcel"\?\)/],
      ['$in.file=x', /\$in\.file/],
      ['parcel', /expected address=value/],
    ];
    for (const [target, message] of refusals) {
      const { code, stdout, stderr } = await here('pin', 'refused', target);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
    }
    // In quotes it is text.
    expect(await here('pin', 'refused', 'parcel.label="5"')).toMatchObject({ code: 0, stdout: 'applied\n' });
    expect(await here('pin', 'nobody', 'parcel.label=x')).toMatchObject({ code: 3, stdout: '' });
    await here('runs', 'cancel', 'refused');
    await expect.poll(async () => (await show('refused')).status, POLL).toBe('cancelled');
    expect(await here('pin', 'refused', 'parcel.label=x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has ended'),
    });
  });

  test.each([
    [['a.b=1', '--ref', 'x'], /only the address is given/],
    [['a.b', '--ref', 'x', '--resolve', 'y'], /--ref and --resolve exclude each other/],
    [['a.b=1', '--args', '{}'], /give --resolve as well/],
    [['a.b', '--resolve', 'y', '--args', '[1]'], /--args: expected an object of arguments/],
    [['a.b', '--ref', 'x'], /expected \{ "store": "blobs", "key"/],
  ])('%j is refused before the run is asked', async (args, message) => {
    const { code, stderr } = await here('pin', 'nobody', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('unpin', () => {
  test('takes back what has not been used, by its address or id, and nothing else', async () => {
    await atGate('unpinned');
    await here('pin', 'unpinned', 'parcel.label=wrong', '--id', 'first');
    await here('pin', 'unpinned', 'parcel.tags=["x"]');
    expect(await here('unpin', 'unpinned', 'parcel.tags')).toMatchObject({ code: 0 });
    expect(await here('unpin', 'unpinned', 'first')).toMatchObject({
      code: 0,
      stderr: 'intervention first of run unpinned is withdrawn\n',
    });
    expect(await here('unpin', 'unpinned', 'nothing')).toMatchObject({ code: 3 });
    await writeFile(gate('unpinned'), '');
    expect((await here('runs', 'watch', 'unpinned')).stdout).toMatch(/\nlabel: parcel of 5\n$/);
    expect((await show('unpinned')).status).toBe('completed');
  });
});

describe('breakpoints', () => {
  test('hold a run that says how it goes on, and are set while it goes on', async () => {
    const run = start([
      ...['run', 'gated', '--set', `file=${gate('held')}`, '--id', 'held', '--data', folder],
      ...['--break-before', 'gate'],
    ]);
    const [, command = ''] = await run.said(/^held before gate: `espalier (runs continue held .*)` goes on$/m);
    const { stdout } = await here('runs', 'show', 'held');
    expect(stdout).toMatch(/^status +paused$/m);
    expect(stdout).toMatch(/^held +before gate since .*: `espalier runs continue held/m);
    const set = await here('runs', 'break', 'held', '--after', 'gate', '--at', 'gate.total: value > 4');
    expect(set).toMatchObject({ code: 0, stderr: 'run held was asked to hold there\n' });
    await writeFile(gate('held'), '');
    expect(await espalier(command.split(' '))).toMatchObject({ code: 0, stderr: 'run held was asked to go on\n' });
    await run.said(/^held after gate: /m);
    await run.said(/^held at gate\.total \(value > 4\): /m);
    expect((await show('held')).holds).toHaveLength(2);
    await here('runs', 'continue', 'held', '--at', 'gate');
    await here('runs', 'continue', 'held', '--at', 'gate.total');
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'label: parcel of 5\n' });
  });

  test('are taken away, and refused where they make no sense', async () => {
    await atGate('free', '--break-before', 'parcel');
    expect(await here('runs', 'break', 'free', '--at', 'gate.total: value >')).toMatchObject({ code: 2 });
    expect(await here('runs', 'break', 'free')).toMatchObject({ stderr: 'run free was asked to hold nowhere\n' });
    await writeFile(gate('free'), '');
    expect(await here('runs', 'watch', 'free')).toMatchObject({ code: 0 });
  });
});

test('a run is forked with another value and compared with it, and exported without a secret', async () => {
  const first = await here('run', 'order', '--set', 'article=pear', '--set', 'count=4', '--id', 'pears');
  expect(first).toMatchObject({ code: 0, stdout: 'label: parcel of 10\ntotal: 10\n' });
  const fork = await here('runs', 'fork', 'pears', '--pin', 'price.total=7', '--id', 'seven');
  expect(fork).toMatchObject({ code: 0, stdout: 'seven\n' });
  expect(fork.stderr).toContain('watch it with: `espalier runs watch seven --data');
  expect(await here('runs', 'watch', 'seven')).toMatchObject({ code: 0 });
  expect((await here('runs', 'show', 'seven')).stdout).toMatch(/^forked from +pears$/m);
  const list = await here('runs', 'list', '--forked-from', 'pears', '-o', 'json');
  expect(JSON.parse(list.stdout)).toMatchObject({ runs: [{ id: 'seven' }] });
  expect((await here('runs', 'diff', 'pears', 'seven')).stdout).toBe(
    [
      'PORT         FIRST  SECOND  WHY',
      'price.total  10     7       intervention price.total',
      '1 more output differs, which follows',
      '',
    ].join('\n'),
  );
  const elsewhere = await here('runs', 'fork', 'pears', '--id', 'eight', '--task-queue', 'nobody');
  expect(elsewhere.stderr).toMatch(/^its steps are left to the workers of task queue nobody\nwatch it with: /);
  expect((await here('runs', 'show', 'eight')).stderr).toBe('no worker has taken run eight yet\n');
  expect(await here('runs', 'export', 'pears', '--redact', '$in.nope')).toMatchObject({
    ...{ code: 2, stdout: '', stderr: expect.stringContaining('"$in.nope": the graph has no input "nope"') },
  });
  const exported = await here('runs', 'export', 'pears', '--redact', '$in.article');
  expect(JSON.parse(exported.stdout)).toMatchObject({ fixtureVersion: 1, redacted: ['$in.article'] });
  expect(exported.stdout).not.toContain('"pear"');
});

describe('what runs leave behind', () => {
  test('is archived, counted, checked and collected', async () => {
    await writeFile(gate('left'), '');
    await gated('left');
    await expect.poll(async () => (await show('left')).endedAt, POLL).toBeTypeOf('number');
    const archived = await here('runs', 'archive', 'left');
    expect(archived).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^(1 link archived, 0|0 links archived, 1) had/),
    });
    expect(await here('runs', 'archive', '--all')).toMatchObject({ code: 0 });
    const stats = await here('cache', 'stats', '-o', 'json');
    const { archived: links, garbage } = JSON.parse(stats.stdout) as { archived: number; garbage: object };
    expect([links > 0, garbage]).toEqual([true, { blobs: 0, bytes: 0 }]);
    const dry = await here('cache', 'gc', '--dry-run', '--older-than', '0s');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^would be removed: 0 entries, \d+ blobs?, /) });
    expect(await here('cache', 'gc')).toMatchObject({ code: 0, stdout: 'removed: 0 entries, 0 blobs, 0 B\n' });
    expect(await here('cache', 'check')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/ 0 of them not there/),
    });
    expect(await here('cache', 'gc', '--older-than', 'soon')).toMatchObject({ code: 2 });
    expect(await here('runs', 'archive', 'nobody')).toMatchObject({ code: 3 });
  });
});
