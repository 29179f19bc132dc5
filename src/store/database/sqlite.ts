import { existsSync } from 'node:fs';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Kysely, SqliteDialect, SqliteDriver, type DatabaseConnection } from 'kysely';
import Libsql from 'libsql';
import { EspalierError } from '../../value/espalier-error.js';
import { attempt } from './attempt.js';
import type { Connection, Tables } from './tables.js';

/** Opens the file, which is made with its folder if it is not there. Failures as of `openDatabase`. */
export async function openSqlite(file: string): Promise<Connection> {
  const translate = (error: unknown): EspalierError => sqliteError(error, file);
  const database = await attempt(async () => openFile(file), translate);
  const kysely = new Kysely<Tables>({ dialect: new Dialect(database) });
  return { kind: 'sqlite', kysely, attempt: work => attempt(() => work(kysely), translate) };
}

async function openFile(file: string): Promise<Libsql.Database> {
  const database = await makeFolder(dirname(resolve(file)))
    .then(() => new Libsql(file))
    .catch(async (cause: unknown) => {
      const why = (await problemOfFile(file)) ?? 'the system does not let it be opened or made there';
      const mend = 'set ESPALIER_DATABASE or --database to a file that can be written';
      throw new EspalierError('database_unavailable', `cannot open the database file ${file}: ${why}; ${mend}`, {
        cause,
      });
    });
  try {
    // Enough for another process that opens or closes the file; it stops this one, so `attempt` does all longer waiting.
    database.exec('pragma busy_timeout = 20');
    // With WAL one process can write while others read. A power cut may take the last changes, a killed process none.
    database.exec('pragma journal_mode = WAL');
    database.exec('pragma synchronous = NORMAL');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Not with `recursive`: Node 20 then tries for ever where the system says ENOENT in a folder that is there, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    // Another process may have been faster.
    if (!existsSync(path)) throw error;
  });
}

/**
 * Why nothing can be written to the file, or why it cannot be made, as far as the file system tells. `undefined` is no
 * promise: a system may refuse for reasons of its own, as it does in /proc.
 */
export async function problemOfFile(file: string): Promise<string | undefined> {
  const target = resolve(file);
  for (let path = target; ; path = dirname(path)) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      if (found.code !== 'ENOENT' && found.code !== 'ENOTDIR') return `${path} cannot be looked at (${found.code})`;
      continue;
    }
    if (path === target && found.isDirectory()) return 'it is a folder';
    if (path !== target && !found.isDirectory()) return `${path} is no folder`;
    const needed = found.isDirectory() ? constants.W_OK | constants.X_OK : constants.R_OK | constants.W_OK;
    return access(path, needed).then(
      () => undefined,
      ({ code }: NodeJS.ErrnoException) => `${path} cannot be written to (${code})`,
    );
  }
}

/** kysely's own, but for transactions. */
class Dialect extends SqliteDialect {
  constructor(readonly database: Libsql.Database) {
    super({ database });
  }

  override createDriver(): SqliteDriver {
    return new Driver(this.database);
  }
}

class Driver extends SqliteDriver {
  constructor(readonly database: Libsql.Database) {
    super({ database });
  }

  /**
   * With the write lock: a transaction that read first could not write when another process has written meanwhile. Not as a
   * statement: libsql leaves one that found the file locked open until it is garbage, and no transaction can end before.
   */
  override async beginTransaction(): Promise<void> {
    this.database.exec('begin immediate');
  }

  /** When the disk is full SQLite has rolled back already, and a second time would fail and hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** By primary result code (https://sqlite.org/rescode.html): libsql has no names for some of the extended ones. */
const CODES: Readonly<Record<number, readonly [code: string, what: string]>> = {
  5: ['database_busy', 'is locked by another process'],
  6: ['database_busy', 'is locked'],
  8: ['database_unavailable', 'cannot be written to'],
  10: ['database_unavailable', 'cannot be read or written'],
  11: ['database_error', 'is damaged'],
  13: ['database_full', 'cannot grow, the disk is full'],
  14: ['database_unavailable', 'cannot be opened'],
  26: ['database_error', 'is no SQLite database'],
};

function sqliteError(error: unknown, file: string): EspalierError {
  if (error instanceof EspalierError) return error;
  const found = error instanceof Libsql.SqliteError ? CODES[(error.rawCode ?? 0) & 0xff] : undefined;
  const [code, what] = found ?? ['database_error', 'failed'];
  return new EspalierError(code, `the database file ${file} ${what}: ${textOf(error)}`, { cause: error });
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
