/**
 * A Temporal server of our own on one SQLite file, for laptops and tests.
 * 1. At most one server per data folder (server-lock.ts), and none outlives this process (keeper.ts).
 * 2. Everything acknowledged survives any end of it: the next start on the same folder goes on.
 * 3. A server that this process did not start is never touched.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findServerBinary } from './binary.js';
import type { ProgramExit } from './keeper.js';
import { launch } from './launch.js';
import { removeServerFile, writeServerFile } from './server-file.js';
import { acquireServerLock } from './server-lock.js';

export interface ServerOptions {
  /** Where its data are kept; without it in a fresh folder that is removed when it stops. */
  readonly dataDir?: string;
  /** Exists when the server is ready. Default `default`. */
  readonly namespace?: string;
  /** Without it a free port. To go on under the address of a server before, give its port. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Without the web page. */
  readonly headless?: boolean;
  /** What the server writes; that of the start before is kept as `….old`. Default `temporal.log` in the data folder. */
  readonly logFile?: string;
  /** `full`: also a power cut loses nothing acknowledged, for about 3 ms more per step. Default `normal`. */
  readonly synchronous?: 'normal' | 'full';
  /** Values for its dynamic configuration, over ours. */
  readonly dynamicConfig?: Readonly<Record<string, number | string>>;
  /** Told in a short sentence what takes its time. */
  readonly onProgress?: (message: string) => void;
}

export interface EmbeddedServer {
  /** `host:port` of its gRPC interface. */
  readonly address: string;
  /** URL of its web page, unless headless. */
  readonly uiUrl?: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Resolves when it has ended, by `stop` or by itself, and the folder may be used again. */
  readonly exited: Promise<ProgramExit>;
  /** Ends it and waits until it has. May be called any number of times. */
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until it is ready: `ServerBinaryError`, `ServerInUseError` or `ServerStartError` if not. */
export async function startServer(options: ServerOptions = {}): Promise<EmbeddedServer> {
  const onProgress = options.onProgress ?? (() => {});
  const binary = await findServerBinary({ onProgress });
  const temporary = options.dataDir === undefined;
  const dataDir = resolve(options.dataDir ?? (await mkdtemp(join(tmpdir(), 'espalier-server-'))));
  const lock = await acquireServerLock(dataDir);
  const cleanUp = async (): Promise<void> => {
    await removeServerFile(dataDir);
    // The folder may be gone; a lock that stays is free when we are dead.
    await lock.release().catch(() => {});
    if (temporary) await rm(dataDir, { recursive: true, force: true });
  };

  onProgress(temporary ? 'starting the Temporal server' : `starting the Temporal server on ${dataDir}`);
  const launched = await launch({
    binary,
    dataDir,
    databaseFile: join(dataDir, 'temporal.db'),
    logFile: resolve(options.logFile ?? join(dataDir, 'temporal.log')),
    namespace: options.namespace ?? 'default',
    headless: options.headless ?? false,
    port: options.port,
    uiPort: options.uiPort,
    synchronous: options.synchronous ?? 'normal',
    dynamicConfig: options.dynamicConfig ?? {},
    temporary,
    onSpawn: server => lock.record(server),
  }).catch(error => cleanUp().then(() => Promise.reject(error)));

  const { program, address, uiUrl } = launched;
  const exited = program.exited.then(exit => cleanUp().then(() => exit));
  const stop = async (): Promise<void> => {
    await program.stop();
    await exited;
  };
  const { pid } = program.process;
  const serverFile = { address, pid, ...(uiUrl !== undefined && { ui: uiUrl }) };
  await writeServerFile(dataDir, serverFile).catch(error => stop().then(() => Promise.reject(error)));
  return { address, ...(uiUrl !== undefined && { uiUrl }), pid, dataDir, exited, stop };
}
