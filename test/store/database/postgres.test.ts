import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../src/store/database/open-database.js';
import { openPostgres } from '../../../src/store/database/postgres.js';
import type { Connection } from '../../../src/store/database/tables.js';
import type { EspalierError } from '../../../src/value/espalier-error.js';
import { startPostgres, type Postgres } from '../postgres.js';
import { archiveSuite } from './archive-suite.js';
import { failureOf } from './failure-of.js';
import { expectSound, put, titled } from './graph-documents.js';
import { refusalsSuite } from './refusals-suite.js';
import { opened, registrySuite } from './registry-suite.js';
import { stepCacheSuite } from './step-cache-suite.js';
import { workflowsSuite } from './workflows-suite.js';

const LONG = { timeout: 30_000 };

let postgres: Postgres;
let databases = 0;
beforeAll(async () => void (postgres = await startPostgres()));
afterAll(() => postgres.stop());

const fresh = (): Promise<string> => postgres.createDatabase(`test-${++databases}`);

registrySuite('PostgreSQL', { fresh, connect: openPostgres });
refusalsSuite('PostgreSQL', { fresh, connect: openPostgres });
stepCacheSuite('PostgreSQL', { fresh, connect: openPostgres });
workflowsSuite('PostgreSQL', { fresh, connect: openPostgres });
archiveSuite('PostgreSQL', { fresh, connect: openPostgres });

/** The database by a way that can be lost: bytes go nowhere then, and no connection ends. */
async function behindProxy(url: string): Promise<{ readonly url: string; lose(): void }> {
  const { port } = new URL(url);
  const sockets: Socket[] = [];
  const proxy = createServer(near => {
    const far = connect(Number(port), '127.0.0.1');
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  const near = new URL(url);
  near.port = String((proxy.address() as AddressInfo).port);
  return { url: near.href, lose: () => sockets.splice(0).forEach(socket => socket.unpipe().pause()) };
}

function connected(url: string): Connection {
  const connection = openPostgres(url);
  onTestFinished(() => connection.kysely.destroy());
  return connection;
}

describe('a PostgreSQL server', () => {
  it('that was restarted between two calls is used again', async () => {
    const { graphs, ping } = await opened(await fresh());
    await put(graphs, titled('coffee', 'one'));
    await postgres.restart();
    await ping();
    await put(graphs, titled('coffee', 'two'));
    expect(await expectSound(graphs, 'coffee')).toHaveLength(2);
  });

  it(
    'that vanished without a word fails the calls that wait for it, and is used again when it is there',
    LONG,
    async () => {
      const proxy = await behindProxy(await fresh());
      const { ping } = await opened(proxy.url);
      await ping();
      proxy.lose();
      expect(await failureOf(ping())).toMatchObject({ code: 'database_unavailable' });
      await ping();
    },
  );

  it('that is restarted during calls fails some of them, and loses nothing that it acknowledged', async () => {
    const { graphs } = await opened(await fresh());
    const acknowledged: string[] = [];
    const codes = new Set<string>();
    let isDone = false;
    const putMany = async (name: string): Promise<void> => {
      for (let number = 0; !isDone; number++) {
        const title = `${name}-${number}`;
        await put(graphs, titled('coffee', title)).then(
          () => acknowledged.push(title),
          (error: EspalierError) => codes.add(error.code),
        );
      }
    };
    const putters = ['a', 'b', 'c', 'd'].map(putMany);
    const more = (count: number) =>
      expect.poll(() => acknowledged.length, LONG).toBeGreaterThan(acknowledged.length + count);
    for (let restarts = 0; restarts < 3; restarts++) {
      await more(20);
      await postgres.restart();
    }
    await more(20);
    isDone = true;
    await Promise.all(putters);

    expect([...codes]).toEqual(['database_unavailable']);
    const titles = new Set((await expectSound(graphs, 'coffee')).map(({ title }) => title));
    expect(acknowledged.filter(title => !titles.has(title))).toEqual([]);
  });

  it('that ends a connection in the middle of a transaction fails that call only', async () => {
    const url = await fresh();
    const { graphs } = await opened(url);
    await put(graphs, titled('coffee', 'one'));
    const { kysely } = connected(url);
    await kysely.transaction().execute(async trx => {
      await sql`select * from graphs for update`.execute(trx);
      const failure = failureOf(put(graphs, titled('coffee', 'two')));
      const end = sql<{ done: boolean }>`select pg_terminate_backend(pid) as done from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await end.execute(kysely)).rows.length, LONG).toBe(1);
      expect(await failure).toMatchObject({ code: 'database_unavailable' });
    });
    await put(graphs, titled('coffee', 'three'));
    expect(await expectSound(graphs, 'coffee')).toHaveLength(2);
  });

  it('on which another stops in the middle of a put is busy for that graph only, and ends the put that stopped', async () => {
    const url = await fresh();
    const { graphs } = await opened(url);
    await put(graphs, titled('coffee', 'one'));
    const stopped = connected(url)
      .kysely.transaction()
      .execute(async trx => {
        await sql`select * from graphs for update`.execute(trx);
        const failure = failureOf(put(graphs, titled('coffee', 'two')));
        expect((await graphs.get('coffee'))?.title).toBe('one');
        await put(graphs, titled('tea', 'one'));
        expect(await failure).toMatchObject({ code: 'database_busy' });
        await expect.poll(() => failureOf(put(graphs, titled('coffee', 'three'))), LONG).toBeUndefined();
      });
    expect(await failureOf(stopped)).toBeInstanceOf(Error);
    expect(await expectSound(graphs, 'coffee')).toHaveLength(2);
  });

  it('that cannot be reached is not available, and the error says where it should be, never the password', async () => {
    const url = new URL(postgres.url);
    const nowhere = url.href.replace(url.port, '1');
    const missing = url.href.replace(/postgres$/, 'missing').replace('secret', 'secret%40');
    for (const [target, place] of [
      [nowhere, '127.0.0.1:1/postgres'],
      [missing, `${url.host}/missing`],
      ['postgres://me:secret@nowhere.invalid/espalier', 'nowhere.invalid/espalier'],
      ['postgres://me:secret@%2Fdev%2Fnull/espalier', 'dev'],
      ['postgres:///espalier?host=/dev/null&password=secret', '/dev/null/espalier'],
    ] as const) {
      const failure = await failureOf(openDatabase(target));
      expect(failure).toMatchObject({
        code: 'database_unavailable',
        message: expect.stringContaining(place) as string,
      });
      expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('secret');
    }
  });

  it('whose URL cannot be read is refused without saying any of it', async () => {
    for (const password of ['sec/ret', '7171/8282', '7171?8282', '7171#8282', 'sec?ret', 'sec#ret', '%zz/%']) {
      const failure = await failureOf(openDatabase(`postgres://me:${password}@host/name`));
      expect(failure).toMatchObject({ code: 'database_unavailable' });
      for (const part of password.split(/[/?#]/)) expect(inspect(failure)).not.toContain(part);
    }
  });
});
