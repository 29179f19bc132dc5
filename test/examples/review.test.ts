import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reviewed, steps } from '../../examples/review/index.js';
import { Espalier } from '../../src/client/espalier.js';
import { input, override } from '../../src/graph/intervene.js';
import { runLocal } from '../../src/local/run-local.js';
import { espalier, launch, MAIN, type Command } from '../cli/espalier.js';
import { readmeCommands } from './readme-commands.js';

const POLL = { timeout: 30_000 };

describe('review', () => {
  let folder: string;
  let dev: Command;
  let client: Espalier;
  const shell = (command: string) =>
    espalier([], {
      program: ['bash', '-euc', command],
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, ESPALIER_DATA: folder },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-review-'));
    dev = launch(['dev', 'examples/review', '--data', folder, '--port', '0']);
    await dev.said(/^ready/m);
    client = await Espalier.connect({ dataDir: folder, namespace: 'default' });
    await mkdir(join(folder, 'bin'));
    await symlink(MAIN, join(folder, 'bin/espalier'));
  });
  afterAll(async () => {
    await client.close();
    await dev.kill();
    await rm(folder, { recursive: true, force: true });
  });

  test('is held, approved, overridden, released and audited by the commands of its README', async () => {
    const run = client.run('tea', reviewed);
    const view = () => run.view();
    const [start = '', show = '', approve = '', change = '', go = '', watch = ''] = await readmeCommands('review');
    expect(await shell(start)).toMatchObject({ code: 0, stdout: 'tea\n' });
    await expect
      .poll(async () => (await view()).waiting?.map(({ address }) => address), POLL)
      .toEqual(['$in.approval']);
    const first = await shell(show);
    expect(first.stdout).toMatch(
      /^waiting +\$in\.approval \(boolean\) until .*: `espalier pin tea '\$in\.approval=true'` gives it$/m,
    );
    expect(await shell(approve)).toMatchObject({ code: 0, stdout: 'applied\n' });
    await expect.poll(async () => (await view()).holds?.map(({ at }) => at), POLL).toEqual(['publish']);
    const unsaid = await shell(change.replace(/ --reason .*/, ''));
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining('only with a reason') });
    expect(await shell(change)).toMatchObject({ code: 0, stdout: 'applied\n' });
    expect(await shell(go)).toMatchObject({ code: 0 });
    expect(await shell(watch)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\npost: posted: Of tea, in short\n$/),
    });
    expect(await run.result()).toEqual({ post: 'posted: Of tea, in short' });
    const audit = (await shell(show)).stdout;
    expect(audit).toMatch(/^status +completed_with_overrides$/m);
    expect(audit).toMatch(/^\$in\.approval +input +true +applied +used +\d\d:\d\d:\d\d +Ann /m);
    expect(audit).toMatch(
      /^publish\/\$in\.text +override +"Of tea, in short" +applied +used .* Ann .* reason: too long$/m,
    );
  });

  test('is refused what changes a post without a reason, at the start too', async () => {
    const options = { input: { topic: 'tea' }, interventions: [override(reviewed.at.publish.out.post, 'posted')] };
    await expect(client.start(reviewed, options)).rejects.toMatchObject({ issues: [{ code: 'forbidden' }] });
  });
});

test('review publishes nothing that was not approved', async () => {
  const run = (approval: boolean) =>
    runLocal(reviewed, { steps, input: { topic: 'tea' }, interventions: [input(reviewed.at.$in.approval, approval)] });
  expect(await run(true).result()).toEqual({ post: 'posted: Of tea, at length' });
  await expect(run(false).result()).rejects.toMatchObject({ code: 'not_approved', address: 'review' });
});
