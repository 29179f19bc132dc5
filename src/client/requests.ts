import { EspalierError } from '../value/espalier-error.js';
import type { Access } from './access.js';
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
    if (!(error instanceof EspalierError) || error.code !== 'not_found') throw error;
    // Temporal has one answer for a workflow that has ended and for one that never was.
    const { status } = await call(access, () => handle.describe(), runId);
    throw new RunFinishedError(runId, status.name === 'CANCELLED' ? 'cancelled' : status.name.toLowerCase());
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
