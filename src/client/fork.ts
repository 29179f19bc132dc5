import type { AnyGraph } from '../graph/contract.js';
import { isOwnQueue } from '../protocol/names.js';
import type { Access } from './access.js';
import { describeRun } from './describe-run.js';
import { isNotFound } from './archived.js';
import { prepareFork, type ForkChanges } from './prepare-fork.js';
import { begin, type StartOptions } from './start.js';
import type { Views } from './views.js';

/**
 * What a run is forked with. Its settings are those of the source, without breakpoints and deadline, with these over them;
 * `cache` is `refresh` unless said. The context is given anew: nobody keeps it.
 */
export interface ForkOptions extends Omit<StartOptions, 'idempotencyKey'>, ForkChanges {}

/** Starts a run over the record of another one, which stays as it was; gives its id. */
export async function forkRun(
  access: Access,
  records: Views,
  runId: string,
  graph: AnyGraph | undefined,
  options: ForkOptions,
): Promise<string> {
  const { input: _, from: __, taskQueue = await queueOf(access, runId), ...start } = options;
  const source = await records.source(runId);
  const own = { ...start, ...(taskQueue !== undefined && { taskQueue }) };
  return begin(access, source.plan, own, async () => {
    const { known, ...fork } = await prepareFork(source, options, graph, access.store);
    return { ...fork, ...(known.length > 0 && { known }), forkedFrom: runId };
  });
}

/** Where its workers are, if they are still there; nobody knows it any more of one that Temporal has forgotten. */
async function queueOf(access: Access, runId: string): Promise<string | undefined> {
  try {
    const name = (await describeRun(access, runId)).executionConfig?.taskQueue?.name ?? '';
    return name === '' || isOwnQueue(name) ? undefined : name;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
