import { createServer } from 'node:net';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database/open-database.js';
import { espalier, freePort, temporaryFolder } from './espalier.js';

test('doctor says how to go on where nothing runs, and that nothing has to be mended', async () => {
  const folder = await temporaryFolder();
  const { code, stdout, stderr } = await espalier(['doctor', '--data', folder]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^ok +node +\d+\.\d+\.\d+, \S+$/m);
  expect(stdout).toMatch(/^ok +versions +espalier \d+\.\d+\.\d+, Temporal SDK \d+\.\d+\.\d+$/m);
  expect(stdout).toContain(`data folder ${folder}`);
  expect(stdout).toMatch(/^warn +server +none is named.*\n +→ nothing to do: `espalier run` starts one/m);
  expect(stdout).toContain(`${join(folder, 'espalier.db')} is not there yet`);
  expect(await readdir(folder)).toEqual([]);
});

test('doctor says how far a database is, and what is wrong with one', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'espalier.db');
  await (await openDatabase(file)).close();
  const good = await espalier(['doctor', '--data', folder]);
  expect(good).toMatchObject({ code: 0 });
  expect(good.stdout).toMatch(/^ok +database +\S+espalier\.db \(SQLite\), \d+ migrations? done, up to date$/m);
  const other = await temporaryFolder();
  await writeFile(join(other, 'espalier.db'), 'no database '.repeat(100));
  const bad = await espalier(['doctor', '--data', other]);
  expect(bad).toMatchObject({ code: 2 });
  expect(bad.stdout).toMatch(/^fail +database +.* is not a database\n +→ let it be reachable, or correct/m);
  const env = { ESPALIER_DATABASE: 'postgres://me:secret@127.0.0.1:1/x' };
  const away = await espalier(['doctor', '--data', folder], { env });
  expect(away).toMatchObject({ code: 5 });
  expect(away.stdout).toMatch(/^fail +database +PostgreSQL at 127\.0\.0\.1:1\/x cannot be reached/m);
  expect(away.stdout).not.toContain('secret');
});

test('doctor ends with 5 for a database that cannot be made or written to', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'notes'), '');
  const doctor = (database: string) => espalier(['doctor', '--data', folder], { env: { ESPALIER_DATABASE: database } });
  const [below, folderItself] = await Promise.all([doctor(join(folder, 'notes/a/b.db')), doctor(folder)]);
  expect(below.code).toBe(5);
  expect(below.stdout).toMatch(/^fail +database +.*\/notes is no folder\n +→ let it be reachable, or correct/m);
  expect(folderItself.code).toBe(5);
  expect(folderItself.stdout).toMatch(/^fail +database +.* cannot be used: it is a folder$/m);
  expect(await readdir(folder)).toEqual(['notes']);
});

test('doctor says whether the port of the service is free, and what to do if it is not', async () => {
  const data = await temporaryFolder();
  const port = await freePort();
  const doctor = () => espalier(['doctor', '--data', data], { env: { ESPALIER_PORT: String(port) } });
  expect((await doctor()).stdout).toMatch(new RegExp(`^ok +port +${port} of the service is free$`, 'm'));
  const other = createServer(socket => socket.end('hello'));
  onTestFinished(() => void other.close());
  await new Promise<void>(resolve => other.listen(port, '127.0.0.1', resolve));
  const taken = await doctor();
  expect(taken.code).toBe(0);
  expect(taken.stdout).toMatch(new RegExp(`^warn +port +${port} .* in use by another program\n +→ .*--port`, 'm'));
});

test('doctor ends with 5 if the service that is named does not answer', async () => {
  const args = ['doctor', '--address', 'http://127.0.0.1:2', '--data', await temporaryFolder()];
  const { code, stdout } = await espalier(args);
  expect(code).toBe(5);
  expect(stdout).toMatch(/^fail +service +no Espalier service answers .*\n +→ start it with `espalier dev`/m);
});

test('doctor says how the Temporal program is had where there is none', async () => {
  const env = { PATH: '/nowhere', ESPALIER_CACHE: await temporaryFolder(), ESPALIER_DATA: await temporaryFolder() };
  const { code, stdout } = await espalier(['doctor', '-o', 'json'], { env });
  expect(code).toBe(0);
  const findings = JSON.parse(stdout) as readonly { readonly check: string }[];
  expect(findings.find(({ check }) => check === 'temporal')).toMatchObject({
    status: 'warn',
    message: expect.stringContaining(`neither on PATH nor in ${env.ESPALIER_CACHE}`),
    mend: expect.stringContaining('fetches it with pip'),
  });
});

test('doctor ends with 5 if the server that is named does not answer', async () => {
  const { code, stdout } = await espalier(['doctor'], { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
  expect(code).toBe(5);
  expect(stdout).toMatch(
    /^fail +server +no Temporal server answers at 127\.0\.0\.1:1 .*\n +→ start that server, or correct/m,
  );
});

test('doctor names every variable that can not be used, and ends with 2', async () => {
  const { code, stdout } = await espalier(['doctor'], { env: { LOG_LEVEL: 'loud', TASK_QUEUE: ' ' } });
  expect(code).toBe(2);
  expect(stdout).toMatch(/^fail +settings +TASK_QUEUE is " ".*; LOG_LEVEL is "loud".*\n +→ set these variables anew/m);
});
