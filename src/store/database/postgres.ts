import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { EspalierError } from '../../value/espalier-error.js';
import { attempt } from './attempt.js';
import type { Connection, Tables } from './tables.js';

const MAX_CONNECTIONS = 8;
const CONNECT_LIMIT_MS = 3000;
/** How long a statement waits for a lock that another holds. */
const LOCK_LIMIT_MS = 3000;
/** After this the server ends a transaction whose process has stopped in the middle, and others go on. */
const STALLED_LIMIT_MS = 5000;
/** A connection on which nothing comes for so long is dead: a server that vanished without a word never says so. */
const SILENCE_LIMIT_MS = 10_000;

/** Connects when something is asked, and again after the server was away. Throws for a URL that cannot be read. */
export function openPostgres(url: string): Connection {
  const name = nameOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    lock_timeout: LOCK_LIMIT_MS,
    idle_in_transaction_session_timeout: STALLED_LIMIT_MS,
    keepAlive: true,
    stream: mortalSocket,
    types,
  });
  // A lost connection fails the call that uses it; told to nobody, these events would end the process.
  pool.on('error', () => {});
  pool.on('connect', client => client.on('error', () => {}));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: 'postgres',
    kysely,
    attempt: work =>
      attempt(
        () => work(kysely),
        error => postgresError(error, name),
      ),
  };
}

function mortalSocket(): Socket {
  const socket = new Socket();
  return socket.setTimeout(SILENCE_LIMIT_MS, () => socket.destroy(new Error('no answer for ten seconds')));
}

/** Whole numbers as numbers, not as text: ours are counts and times, far below 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Where the server is, for people: never the user or the password. */
export function nameOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Of a password with an unescaped character a part would be taken for the host or the path.
  if (url === undefined || /@|%40/.test(url.pathname + url.search + url.hash)) {
    const expected = 'postgres://user:password@host:5432/name, with characters such as @ / ? # in the password escaped';
    throw new EspalierError('database_unavailable', `the URL of the database cannot be read; expected ${expected}`);
  }
  return `PostgreSQL at ${url.searchParams.get('host') ?? url.host}${url.pathname}`;
}

const CODES: readonly (readonly [sqlState: RegExp, code: string, what: string])[] = [
  // Lock not available, cancelled by a limit, serialization failure, deadlock.
  [/^(55P03|57014|40001|40P01)$/, 'database_busy', 'is busy'],
  [/^53100$/, 'database_full', 'has no more room'],
  // Connection, authentication and missing database; too many connections; shutdown; a server that only reads.
  [/^(08...|28...|3D000|53300|57P0.|25P03|25006)$/, 'database_unavailable', 'is not available'],
];

function postgresError(error: unknown, name: string): EspalierError {
  if (error instanceof EspalierError) return error;
  const options = { cause: error };
  // What does not come from the server is about the way to it.
  if (!(error instanceof pg.DatabaseError)) {
    return new EspalierError('database_unavailable', `${name} cannot be reached: ${textOf(error)}`, options);
  }
  const found = CODES.find(([sqlState]) => sqlState.test(error.code ?? ''));
  const [, code, what] = found ?? [/^/, 'database_error', 'failed'];
  return new EspalierError(code, `${name} ${what}: ${error.message}`, options);
}

/** An attempt at several addresses of one name fails with an error without a text. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
