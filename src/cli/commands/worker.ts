import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { wholeNumber, withServer } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

interface WorkerOptions extends ServerChoice {
  readonly taskQueue?: string;
  readonly concurrency?: number;
}

const MORE = `
Clients and workers of the same runs must share the blob store: the folder
\`blobs\` in their data folders.

Examples:
  espalier worker examples/coffee
  TEMPORAL_ADDRESS=temporal:7233 espalier worker steps more --task-queue mill
`;

export function addWorkerCommand(program: Command, cli: Cli): void {
  withServer(program.command('worker'))
    .summary('execute the steps of folders until Ctrl-C')
    .description('Executes the steps of folders, and runs of their graphs, until Ctrl-C.')
    .argument('<folder...>', 'folders whose index.js or index.ts exports steps')
    .option('--task-queue <name>', 'task queue to listen on (default: TASK_QUEUE, or "espalier")')
    .option('--concurrency <n>', 'most steps at once (default: 100)', wholeNumber(1))
    .addHelpText('after', MORE)
    .action(
      cli.action(async (folders: readonly string[], options: WorkerOptions) => {
        const { work } = await import('../work.js');
        return work(folders, options, cli.terminal);
      }),
    );
}
