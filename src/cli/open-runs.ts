import type { ListOptions, RunPage } from '../client/list.js';
import type { Run } from '../run/run.js';
import type { JsonObject } from '../value/json.js';
import type { ExitCode } from './exit-codes.js';
import { serviceOf, type ServerChoice } from './server-choice.js';

/** Runs to look at and to ask something of: on Temporal itself, or behind a service. */
export interface Runs {
  /** For people. */
  readonly where: string;
  list(options: ListOptions): Promise<RunPage>;
  run(id: string): Run<JsonObject>;
  close(): Promise<void>;
}

/** Does something with runs, and closes what it took. */
export async function withRuns(choice: ServerChoice, act: (runs: Runs) => Promise<ExitCode>): Promise<ExitCode> {
  const runs = await openRuns(choice);
  try {
    return await act(runs);
  } finally {
    await runs.close();
  }
}

async function openRuns(choice: ServerChoice): Promise<Runs> {
  const url = serviceOf(choice);
  if (url !== undefined) {
    const { connectHttp } = await import('../api/client/connect-http.js');
    const service = connectHttp(url);
    return { where: service.url, list: service.list, run: service.run, close: async () => {} };
  }
  const { openSession } = await import('./session.js');
  const { espalier, close } = await openSession(choice);
  return {
    where: `namespace ${espalier.namespace} at ${espalier.address}`,
    list: options => espalier.list(options),
    run: id => espalier.run(id),
    close: () => close(),
  };
}
