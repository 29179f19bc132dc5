import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { espalier, processesWith, SHOP, start, temporaryFolder } from './espalier.js';

describe('run, where there is no server', () => {
  test('starts one for its own time, and nothing of it stays but the data', async () => {
    const folder = await temporaryFolder();
    const args = ['run', 'examples/coffee', '--set', 'beans=20', '--set', 'water=200', '--data', folder];
    const { code, stdout, stderr } = await espalier(args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'coffee: Cup of latte with 200ml\n' });
    const said = stderr.split('\n').filter(line => !/^(grind|brew): /.test(line));
    expect(said).toEqual([
      `starting the Temporal server on ${folder}`,
      expect.stringMatching(
        /^run coffee-[0-9a-f-]+ started: http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/coffee-/,
      ),
      expect.stringMatching(/^grind {2}completed in \d+ ms$/),
      expect.stringMatching(/^brew {3}completed in \d+ ms$/),
      expect.stringMatching(/^run coffee-\S+ completed in /),
      `kept in ${folder}; \`espalier dev examples/coffee --data ${folder}\` goes on with it`,
      '',
    ]);
    expect(stderr).toMatch(/^grind: grinding 20 g$/m);
    expect(existsSync(join(folder, 'temporal.db'))).toBe(true);
    expect(existsSync(join(folder, 'server.json'))).toBe(false);
    expect(await processesWith(folder)).toEqual([]);
  });

  test('a run that fails ends with 1, its code, place and cause, and what there is', async () => {
    const folder = await temporaryFolder();
    const args = ['run', `${SHOP}#order`, '--data', folder, '--set', 'article=anvil', '--set', 'count=1000'];
    const { code, stdout, stderr } = await espalier([...args, '--on-failure', 'continue', '-o', 'json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^parcel +failed in \d+ ms {2}too_heavy: 2500 is more than 1000$/m);
    expect(stderr).toMatch(/^error: run order-\S+ failed at parcel \(too_heavy\): 2500 is more than 1000$/m);
    expect(stderr).toMatch(/^ {2}at test\/cli\/folders\/shop\/index\.ts:\d+:\d+$/m);
    expect(JSON.parse(stdout)).toMatchObject({
      graph: 'order',
      status: 'failed',
      error: { code: 'too_heavy', address: 'parcel', message: '2500 is more than 1000', attempt: 1 },
      outputs: { total: 2500 },
    });
    expect(await processesWith(folder)).toEqual([]);
  });

  test('Ctrl-C stops it and keeps the run, which dev goes on with', async () => {
    const folder = await temporaryFolder();
    const gate = join(folder, 'gate');
    const run = start(['run', `${SHOP}#gated`, '--id', 'kept', '--set', `file=${gate}`, '--data', folder]);
    await run.said(/^price +completed/m);
    run.interrupt();
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain(`kept in ${folder}; \`espalier dev ${SHOP} --data ${folder}\` goes on with it`);
    expect(await processesWith(folder)).toEqual([]);

    await writeFile(gate, '');
    const dev = start(['dev', SHOP, '--data', folder]);
    await dev.said(/^ready/m);
    const watched = await espalier(['runs', 'watch', 'kept', '--data', folder]);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/ {2}parcel {2}completed in .*\n.* {2}run {2}completed .*\nlabel: parcel of 5\n$/);
    dev.interrupt();
    expect(await dev.ended).toMatchObject({ code: 0, stdout: '' });
    expect(await processesWith(folder)).toEqual([]);
  });

  test('two at once share one server, and both complete', async () => {
    const folder = await temporaryFolder();
    const gate = join(folder, 'gate');
    const first = start(['run', `${SHOP}#order`, '--set', 'article=pear', '--data', folder]);
    const second = start(['run', `${SHOP}#gated`, '--set', `file=${gate}`, '--data', folder]);
    await second.said(/^price +completed/m);
    // Whoever started the server: the first is done before the second, and must not take the server with it.
    await Promise.any([first.said(/another command uses this server/), first.ended]);
    await writeFile(gate, '');
    const ends = await Promise.all([first.ended, second.ended]);
    expect(ends.map(({ code, stdout }) => ({ code, stdout }))).toEqual([
      { code: 0, stdout: 'label: parcel of 2.5\ntotal: 2.5\n' },
      { code: 0, stdout: 'label: parcel of 5\n' },
    ]);
    expect(ends.filter(({ stderr }) => stderr.includes('starting the Temporal server'))).toHaveLength(1);
    expect(await processesWith(folder)).toEqual([]);
  });

  test('starts nothing for an input that is wrong', async () => {
    const folder = await temporaryFolder();
    const args = [
      'run',
      `${SHOP}#order`,
      '--data',
      folder,
      '--set',
      'cuont=1',
      '--set',
      'tags=1',
      '--set',
      'express=1',
    ];
    const { code, stdout, stderr } = await espalier(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'error: inputs:',
      '  $in.cuont: the graph has no such input (did you mean "count"?)',
      '  $in.article: is missing, expected string',
      '  $in.express: expected boolean, got 1',
      '  $in.tags: expected array, got 1',
      '',
    ]);
    expect(existsSync(join(folder, 'temporal.db'))).toBe(false);
  });

  test('starts nothing for a document whose steps nobody would execute', async () => {
    const folder = await temporaryFolder();
    const { stdout: document } = await espalier(['graph', 'export', 'examples/coffee']);
    await writeFile(join(folder, 'coffee.yaml'), document);
    const args = ['run', 'coffee.yaml', '--set', 'beans=1', '--set', 'water=2'];
    const { code, stderr } = await espalier(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('nobody would execute grind, brew: coffee.yaml brings no implementation that fits');
    expect(existsSync(join(folder, '.espalier'))).toBe(false);
    const steps = ['--steps', join(import.meta.dirname, '../../examples/coffee')];
    const done = await espalier([...args, ...steps, '--local'], { cwd: folder });
    expect(done).toMatchObject({ code: 0, stdout: 'coffee: Cup of latte with 2ml\n' });
  });

  test.each([
    [['runs', 'list']],
    [['runs', 'show', 'x']],
    [['worker', SHOP]],
    [['run', 'examples/coffee', '--set', 'beans=1', '--set', 'water=1', '--no-wait']],
  ])('%j ends with 5 instead', async args => {
    const { code, stdout, stderr } = await espalier(args, { env: { ESPALIER_DATA: await temporaryFolder() } });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/no Temporal server answers .* start one with: espalier dev$/m);
  });
});

describe('a server that is named and does not answer ends with 5 and is not replaced', () => {
  test.each([
    ['--address', ['--address', '127.0.0.1:1'], {}],
    ['TEMPORAL_ADDRESS', [], { TEMPORAL_ADDRESS: '127.0.0.1:1' }],
  ])('%s', async (_, address, env) => {
    const folder = await temporaryFolder();
    const args = ['run', 'examples/coffee', '--set', 'beans=1', '--set', 'water=1', '--data', folder, ...address];
    const { code, stderr } = await espalier(args, { env });
    expect(code).toBe(5);
    expect(stderr).toContain('no Temporal server answers at 127.0.0.1:1');
    expect(existsSync(join(folder, 'temporal.db'))).toBe(false);
  });
});

describe('run --local', () => {
  test('writes frames as JSON, one per line, and last the result', async () => {
    const args = ['run', `${SHOP}#order`, '--local', '--set', 'article=pear', '-o', 'jsonl'];
    const { code, stdout } = await espalier(args);
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { readonly kind: string });
    expect(lines.map(({ kind }) => kind)).toEqual([
      'run',
      'scheduled',
      'completed',
      'scheduled',
      'completed',
      'ended',
      'result',
    ]);
    expect(lines.at(-1)).toMatchObject({ graph: 'order', status: 'completed', outputs: { total: 2.5 } });
  });

  test('tells a step that says no with what caused it', async () => {
    const { code, stdout, stderr } = await espalier(['run', `${SHOP}#order`, '--local', '--set', 'article=nothing']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /failed at price \(no_such_article\): there is no article "nothing"\n {2}at test.*\n {2}caused by Error: the shelf is empty\n/,
    );
  });

  test('ends with 124 when its deadline is over', async () => {
    const args = ['run', `${SHOP}#gated`, '--local', '--set', 'file=/nowhere', '--deadline', '200ms'];
    const { code, stderr } = await espalier(args);
    expect(code).toBe(124);
    expect(stderr).toMatch(/failed \(deadline\): the run has not ended within 200 ms/);
  });

  test('ends with 130 on Ctrl-C', async () => {
    const run = start(['run', `${SHOP}#gated`, '--local', '--set', 'file=/nowhere']);
    await run.said(/^price +completed/m);
    run.interrupt();
    expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
  });
});
