/** A PostgreSQL of the machine's packages, for the time of the trial: it runs as `postgres` where we are root. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { start, until, type Started } from './processes.js';

const VERSIONS = '/usr/lib/postgresql';

/** Listens on loopback without passwords; its role and first database are those of docker-compose.yml. */
export async function startPostgres(folder: string, port: number): Promise<Started> {
  const programs = programsFolder();
  const data = join(folder, 'postgresql');
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  mkdirSync(data, { mode: 0o700 });
  if (owner) chownSync(data, owner.uid, owner.gid);
  const setUp = ['-D', data, '-U', 'espalier', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), setUp, { ...owner, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  const server = start(
    join(programs, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`],
    { log: join(folder, 'postgresql.log'), ...(owner && { owner }) },
  );
  try {
    await createDatabase(programs, port);
  } catch (error) {
    await server.stop('SIGINT');
    throw error;
  }
  return server;
}

async function createDatabase(programs: string, port: number): Promise<void> {
  const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'espalier'];
  await until('PostgreSQL', async () => {
    execFileSync(join(programs, 'pg_isready'), at, { stdio: 'ignore' });
    return true;
  });
  execFileSync(join(programs, 'createdb'), [...at, 'espalier']);
}

function programsFolder(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  if (!versions[0]) throw new Error(`no PostgreSQL in ${VERSIONS}: apt-get install postgresql`);
  return join(VERSIONS, versions[0], 'bin');
}

const idOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
