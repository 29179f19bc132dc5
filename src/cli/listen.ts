import { createServer } from 'node:net';
import { readConfig } from '../config/config.js';
import type { Service, ServiceOptions } from '../service/service.js';
import { EspalierError } from '../value/espalier-error.js';

/** The service, listening. Throws `service_start` if it can't listen there. */
export async function listen(options: ServiceOptions): Promise<Service> {
  const { host, port } = options;
  try {
    // Asked first: the service takes a second to load, and logs what we say better.
    await tryPort(host, port);
    const { startService } = await import('../service/service.js');
    const { uiOrigin, archiveEvery } = readConfig();
    return await startService({ archiveEvery, ...(uiOrigin !== undefined && { uiOrigin }), ...options });
  } catch (error) {
    const why = REASONS[codeOf(error)];
    if (why === undefined) throw error;
    throw new EspalierError('service_start', `the service cannot listen on ${host}:${port}: ${why}`, { cause: error });
  }
}

/** How many ports are tried. */
const ATTEMPTS = 100;

/** As `listen`, on the next port that is free if this one is taken. */
export async function listenNearby(options: ServiceOptions): Promise<Service> {
  const last = Math.min(options.port + ATTEMPTS, 65_535);
  for (let port = options.port; ; port += 1) {
    try {
      return await listen({ ...options, port });
    } catch (error) {
      const isTaken = error instanceof EspalierError && codeOf(error.cause) === 'EADDRINUSE';
      if (!isTaken || port >= last) throw error;
    }
  }
}

function tryPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

const NO_SUCH_HOST =
  'this machine has no such address; --host (or ESPALIER_HOST) takes 127.0.0.1, 0.0.0.0 for all, or one of its own';
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken; choose another one with --port (or ESPALIER_PORT), 0 for any that is free',
  EACCES: 'this process may not have that port; choose one from 1024 on with --port (or ESPALIER_PORT)',
  EADDRNOTAVAIL: NO_SUCH_HOST,
  ENOTFOUND: NO_SUCH_HOST,
  EAI_AGAIN: NO_SUCH_HOST,
  EINVAL: NO_SUCH_HOST,
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
