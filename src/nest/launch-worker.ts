import type { NativeConnection, NativeConnectionOptions } from '@temporalio/worker';
import type { EspalierWorker, EspalierWorkerOptions } from '../../workers/main.js';
import { findServer, type FoundServer } from '../client/find-server.js';
import { NotReachableError } from '../client/not-reachable-error.js';
import { readConfig } from '../config/config.js';
import type { Registered } from '../step/registry.js';
import { createNestLog } from './nest-log.js';
import type { EspalierModuleOptions } from './options.js';

/** What a worker of the application is launched with. */
export interface Launch {
  readonly registered: Registered;
  /** As of `forRoot`, with the address that was found for `Espalier`. */
  readonly server: EspalierModuleOptions & { readonly address: string };
  readonly worker: Omit<EspalierWorkerOptions, 'address' | 'connection'>;
  /** Ends the wait for a server that does not answer. */
  readonly stopping: AbortSignal;
}

/** Connects and creates the worker. `NotReachableError` if no server answers: that may pass, all else will not. */
export type LaunchWorker = (launch: Launch) => Promise<EspalierWorker>;

export const launchWorker: LaunchWorker = async ({ registered, server, worker, stopping }) => {
  // Only a process that executes steps loads the worker, which is native code.
  const [{ createWorker }, { createLogger }, { installRuntime }] = await Promise.all([
    import('../../workers/main.js'),
    import('../../workers/logger.js'),
    import('../../workers/runtime.js'),
  ]);
  const config = readConfig();
  const { metricsAddress = config.metricsAddress } = worker;
  // Before the connection, which would install the SDK's own.
  const logger = createLogger(createNestLog(config.logLevel));
  installRuntime(logger, { ...(metricsAddress !== undefined && { metricsAddress }) });
  const found = await findServer({ dataDir: config.dataDir, ...server });
  const connection = await connect(found, stopping);
  try {
    const { run, shutdown } = await createWorker(registered, { ...worker, connection });
    return { shutdown, run: () => thenClose(run, connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

async function thenClose(run: () => Promise<void>, connection: NativeConnection): Promise<void> {
  try {
    await run();
  } finally {
    await connection.close();
  }
}

async function connect(found: FoundServer, stopping: AbortSignal): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  const { address, foundBy } = found;
  // Read by envconfig, which reads them for client and worker alike.
  const options = { ...(found.connectionOptions as NativeConnectionOptions), address };
  const connecting = NativeConnection.connect(options).catch(cause => {
    throw new NotReachableError(address, foundBy, { cause });
  });
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => (stop = () => reject(stopping.reason)));
  stopping.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([connecting, stopped]);
  } catch (error) {
    // One that comes when nobody waits any more.
    connecting.then(
      late => late.close(),
      () => {},
    );
    throw error;
  } finally {
    stopping.removeEventListener('abort', stop);
  }
}
