/**
 * The server a command talks to, and the client for it.
 * 1. It is the one given, that of TEMPORAL_* or a profile, or the embedded one that lives in the data folder; `run` starts
 *    one for its own time if there is none, and never stops another.
 * 2. Two that start at once share the one that comes first; who started it waits for the others before it stops it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectOptions } from '../client/connect.js';
import { Espalier } from '../client/espalier.js';
import { findServer } from '../client/find-server.js';
import { NotReachableError } from '../client/not-reachable-error.js';
import { startServer, type EmbeddedServer } from '../server/embedded.js';
import { identify } from '../server/process-identity.js';
import { readServerFile } from '../server/server-file.js';
import { ServerInUseError } from '../server/server-lock.js';
import { EspalierError } from '../value/espalier-error.js';
import { attach, isAttached } from './attached.js';
import { dataDirOf, serviceOf, type ServerChoice } from './server-choice.js';
import type { Terminal } from './terminal.js';

export interface Session {
  readonly espalier: Espalier;
  readonly dataDir: string;
  /** `own`: started for this command; `dev`: embedded, of another process; `foreign`: somebody's. */
  readonly kind: 'own' | 'dev' | 'foreign';
  /** The URL of the server's web page, where it is known. */
  readonly ui: string | undefined;
  /** Rejects when a server of our own ends by itself. */
  readonly lost: Promise<never>;
  /** Stops the server if it is our own, when nobody uses it any more or `hurry` says so. */
  close(hurry?: AbortSignal): Promise<void>;
}

/** Connects to a server that is there (`lazy`: that is named); throws `NotReachableError`. */
export async function openSession(
  choice: ServerChoice,
  how: Pick<ConnectOptions, 'lazy' | 'callTimeout' | 'database' | 'tracing'> = {},
): Promise<Session> {
  refuseService(choice);
  const dataDir = dataDirOf(choice);
  const found = await findServer({ ...choice, dataDir });
  const embedded = choice.address === undefined ? await readServerFile(dataDir) : undefined;
  const isDev = embedded?.address === found.address;
  const detach = isDev ? await attach(dataDir) : undefined;
  const address = isDev ? found.address : choice.address;
  // A namespace of TEMPORAL_NAMESPACE belongs to the server of TEMPORAL_ADDRESS.
  const namespace = choice.namespace ?? (isDev ? 'default' : undefined);
  const espalier = await Espalier.connect({
    ...how,
    dataDir,
    ...(address !== undefined && { address }),
    ...(namespace !== undefined && { namespace }),
  }).catch(async error => {
    await detach?.();
    throw error;
  });
  return {
    espalier,
    dataDir,
    kind: isDev ? 'dev' : 'foreign',
    ui: isDev ? embedded?.ui : undefined,
    lost: new Promise(() => {}),
    async close() {
      await espalier.close();
      await detach?.();
    },
  };
}

/**
 * As `openSession`; where there is no server, one is started for as long as the session is open, unless `beforeStart`
 * throws.
 */
export async function openOrStartSession(
  choice: ServerChoice,
  terminal: Terminal,
  beforeStart: () => void,
): Promise<Session> {
  for (;;) {
    if (await isSomewhere(choice)) return openSession(choice);
    beforeStart();
    try {
      return await startSession(choice, terminal);
    } catch (error) {
      // Another process was faster. When its server is there, it is ours too.
      if (!(error instanceof ServerInUseError)) throw error;
      await untilServer(dataDirOf(choice), error);
    }
  }
}

function refuseService(choice: ServerChoice): void {
  if (serviceOf(choice) === undefined) return;
  throw new EspalierError('usage', '--address: expected host:port of a Temporal server, got the URL of a service');
}

/** Whether a server is named or lives in the data folder; one that is named need not answer. */
async function isSomewhere(choice: ServerChoice): Promise<boolean> {
  try {
    await findServer({ ...choice, dataDir: dataDirOf(choice) });
    return true;
  } catch (error) {
    if (error instanceof NotReachableError) return false;
    throw error;
  }
}

async function startSession(choice: ServerChoice, terminal: Terminal): Promise<Session> {
  const dataDir = dataDirOf(choice);
  const { namespace = 'default' } = choice;
  const server = await startServer({ dataDir, namespace, onProgress: message => terminal.say(message) });
  const espalier = await Espalier.connect({ address: server.address, namespace, dataDir }).catch(async error => {
    await server.stop();
    throw error;
  });
  let stopping = false;
  const lost = serverEnd(server, () => stopping);
  return {
    espalier,
    dataDir,
    kind: 'own',
    ui: server.uiUrl,
    lost,
    async close(hurry) {
      await espalier.close();
      await untilUnused(dataDir, terminal, hurry);
      stopping = true;
      await server.stop();
    },
  };
}

/** Rejects with `server_gone` when the server ends and nobody has stopped it. */
export function serverEnd(server: EmbeddedServer, wasStopped: () => boolean): Promise<never> {
  const end = server.exited.then(({ code, signal }): Promise<never> => {
    if (wasStopped()) return new Promise(() => {});
    const how = signal ?? `code ${code}`;
    const message = `the Temporal server has ended (${how}); what it kept is in ${server.dataDir}, its log is temporal.log there`;
    return Promise.reject(new EspalierError('server_gone', message));
  });
  // Nobody may be waiting for it yet.
  end.catch(() => {});
  return end;
}

const POLL_MS = 100;
const STARTS_WITHIN_MS = 60_000;

/** Waits until the server of another process can be found, or that process is gone. */
async function untilServer(dataDir: string, inUse: ServerInUseError): Promise<void> {
  for (const since = Date.now(); (await readServerFile(dataDir)) === undefined; await wait(POLL_MS)) {
    if ((await identify(inUse.pid)) === undefined) return;
    if (Date.now() - since > STARTS_WITHIN_MS) throw inUse;
  }
}

async function untilUnused(dataDir: string, terminal: Terminal, hurry: AbortSignal | undefined): Promise<void> {
  if (hurry?.aborted || !(await isAttached(dataDir))) return;
  terminal.say('another command uses this server: it is stopped when that one ends (Ctrl-C stops it now)');
  while (!hurry?.aborted && (await isAttached(dataDir))) await wait(POLL_MS);
}
