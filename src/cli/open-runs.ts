import type { ListOptions, RunPage } from '../client/list.js';
import type { ForkRun } from '../api/runs.js';
import type { RunDiff } from '../run/diff.js';
import type { Run } from '../run/run.js';
import type { JsonObject } from '../value/json.js';
import type { ExitCode } from './exit-codes.js';
import { workersBehind, workersOf, type Workers } from './idle.js';
import { serviceOf, type ServerChoice } from './server-choice.js';

/** Runs to look at and to ask something of: on Temporal itself, or behind a service. */
export interface Runs {
  /** For people. */
  readonly where: string;
  readonly workers: Workers;
  list(options: ListOptions): Promise<RunPage>;
  run(id: string): Run<JsonObject>;
  fork(id: string, request: ForkRun): Promise<Run<JsonObject>>;
  diff(a: string, b: string): Promise<RunDiff>;
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
    const { list, run, fork, diff } = service;
    return { where: service.url, workers: workersBehind(service), list, run, fork, diff, close: async () => {} };
  }
  const { openSession } = await import('./session.js');
  const { espalier, close } = await openSession(choice);
  return {
    where: `namespace ${espalier.namespace} at ${espalier.address}`,
    workers: workersOf(espalier, choice),
    list: options => espalier.list(options),
    run: id => espalier.run(id),
    fork: (id, request) => espalier.fork(id, request),
    diff: (a, b) => espalier.diff(a, b),
    close: () => close(),
  };
}
