import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockfile, steps } from '../../examples/lockfile/index.js';
import { runLocal } from '../../src/local/run-local.js';
import { espalier, processesWith, temporaryFolder } from '../cli/espalier.js';

const FIXTURE = join(import.meta.dirname, 'fixture-lock.json');
const result = (lock: string, to: string) => runLocal(lockfile, { steps, input: { lock, to } }).result();

describe('lockfile', () => {
  test('finds licences, versions, sizes and scripts', async () => {
    const folder = await temporaryFolder();
    const lock = join(folder, 'package-lock.json');
    await writeFile(lock, await readFile(FIXTURE));
    await mkdir(join(folder, 'node_modules/b/node_modules/a'), { recursive: true });
    await writeFile(join(folder, 'node_modules/b/index.js'), 'x'.repeat(250_000));
    await writeFile(join(folder, 'node_modules/b/node_modules/a/index.js'), 'x'.repeat(50_000));
    const { markdown, file } = await result(lock, join(folder, 'deep/report.md'));
    expect(await readFile(file, 'utf8')).toBe(markdown);
    expect(markdown).toBe(`# Lock file of fixture

6 packages, 2 of them for development only; 0.3 MB installed (2 packages measured).

## Licences

| licence | packages |
| --- | --- |
| MIT | 4 |
| ISC | 1 |

## Without a licence

- node_modules/@scope/c

## In several versions

| package | versions |
| --- | --- |
| a | 0.9.0, 1.0.0 |

## Largest

| package | size |
| --- | --- |
| node_modules/b | 0.3 MB |
| node_modules/b/node_modules/a | 0.1 MB |

## With install scripts

- b@2.0.0
`);
  });

  test.each([
    ['nowhere.json', undefined, 'no_lock_file'],
    ['text.json', 'no JSON', 'not_a_lock_file'],
    ['old.json', '{"lockfileVersion":1,"dependencies":{}}', 'not_a_lock_file'],
  ])('says no to %s, once', async (name, text, code) => {
    const folder = await temporaryFolder();
    const lock = join(folder, name);
    if (text !== undefined) await writeFile(lock, text);
    const failed = { name: 'RunFailedError', code, address: 'read', cause: { attempt: 1 } };
    await expect(result(lock, join(folder, 'report.md'))).rejects.toMatchObject(failed);
  });
});

test('npm run demo reads the lock file of this project on Temporal, says the second time what came from the cache and why the rest ran, and leaves nothing running', async () => {
  const folder = await temporaryFolder();
  const demo = { program: ['npm', 'run', '--silent', 'demo'] as const, env: { ESPALIER_DATA: folder } };
  const first = await espalier([], demo);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/^# Lock file of espalier\n\n\d{3} packages/);
  const missed = 'its step is not in the cache yet';
  const impure = 'it is not pure: it reads or writes files';
  const always = { 'install-size': impure, read: impure, report: impure };
  expect(wayOf(first.stderr)).toEqual({ ...always, duplicates: missed, licences: missed, scripts: missed });
  const [, run = ''] =
    /http:\/\/127\.0\.0\.1:8233\/namespaces\/default\/workflows\/(lockfile-[0-9a-f-]+)$/m.exec(first.stderr) ?? [];
  expect(await readFile(join(folder, 'lockfile-report.md'), 'utf8')).toBe(first.stdout.trimEnd() + '\n');

  const second = await espalier([], demo);
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  const cached = `cached from ${run}`;
  expect(wayOf(second.stderr)).toEqual({ ...always, duplicates: cached, licences: cached, scripts: cached });
  expect(await processesWith(folder)).toEqual([]);
});

/** By node: why it ran, or where it came from. */
function wayOf(stderr: string): Readonly<Record<string, string>> {
  const ran = [...stderr.matchAll(/^ {2}(\S+) +completed +began at +\d+ ms, took +\d+ ms, (.+)$/gm)];
  const cached = [...stderr.matchAll(/^ {2}(\S+) +cached +(from .+)$/gm)];
  return Object.fromEntries([
    ...ran.map(([, node = '', why = '']) => [node, why]),
    ...cached.map(([, node = '', from = '']) => [node, `cached ${from}`]),
  ]);
}
