import { databaseFor, readConfig } from '../config/config.js';
import { openDatabase } from '../store/database/open-database.js';
import type { ServeOptions } from './commands/serve.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { aborted, onInterrupt } from './interrupt.js';
import { listen } from './listen.js';
import { dataDirOf } from './server-choice.js';
import { openSession } from './session.js';
import { startTracing } from './start-tracing.js';
import type { Terminal } from './terminal.js';
import { createVoice } from './voice.js';

/** How long a request waits for a Temporal server that is away, in milliseconds; then the answer says so. */
export const CALL_TIMEOUT = 2000;

/** `espalier serve`: listens until it is interrupted. Temporal need not be there yet, the database must. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const { host, port } = { ...readConfig(), ...options };
  const voice = createVoice(terminal);
  const interrupted = onInterrupt();
  const { tracing, stop } = await startTracing('espalier-service');
  const database = await openDatabase(databaseFor(dataDirOf(options), options.database));
  try {
    const session = await openSession(options, { lazy: true, callTimeout: CALL_TIMEOUT, database, tracing });
    try {
      const { espalier } = session;
      const service = await listen({ espalier, database, log: voice.log, host, port, tracing });
      const { address, namespace } = espalier;
      const text = `listening on ${service.url}, for Temporal at ${address}, namespace ${namespace}; Ctrl-C stops it`;
      voice.announce('listening', { url: service.url, temporal: address, namespace, database: database.kind }, text);
      await aborted(interrupted);
      await service.close();
    } finally {
      await session.close();
    }
  } finally {
    await database.close();
    await stop();
  }
  return EXIT.ok;
}
