import { readConfig } from '../config/config.js';
import type { Registered } from '../step/registry.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { aborted, onInterrupt } from './interrupt.js';
import { loadAllRegistered } from './load/registered-module.js';
import type { ServerChoice } from './server-choice.js';
import { openSession } from './session.js';
import { startTracing } from './start-tracing.js';
import { startWorker } from './start-worker.js';
import type { Terminal } from './terminal.js';
import { createVoice } from './voice.js';

interface WorkOptions extends ServerChoice {
  readonly taskQueue?: string;
  readonly concurrency?: number;
}

/** `espalier worker`: works until it is interrupted, then lets the steps end that run. */
export async function work(folders: readonly string[], options: WorkOptions, terminal: Terminal): Promise<ExitCode> {
  const registered = await loadAllRegistered(folders);
  const voice = createVoice(terminal);
  const interrupted = onInterrupt();
  const { tracing, stop } = await startTracing('espalier-worker');
  // The client is not needed; but it says better than a worker what is wrong with a server.
  const session = await openSession(options);
  try {
    const { address, namespace } = session.espalier;
    const { taskQueue: usual, metricsAddress } = readConfig();
    const { taskQueue = usual, concurrency } = options;
    const worker = await startWorker(
      registered,
      {
        taskQueue,
        namespace,
        dataDir: session.dataDir,
        folders,
        tracing,
        // TLS and keys come with a profile, which an address given here would put aside.
        ...((session.kind === 'dev' || options.address !== undefined) && { address }),
        ...(concurrency !== undefined && { concurrency }),
        ...(metricsAddress !== undefined && { metricsAddress }),
      },
      voice.log,
    );
    voice.say(`worker on ${address}, namespace ${namespace}, task queue ${taskQueue}`);
    voice.say(`${offered(registered)}; Ctrl-C lets what runs end`);
    await Promise.race([aborted(interrupted), worker.done]);
    if (interrupted.aborted) voice.say('stopping; a second Ctrl-C does not wait for steps that run');
    await worker.stop();
    return EXIT.ok;
  } finally {
    await session.close();
    await stop();
  }
}

/** `steps brew, grind; graphs coffee`, and operates and resolvers where there are any. */
export function offered(registered: Registered): string {
  const { steps, graphs, operates, resolvers } = offeredNames(registered);
  const named = (what: string, names: readonly string[]): string => `${what} ${names.join(', ') || 'none'}`;
  return [
    named('steps', steps),
    named('graphs', graphs),
    ...(operates.length > 0 ? [named('operates', operates)] : []),
    ...(resolvers.length > 0 ? [named('resolvers', resolvers)] : []),
  ].join('; ');
}

/** What is registered, by name. */
export const offeredNames = ({ steps = [], graphs = [], operates = [], resolvers = [] }: Registered) => ({
  steps: steps.map(({ contract }) => contract.id),
  graphs: graphs.map(({ id }) => id),
  operates: operates.map(({ name }) => name),
  resolvers: resolvers.map(({ definition }) => definition.name),
});
