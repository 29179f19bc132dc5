/** Who does what is left to workers, and whether anybody does. That it can't be asked is no reason to stop. */
import type { HttpClient } from '../api/client/connect-http.js';
import type { Espalier } from '../client/espalier.js';
import { readConfig } from '../config/config.js';
import { choiceArguments, type ServerChoice } from './server-choice.js';
import { quotedCommand } from './shell.js';
import type { Terminal } from './terminal.js';

/** Workers of the default task queue. */
export interface Workers {
  /** Whose they are, for people. */
  readonly of: string;
  /** What is to be said if there are none now. */
  idle(): Promise<string | undefined>;
}

export function workersOf(espalier: Espalier, choice: ServerChoice): Workers {
  const of = queueText(readConfig().taskQueue);
  const worker = quotedCommand(['worker', 'FOLDER', ...choiceArguments(choice)]);
  return {
    of,
    async idle() {
      const { workflows, steps } = await espalier.pollers().catch(() => ({ workflows: 1, steps: 1 }));
      return workflows > 0 && steps > 0 ? undefined : `nobody works on ${of} now; start a worker with ${worker}`;
    },
  };
}

export const workersBehind = (service: HttpClient): Workers => ({
  of: 'the service',
  async idle() {
    const health = await service.ready().catch(() => undefined);
    const [workers] = health?.checks?.['workers:responseTime'] ?? [];
    return workers?.status === 'warn' ? workers.output : undefined;
  },
});

/** Says to whom steps are left that nobody executes here; of the default task queue, if nobody is there. */
export async function sayLeft(workers: Workers, taskQueue: string | undefined, terminal: Terminal): Promise<void> {
  const of = taskQueue === undefined ? workers.of : queueText(taskQueue);
  terminal.say(`its steps are left to the workers of ${of}`);
  if (of === workers.of) await sayIdle(workers, terminal);
}

export async function sayIdle(workers: Workers, terminal: Terminal, before = ''): Promise<void> {
  const text = await workers.idle();
  if (text !== undefined) terminal.say(before + text);
}

const queueText = (taskQueue: string): string => `task queue ${taskQueue}`;
