import { EspalierError } from '../value/espalier-error.js';
import type { Access } from './access.js';
import { isNotFound, orArchived } from './archived.js';
import { call } from './call.js';

/**
 * Asks something of a run, by a signal: it is kept even while no worker is up. Throws `not_found`, or `run_finished` if
 * there is nobody left to hear it.
 */
export async function request(access: Access, runId: string, name: string, ...args: readonly unknown[]): Promise<void> {
  const handle = access.client.getHandle(runId);
  try {
    await call(access, () => handle.signal(name, ...args), runId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Temporal has one answer for a workflow that has ended and for one that never was.
    const ask = async () => (await call(access, () => handle.describe(), runId)).status.name.toLowerCase();
    throw new RunFinishedError(runId, await orArchived(access, runId, ask, ({ status }) => status));
  }
}

/** The run has ended: it can't be asked for anything. Code `run_finished`. */
export class RunFinishedError extends EspalierError {
  constructor(
    readonly runId: string,
    /** How it ended, in Temporal's words. */
    readonly status: string,
  ) {
    super('run_finished', `run ${runId} has ended (${status})`);
  }
}
