/** `espalier runner …` on Temporal and behind a service, and secrets on the command line. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { espalier, freePort, launch, PRESS, SHOP, start, temporaryFolder, VAULT, type Command } from './espalier.js';
import { useOneProcess } from './one-process.js';

const POLL = { timeout: 30_000 };
let folder: string;
let url: string;
let dev: Command;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-runner-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  dev = launch(['dev', SHOP, VAULT, '--data', folder, '--port', String(port)]);
  await dev.said(/^ready/m);
});
afterAll(async () => {
  await dev.kill();
  await rm(folder, { recursive: true, force: true });
});

const command = useOneProcess();
const directly = (): readonly string[] => ['--data', folder];
const overHttp = (): readonly string[] => ['--address', url];
const json = (text: string): unknown => JSON.parse(text);

/** A command about one workflow, at one place. */
const about =
  (id: string, place: () => readonly string[] = directly) =>
  (name: string, ...args: readonly string[]) =>
    command(['runner', name, 'shop', id, ...args, ...place()]);

/** Polls until that many inputs have ended. */
const untilEnded = (at: ReturnType<typeof about>, count: number): Promise<void> =>
  expect.poll(async () => json((await at('show', '-o', 'json')).stdout), POLL).toMatchObject({ ended: count });

const LINES = `{"article": "plum", "count": 2}

{"article": "nothing"}
{"article": "fig", "count": 4}
`;

describe.each([
  ['on Temporal', 'direct', directly, `${SHOP}#order`],
  ['behind a service', 'http', overHttp, 'order'],
] as const)('a workflow %s', (_, id, place, graph) => {
  const at = about(id, place);

  test('RN-03 RN-06 RN-07 RN-08: is started once, fed by hand and by line, shown and asked', async () => {
    const how = ['--many', 'label', '--checkpoint', 'manual', '--policy', 'pr*=failFast', '--hook', 'idle=nobody'];
    const started = await at('start', graph, ...how);
    expect(started).toMatchObject({ code: 0, stdout: `shop/${id}\n` });
    expect(started.stderr).toContain(`started: \`espalier runner feed shop ${id} ${place().join(' ')}\` feeds it\n`);
    expect(await at('start', graph)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('already') });
    const list = () => command(['runner', 'list', 'shop', ...place()]);
    await expect.poll(async () => (await list()).stdout.split('\n'), POLL).toContain(id);

    expect(await at('feed', '--set', 'article=pear', '--set', 'count=4')).toMatchObject({ code: 0, stdout: '0\n' });
    const file = join(await temporaryFolder(), 'orders.jsonl');
    await writeFile(file, LINES);
    const batch = ['--each', file, '--id', 'batch', '-o', 'jsonl'];
    const fed = await at('feed', ...batch);
    expect(fed).toMatchObject({ code: 0, stderr: '3 inputs accepted\n' });
    const taken = [1, 3, 4].map((line, n) => ({ id: `batch-${line}`, seq: n + 1 }));
    expect(fed.stdout.trim().split('\n').map(json)).toEqual(taken);
    expect(await at('feed', ...batch)).toEqual(fed);

    await untilEnded(at, 4);
    expect(json((await at('show', '-o', 'json')).stdout)).toMatchObject({
      accepted: 4,
      failed: 1,
      options: { checkpoint: 'manual', hooks: { idle: 'nobody' } },
      policies: { price: { timeout: 5000 } },
    });
    const { stdout } = await at('show');
    expect(stdout).toMatch(/^inputs +4 accepted, 0 waiting, 0 under way, 4 ended, 1 failed$/m);
    expect(stdout).toMatch(/^2 +price +no_such_article: there is no article "nothing"$/m);
    const results = await at('results');
    expect(results.stdout).toBe('label: ["parcel of 10","parcel of 5","parcel of 10"]\ntotal: 10\n');
    expect(results.stderr).toBe('input 2: price  no_such_article: there is no article "nothing"\n');
    expect(results.code).toBe(0);
    const components = ['--component', 'price', '--component', 'nobody'];
    const facts = await at('results', ...components, '--all', '--facts', '-o', 'json');
    const price = [10, 5, undefined, 10].flatMap((value, seq) => (value === undefined ? [] : [{ seq, value }]));
    expect(json(facts.stdout)).toMatchObject({
      results: { price, nobody: null },
      failures: [{ seq: 2, address: '$[2]/price' }],
    });
    expect(facts.stderr).toContain(`the graph of workflow ${id} has no node "nobody": `);
    const productions = await at('productions');
    expect(productions.stdout.split('\n').slice(0, 3).map(json)).toEqual([10, 'parcel of 10', []]);
  });

  test('RN-09 RN-10 RN-12 RN-13: is saved, stopped, and goes on from there', async () => {
    const saved = await at('checkpoint');
    expect(saved.code).toBe(0);
    const cursor = saved.stdout.trim();
    expect((await at('snapshots')).stdout).toMatch(new RegExp(`^${cursor} +\\S+ \\S+ +manual +4 +4 +1$`, 'm'));
    const stopped = await at('stop');
    expect(stopped).toMatchObject({ code: 0, stderr: expect.stringContaining('has stopped and is saved\n') });
    const resume = `\`espalier runner resume shop ${id} ${place().join(' ')}\` goes on from where it was saved`;
    for (const [late, ...args] of [['stop'], ['checkpoint'], ['feed', '--set', 'article=late']] as const) {
      const stderr = expect.stringContaining(`workflow "${id}" of runner shop has been stopped; ${resume}\n`);
      expect(await at(late, ...args)).toMatchObject({ code: 1, stdout: '', stderr });
    }
    const snapshots = json((await at('snapshots', '-o', 'json')).stdout);
    expect(snapshots).toMatchObject({ snapshots: [{ cursor: stopped.stdout.trim(), reason: 'stop' }, { cursor }] });

    const resumed = await at('resume');
    expect(resumed).toMatchObject({ code: 0, stdout: `shop/${id}\n` });
    expect(resumed.stderr).toMatch(/goes on: 0 values loaded, \d+ left in the store$/m);
    expect(await at('resume')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('already') });
    expect((await at('feed', '--set', 'article=yam')).stdout).toBe('4\n');
    await untilEnded(at, 5);
    expect((await at('results')).stdout).toMatch(/"parcel of 2\.5"\]\ntotal: 2\.5\n$/);
    expect(await at('stop', '--no-persist')).toMatchObject({ code: 0, stderr: expect.stringContaining('not saved') });
    const again = await at('resume', '--rehydration', 'full', '--cursor', cursor, '-o', 'json');
    expect(json(again.stdout)).toMatchObject({ run: `shop/${id}`, rehydration: 'full', loaded: 9, refs: 0 });
    expect(json((await at('stop', '-o', 'json')).stdout)).toMatchObject({ persisted: true, unfinished: 0 });
  });

  test('RN-05: that nobody knows is not found', async () => {
    const nobody = about('nobody', place);
    const names = ['show', 'feed', 'results', 'productions', 'checkpoint', 'snapshots', 'stop', 'resume'];
    for (const name of names) {
      const { code, stdout, stderr } = await nobody(name);
      expect({ name, code, stdout }).toEqual({ name, code: 3, stdout: '' });
      expect(stderr).toMatch(/nobody/);
    }
  });

  test.each([
    ['start', ['nothing-like-it'], 3, /registered/],
    ['start', [graph, '--many', 'lable'], 2, /label/],
    ['start', [graph, '--policy', 'price=fast'], 2, /llm/],
    ['start', [graph, '--policy', 'price'], 2, /--policy "price": expected match=preset/],
    ['start', [graph, '--hook', 'idel=x'], 2, /hooks.*: expected/],
    ['start', [graph, '--pin', 'pirce.total=1'], 2, /there is no node "pirce"/],
    ['start', [graph, '--cancel-grace', 'soon'], 2, /cancelGrace/],
    ['start', [graph, '--checkpoint', '0'], 2, /or a whole number from 1/],
    ['feed', ['--each', 'x', '--set', 'article=pear'], 2, /each line is a whole input/],
    ['feed', ['--each', '-', '--context', '-'], 2, /stdin is given twice/],
    ['feed', ['--set', 'article=pear', '--skip', '1'], 2, /--skip is of the lines of --each/],
    ['resume', ['--rehydration', 'some'], 2, /Allowed choices are lazy, hybrid, full/],
    ['resume', ['--cursor', 'nowhere'], 3, /nowhere/],
  ] as const)('%s %j is refused with what was meant', async (name, args, expected, message) => {
    const { code, stdout, stderr } = await at(name, ...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

test('inputs by line break off at the first that is not taken, or at Ctrl-C, with the id that goes on', async () => {
  const at = about('lines');
  await at('start', 'order', '--pin', 'price.total=7');
  const file = join(await temporaryFolder(), 'orders.jsonl');
  const feed = async (second: string) => {
    await writeFile(file, `{"article": "pear"}\n${second}\n{"article": "fig"}\n`);
    return at('feed', '--each', file, '--id', 'mine');
  };
  const goesOn = '1 input accepted; the same again with --id mine --skip 1 goes on after that\n';
  const unread = await feed('{"article": }');
  expect(unread).toMatchObject({ code: 2, stdout: '0\n', stderr: expect.stringContaining(goesOn) });
  expect(unread.stderr).toContain(`${file}:2:13  expected a value, got \`}\``);
  const wrong = await feed('{"article": 5}');
  expect(wrong).toMatchObject({ code: 2, stdout: '0\n', stderr: expect.stringContaining(`${file}:2 was not taken`) });
  expect(wrong.stderr).toMatch(/\$in\.article: expected string, got 5/);
  expect(await feed('["plum"]')).toMatchObject({ code: 2, stderr: expect.stringContaining('expected an object') });
  const nowhere = { code: 3, stdout: '', stderr: `error: there is no file ${file}.x\n` };
  expect(await at('feed', '--each', `${file}.x`)).toEqual(nowhere);
  expect(await feed('{"article": "plum"}')).toMatchObject({ code: 0, stdout: '0\n1\n2\n' });
  expect(await at('feed', '--each', file, '--id', 'mine', '--skip', '2')).toMatchObject({ code: 0, stdout: '2\n' });

  const open = start(['runner', 'feed', 'shop', 'lines', '--each', '-', ...directly()], {
    input: '{"article": "fig"}\n',
    stdinStaysOpen: true,
  });
  await expect.poll(async () => json((await at('show', '-o', 'json')).stdout), POLL).toMatchObject({ accepted: 4 });
  open.interrupt();
  const { code, stdout, stderr } = await open.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '3\n' });
  expect(stderr).toMatch(/^1 input accepted; the same again with --id [\w-]{36} --skip 1 goes on after that$/m);
  await untilEnded(at, 4);
  expect((await at('results', '--all')).stdout).toMatch(/^total: \[7,7,7,7\]$/m);
  await at('stop', '--no-persist');
});

test('an input that no worker has numbered is kept, and who starts a workflow is told that nobody works', async () => {
  const at = about('idle');
  const env = { TASK_QUEUE: 'nobody' };
  const idle = `nobody works on task queue nobody now; start a worker with \`espalier worker FOLDER --data ${folder}\`\n`;
  const started = await espalier(['runner', 'start', 'shop', 'idle', 'order', ...directly()], { env });
  expect(started.stderr).toContain(`its steps are left to the workers of task queue nobody\n${idle}`);
  const untaken = 'no worker has taken run shop/idle yet\n';
  const watch = start(['runs', 'watch', 'shop/idle', ...directly()]);
  const shown = espalier(['runner', 'show', 'shop', 'idle', ...directly()], { env });
  expect(await at('feed', '--set', 'article=pear', '--id', 'first')).toMatchObject({
    code: 0,
    stdout: 'pending\n',
    stderr: 'input first is kept; the next worker gives it its number\n',
  });
  const other = await about('idle-too')('start', 'order', '--task-queue', 'nobody');
  expect(other.stderr).toMatch(/its steps are left to the workers of task queue nobody\n$/);
  expect(await command(['runs', 'show', 'shop/idle', ...directly()])).toMatchObject({ code: 0, stderr: untaken });
  expect((await shown).stderr).toBe(idle);
  const stop = start(['runner', 'stop', 'shop', 'idle', ...directly()], { env });
  await watch.said(/^no worker has taken run shop\/idle yet$/m);
  await stop.said(/^a stop needs a worker: nobody works on task queue nobody now/);
  watch.interrupt();
  stop.interrupt();
  expect((await watch.ended).code).toBe(130);
  expect((await stop.ended).code).toBe(130);
});

test('a workflow whose steps no worker has is shown with how the latest try has failed', async () => {
  const at = about('press');
  await at('start', PRESS);
  await at('feed', '--set', 'pages=1');
  await at('feed', '--set', 'pages=2');
  const failed = /^tried again: \$\[0\]\/print, and 1 more: step_not_here: no implementation of print .*\n$/;
  await expect.poll(async () => (await at('show')).stderr, POLL).toMatch(failed);
  expect(await at('stop', '--no-persist')).toMatchObject({ code: 0 });
});

test('RN-09: Ctrl-C ends the waiting for a stop, and not the stop', async () => {
  const at = about('gates');
  const gate = join(await temporaryFolder(), 'gate');
  await at('start', 'gated', '--cancel-grace', '5m');
  await at('feed', '--set', `file=${gate}`);
  await expect.poll(async () => (await at('show')).stdout, POLL).toMatch(/^0 +1 of 3 nodes +gate$/m);
  const stop = start(['runner', 'stop', 'shop', 'gates', ...directly()]);
  await stop.said(/^waiting for what runs of 1 input; Ctrl-C ends the waiting/m);
  // It was asked for when nothing is taken any more; what is taken before ends with the gate, too.
  await expect.poll(async () => (await at('feed', '--set', `file=${gate}`)).code, POLL).toBe(1);
  stop.interrupt();
  const { code, stderr } = await stop.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('was asked to stop; `espalier runner show shop gates');
  await writeFile(gate, '');
  await expect.poll(async () => (await at('show')).stdout, POLL).toMatch(/^status +stopped$/m);
  expect((await at('snapshots')).stdout).toMatch(/ stop +\d +0 +0$/m);
});

describe('a secret', () => {
  const SECRET = 'sk-of-nobody-7d8e0f1';
  const MARKER = 'marker-4711';
  const CONTEXT = JSON.stringify({ _global: { key: SECRET } });
  const said: string[] = [];
  const tell = async (args: readonly string[]) => {
    const ended = await command(args);
    said.push(ended.stdout, ended.stderr);
    return ended;
  };

  test.each([
    ['that is no object', SECRET, /--context: expected an object of objects, .*got something else/],
    ['that is cut off', CONTEXT.slice(0, -1), /--context: the context can't be read at line 1, column 42 \(syntax\)/],
    ['that is given twice', `{"sign": {"key": 1}, "sign": "${SECRET}"}`, /can't be read at .* \(duplicate_key\)/],
    ['of no node', JSON.stringify({ key: SECRET }), /"key" has a plain value: expected an object of objects/],
    ['that nothing takes', JSON.stringify({ sign: { kye: SECRET } }), /takes no "kye", did you mean "key"\?/],
  ])('%s is refused without telling it', async (_, given, message) => {
    for (const [graph, ...place] of [
      [VAULT, '--local'] as const,
      ['signed', ...directly()],
      ['signed', ...overHttp()],
    ]) {
      const { code, stdout, stderr } = await tell(['run', graph, '--set', 'text=x', '--context', given, ...place]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain(SECRET);
    }
  });

  test('RN-17: reaches the step that takes it, and is found nowhere', async () => {
    const file = join(await temporaryFolder(), 'context.json');
    await writeFile(file, CONTEXT);
    const run = (graph: string, ...args: readonly string[]) =>
      tell(['run', graph, '--set', `text=${MARKER}`, '--verbose', ...args]);
    const [local, direct, http] = [
      await run(VAULT, '--context', CONTEXT, '--local'),
      await run('signed', '--context', `@${file}`, ...directly(), '--watch'),
      await run('signed', '--context', CONTEXT, ...overHttp(), '-o', 'jsonl'),
    ];
    const [, signature = ''] = /^signature: ([0-9a-f]{64})$/m.exec(local.stdout) ?? [];
    expect(signature).not.toBe('');
    expect(direct).toMatchObject({ code: 0, stdout: local.stdout });
    expect(http.stdout).toContain(signature);

    for (const place of [directly, overHttp]) {
      const at = about(`secret-${place.name}`, place);
      await at('start', 'signed');
      const fed = ['runner', 'feed', 'shop', `secret-${place.name}`, '--set', `text=${MARKER}`, ...place()];
      expect(await tell([...fed, '--context', `@${file}`])).toMatchObject({ code: 0, stdout: '0\n' });
      await untilEnded(at, 1);
      said.push((await at('show', '-o', 'json')).stdout);
      expect((await at('results')).stdout).toBe(local.stdout);
      await at('stop');
    }
    const missing = await tell(['run', 'signed', '--set', 'text=x', ...directly()]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/context_missing|key/) });

    dev.interrupt();
    const { stdout, stderr } = await dev.ended;
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const kept = files.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
    const contents = await Promise.all(kept.map(name => readFile(name)));
    expect(contents.some(bytes => bytes.includes(MARKER))).toBe(true);
    expect(kept.filter((_, n) => contents[n]?.includes(SECRET))).toEqual([]);
    expect([stdout, stderr, ...said].filter(text => text.includes(SECRET))).toEqual([]);
  });
});
