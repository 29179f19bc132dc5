import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openBlobs } from '../../src/store/open-blobs.js';
import { HOUR, listOf } from './contract.js';
import { S3_CREDENTIALS, startS3, type S3Server } from './s3-server.js';

const longAgo = (Date.now() - 2 * HOUR) / 1000;
let s3: S3Server;
let dir: string;

beforeAll(async () => {
  for (const [name, value] of Object.entries(S3_CREDENTIALS)) vi.stubEnv(name, value);
  s3 = await startS3();
  dir = await mkdtemp(join(tmpdir(), 'espalier-streams-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The target of a store of its own for each test. */
const KINDS: readonly [string, (name: string) => string][] = [
  ['a folder', name => join(dir, name)],
  ['S3', name => s3.target(name)],
];

describe.each(KINDS)('streams into %s', (kind, targetOf) => {
  it('100 MiB take less than 60 MiB of memory more than 10 do, put and read', async () => {
    const child = startChild(targetOf('large'), 100, ['--max-old-space-size=64']);
    const { mib, read, grown } = await child.answer();
    expect({ mib, read }).toEqual({ mib: 100, read: 100 });
    expect(grown).toBeLessThan(60);
  });

  it('leave no blob of a process that is killed, and no draft after the next sweep', async () => {
    const target = targetOf('killed');
    const child = startChild(target, 1000);
    await child.after(20);
    child.kill();
    await child.end;
    const store = await openBlobs(target, 'default');
    expect(await listOf(store)).toEqual([]);

    const drafts = kind === 'S3' ? s3.uploads : join(target, 'default', 'tmp');
    const [draft, ...others] = await readdir(drafts);
    expect(others).toEqual([]);
    await utimes(join(drafts, draft ?? '', kind === 'S3' ? 'key' : ''), longAgo, longAgo);
    await (await openBlobs(target, 'default')).putStream((async function* () {})());
    expect(await listOf(store)).toHaveLength(1);
    expect(await readdir(drafts)).toEqual([]);
  });

  it('of two processes at once make one blob', async () => {
    const target = targetOf('shared');
    const children = [startChild(target, 12), startChild(target, 12)];
    const [one, other] = await Promise.all(children.map(child => child.answer()));
    expect(one).toMatchObject({ mib: 12, read: 12, digest: other?.digest });
    expect(await listOf(await openBlobs(target, 'default'))).toHaveLength(2);
  });
});

it.skipIf(process.platform === 'win32')('a full disk is said to be one, and nothing stays there', async () => {
  const target = join(dir, 'full');
  // Files may have 4 MiB: what a disk without room does to a process, without a disk.
  expect(await startChild(target, 10, [], 'ulimit -f 4096;').answer()).toMatchObject({
    code: 'store_full',
    message: expect.stringContaining(target),
  });
  expect(await readdir(join(target, 'default', 'tmp'))).toEqual([]);
  expect(await listOf(await openBlobs(target, 'default'))).toHaveLength(1);
});

it('without the packages for S3 it is said how to install them; a folder needs none', async () => {
  const hide = `export const resolve = (name, context, next) => {
    if (!name.startsWith('@aws-sdk/')) return next(name, context);
    throw Object.assign(new Error('no ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
  }`;
  const url = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  const options = ['--import', url(`import { register } from 'node:module'; register(${JSON.stringify(url(hide))})`)];
  const [without, folder] = [s3.target('x'), join(dir, 'plain')].map(target => startChild(target, 1, options));
  expect(await without?.answer()).toMatchObject({
    code: 'missing_package',
    message: expect.stringContaining('npm install @aws-sdk/client-s3'),
  });
  expect(await folder?.answer()).toMatchObject({ mib: 1 });
});

interface Answer {
  readonly mib?: number;
  readonly read?: number;
  readonly digest?: string;
  readonly grown?: number;
  readonly code?: string;
  readonly message?: string;
}

function startChild(target: string, mib: number, options: readonly string[] = [], before = '') {
  const script = fileURLToPath(new URL('stream-child.ts', import.meta.url));
  const args = [process.execPath, ...options, '--import', 'tsx', '--no-warnings', script, target, String(mib)];
  const child = spawn('/bin/sh', ['-c', `${before} exec "$@"`, 'sh', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout);
  let last = '';
  lines.on('line', line => (last = line));
  const end = once(child, 'close');
  return {
    after: (number: number) =>
      new Promise<void>(resolve => lines.on('line', line => Number(line) >= number && resolve())),
    kill: () => void child.kill('SIGKILL'),
    end,
    answer: async (): Promise<Answer> => {
      await end;
      return JSON.parse(last) as Answer;
    },
  };
}
