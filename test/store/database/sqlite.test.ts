import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGraphRegistry } from '../../../src/store/database/graph-registry.js';
import { openDatabase } from '../../../src/store/database/open-database.js';
import { openSqlite } from '../../../src/store/database/sqlite.js';
import { archiveSuite } from './archive-suite.js';
import { failureOf } from './failure-of.js';
import { expectSound, put, titled } from './graph-documents.js';
import { refusalsSuite } from './refusals-suite.js';
import { opened, registrySuite } from './registry-suite.js';
import { stepCacheSuite } from './step-cache-suite.js';
import { workflowsSuite } from './workflows-suite.js';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-sqlite-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const freshFile = async (): Promise<string> => join(await createFolder(), 'espalier.db');

registrySuite('SQLite', { fresh: freshFile, connect: openSqlite });
refusalsSuite('SQLite', { fresh: freshFile, connect: openSqlite });
stepCacheSuite('SQLite', { fresh: freshFile, connect: openSqlite });
workflowsSuite('SQLite', { fresh: freshFile, connect: openSqlite });
archiveSuite('SQLite', { fresh: freshFile, connect: openSqlite });

const OTHER = `
  const database = new (require('libsql'))(process.argv[1]);
  database.exec(process.argv[2]);
  process.stdout.write('begun');
  process.stdin.on('data', () => { database.exec('commit'); process.exit(); });`;

/** Another process begins a transaction; gives what ends it. By itself it takes the write lock. */
async function lock(file: string, begin = 'begin immediate'): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['-e', OTHER, file, begin], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.write('\n');
    await once(child, 'close');
  };
}

describe('a SQLite file', () => {
  it('that another process has locked for too long is busy for writers only, and works afterwards', async () => {
    const file = await freshFile();
    const { graphs } = await opened(file);
    await put(graphs, titled('coffee', 'one'));
    const unlock = await lock(file);

    const began = performance.now();
    const failure = failureOf(put(graphs, titled('coffee', 'two')));
    expect((await graphs.get('coffee'))?.title).toBe('one');
    expect(performance.now() - began).toBeLessThan(1000);
    expect(await failure).toMatchObject({ code: 'database_busy', message: expect.stringContaining(file) as string });
    expect(performance.now() - began).toBeLessThan(6000);

    await unlock();
    await put(graphs, titled('coffee', 'three'));
    expect((await expectSound(graphs, 'coffee')).map(({ title }) => title)).toEqual(['one', 'three']);
  });

  it('that another process is reading is written to all the same', async () => {
    const file = await freshFile();
    const { graphs } = await opened(file);
    const unlock = await lock(file, 'begin; select count(*) from graphs');
    await put(graphs, titled('coffee', 'one'));
    await unlock();
  });

  it('that is locked for a moment is waited for', async () => {
    const file = await freshFile();
    const { graphs } = await opened(file);
    const unlock = await lock(file);
    const waiting = put(graphs, titled('coffee', 'one'));
    await unlock();
    expect((await waiting).version).toBe(1);
  });

  it('that is locked when it is opened for the first time is waited for', async () => {
    const file = await freshFile();
    const unlock = await lock(file);
    const waiting = opened(file);
    await unlock();
    await (await waiting).ping();
  });

  it('that is full says so, is read as before, holds nothing half-written, and takes more when there is room', async () => {
    const file = await freshFile();
    await (await openDatabase(file)).close();
    const connection = await openSqlite(file);
    onTestFinished(() => connection.kysely.destroy());
    const graphs = createGraphRegistry(connection);
    await put(graphs, titled('coffee', 'one'));
    await sql`pragma max_page_count = 40`.execute(connection.kysely);

    const refused = { code: 'database_full', cause: { code: 'SQLITE_FULL' } };
    await expect(put(graphs, titled('coffee', 'x'.repeat(200_000)))).rejects.toMatchObject(refused);
    await expect(put(graphs, titled('tea', 'x'.repeat(200_000)))).rejects.toMatchObject(refused);
    expect(await expectSound(graphs, 'coffee')).toHaveLength(1);
    expect((await graphs.list({ limit: 10 })).map(({ id }) => id)).toEqual(['coffee']);

    await sql`pragma max_page_count = 4000`.execute(connection.kysely);
    await put(graphs, titled('coffee', 'x'.repeat(200_000)));
    expect(await expectSound(graphs, 'coffee')).toHaveLength(2);
  });

  it('that can only be read is not available for writers', async () => {
    const file = await freshFile();
    await (await openDatabase(file)).close();
    const connection = await openSqlite(file);
    onTestFinished(() => connection.kysely.destroy());
    const graphs = createGraphRegistry(connection);
    await sql`pragma query_only = on`.execute(connection.kysely);
    const message = expect.stringContaining('cannot be written to') as string;
    await expect(put(graphs, titled('coffee', 'one'))).rejects.toMatchObject({ code: 'database_unavailable', message });
    expect(await graphs.list({ limit: 10 })).toEqual([]);
  });

  it('is made with the folders around it', async () => {
    const file = join(await createFolder(), 'not', 'there', 'yet', "o'clock ? # %41.db");
    const { graphs } = await opened(file);
    await put(graphs, titled('coffee', 'one'));
    expect(await expectSound(await opened(file).then(again => again.graphs), 'coffee')).toHaveLength(1);
  });

  it('that is a folder, or in a place that is none, is not available', async () => {
    const folder = await createFolder();
    for (const [file, why] of [
      [folder, 'it is a folder'],
      ['/dev/null/not/there/espalier.db', '/dev/null is no folder'],
      ['/proc/espalier.db', '[a-z /()A-Z]+'],
      ['/proc/not/there/espalier.db', '[a-z /()A-Z]+'],
    ] as const) {
      const mend = 'set ESPALIER_DATABASE or --database to a file that can be written';
      const message = expect.stringMatching(`^cannot open the database file ${file}: ${why}; ${mend}$`) as string;
      await expect(openDatabase(file)).rejects.toMatchObject({ code: 'database_unavailable', message });
    }
  });

  it('that something else wrote is refused and stays as it is', async () => {
    const file = await freshFile();
    await writeFile(file, 'notes '.repeat(1000));
    await expect(openDatabase(file)).rejects.toMatchObject({
      code: 'database_error',
      message: expect.stringContaining(`${file} is no SQLite database`) as string,
    });
  });

  it('whose write-ahead log cannot be opened is not available', async () => {
    const file = await freshFile();
    await mkdir(`${file}-wal`);
    await expect(openDatabase(file)).rejects.toMatchObject({ code: 'database_unavailable' });
  });
});
