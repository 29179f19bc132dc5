import { open, readFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '../config/config.js';
import { EspalierError } from '../value/espalier-error.js';
import { isPortTaken, LOOPBACK, twoFreePorts } from './free-ports.js';
import { startKept, type KeptProgram } from './keeper.js';
import { knowsNamespace } from './readiness.js';
import { serverArguments } from './server-arguments.js';
import type { LockedServer } from './server-lock.js';

/** What to launch. Paths are absolute. */
export interface LaunchOptions {
  readonly binary: string;
  readonly dataDir: string;
  readonly databaseFile: string;
  readonly logFile: string;
  readonly namespace: string;
  readonly headless: boolean;
  readonly port: number | undefined;
  readonly uiPort: number | undefined;
  readonly synchronous: 'normal' | 'full';
  readonly dynamicConfig: Readonly<Record<string, number | string>>;
  /** Nothing of it is to be kept: it is killed instead of stopped, and the keeper removes the folder if we cannot. */
  readonly temporary: boolean;
  /** Told of every server process as soon as there is one, ready or not. */
  readonly onSpawn: (server: LockedServer) => Promise<void>;
}

/** A server that is ready. */
export interface Launched {
  readonly program: KeptProgram;
  readonly address: string;
  readonly uiUrl?: string;
}

/** The server did not come up. Code `server_start`; the message ends with the tail of its log. */
class ServerStartError extends EspalierError {
  constructor(why: string, log = '') {
    const tail = log.trimEnd().split('\n').slice(-20).join('\n');
    super('server_start', `the Temporal server ${why}${tail && `; the end of its log:\n${tail}`}`);
  }
}

const ATTEMPTS = 5;
const READY_WITHIN_MS = 60_000;

/** Starts the server on free ports, or on those asked for, and waits until it is ready; else `ServerStartError`. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  for (const port of [options.port, options.uiPort]) {
    if (port !== undefined && (await isPortTaken(port)))
      throw new ServerStartError(`cannot have port ${port}: it is taken`);
  }
  await rename(options.logFile, `${options.logFile}.old`).catch(() => {});
  for (let attempt = 1; ; attempt++) {
    const launched = await launchOnce(options);
    const failure = await failureToBeReady(launched, options);
    if (failure === undefined) return launched;
    await launched.program.stop();
    const log = await readFile(options.logFile, 'utf8');
    // Between our choice of a free port and the server's start another program may have taken it.
    if (attempt === ATTEMPTS || !log.includes('address already in use')) throw new ServerStartError(failure, log);
  }
}

async function launchOnce(options: LaunchOptions): Promise<Launched> {
  const [freePort, freeUiPort] = await twoFreePorts();
  const port = options.port ?? freePort;
  const uiPort = options.headless ? undefined : (options.uiPort ?? freeUiPort);
  const { databaseFile, namespace, synchronous, dynamicConfig, dataDir } = options;
  const settings = { databaseFile, namespace, port, synchronous, dynamicConfig };
  const log = await open(options.logFile, 'w');
  try {
    const program = await startKept({
      command: options.binary,
      args: serverArguments({ ...settings, ...(uiPort !== undefined && { uiPort }) }),
      cwd: dataDir,
      env: childEnvironment(),
      logFd: log.fd,
      ...(options.temporary && { graceMs: 0, removeWhenOrphaned: dataDir }),
    });
    const address = `${LOOPBACK}:${port}`;
    await options.onSpawn({ process: program.process, address }).catch(error => stopAndThrow(program, error));
    return { program, address, ...(uiPort !== undefined && { uiUrl: `http://${LOOPBACK}:${uiPort}` }) };
  } finally {
    await log.close();
  }
}

async function stopAndThrow(program: KeptProgram, error: unknown): Promise<never> {
  await program.stop();
  throw error;
}

/** Waits until the server is ready: what happened instead, or nothing. */
async function failureToBeReady({ program, address }: Launched, options: LaunchOptions): Promise<string | undefined> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const exit = await Promise.race([program.exited, sleep(50)]);
    if (exit) return `ended with ${exit.signal ?? `code ${exit.code}`} instead of starting`;
    if (await isReady(address, options)) return undefined;
    if (Date.now() > deadline) return `was not ready after ${READY_WITHIN_MS / 1000} s`;
  }
}

/**
 * Its own log says so, and then the address answers. An answer alone may be that of another server which was faster to
 * take the port.
 */
async function isReady(address: string, { logFile, namespace }: LaunchOptions): Promise<boolean> {
  const log = await readFile(logFile, 'utf8');
  return log.includes('Temporal Server:') && (await knowsNamespace(address, namespace));
}
