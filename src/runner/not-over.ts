import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { House } from './house.js';
import { stateOf, type WorkflowStatus } from './state.js';

const WAYS: Readonly<Partial<Record<WorkflowStatus, string>>> = {
  failed: 'has failed',
  cancelled: 'has been cancelled',
};

/** What only a workflow does that is not over. Whoever finds that it is (a run, its server, we), `run_finished` says the same. */
export async function notOver<T>(house: House, id: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code !== 'run_finished') throw error;
    const { status } = await stateOf(house, id);
    const message = `workflow ${quote(id)} of runner ${house.name} ${WAYS[status] ?? 'has been stopped'}`;
    throw new EspalierError('run_finished', message, { cause: error });
  }
}
