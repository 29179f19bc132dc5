import { connectHttp } from '../api/client/connect-http.js';
import { documentHash } from '../document/document-hash.js';
import { attend } from './attend.js';
import type { Cli } from './cli.js';
import type { ExitCode } from './exit-codes.js';
import { sayLeft, workersBehind } from './idle.js';
import { onInterrupt } from './interrupt.js';
import type { WantedRun } from './run-graph.js';
import { choiceArguments } from './server-choice.js';
import { quotedCommand } from './shell.js';

/** A run of a registered graph, started by a service and executed by its workers. */
export async function runByService(wanted: WantedRun, url: string, cli: Cli): Promise<ExitCode> {
  const { graph, input, interventions, settings, context, options } = wanted;
  const { id, idempotencyKey, taskQueue } = options;
  const { terminal } = cli;
  const interrupted = onInterrupt();
  const since = Date.now();
  const service = connectHttp(url);
  const run = await service.start({
    graph: graph.plan.graph,
    // What the input was checked against.
    hash: documentHash(graph.document),
    input,
    ...(interventions.given.length > 0 && { interventions: interventions.given }),
    ...settings,
    ...(context && { context }),
    ...(id !== undefined && { id }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(taskQueue !== undefined && { taskQueue }),
  });
  terminal.say(`run ${run.id} started`);
  await sayLeft(workersBehind(service), taskQueue, terminal);
  const again = quotedCommand(['runs', 'watch', run.id, ...choiceArguments(options)]);
  const detached = (): void => terminal.say(`detached from run ${run.id}, which goes on; ${again} shows it again`);
  return attend(run, { wanted, since, interrupted, detached }, cli);
}
