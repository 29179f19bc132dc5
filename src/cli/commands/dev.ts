import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { dataOption, wholeNumber } from '../options.js';

export interface DevOptions {
  readonly data?: string;
  readonly uiPort?: number;
  readonly concurrency?: number;
}

const MORE = `
Starts a Temporal server with its web page on the data folder (fetching the
program once if need be) and a worker for the folders. Other commands with the
same data folder find it by themselves. Ctrl-C lets steps end that run, then
stops everything; all is kept, and goes on with the next start.

Examples:
  espalier dev
  espalier dev examples/coffee --ui-port 8233
`;

export function addDevCommand(program: Command, cli: Cli): void {
  program
    .command('dev')
    .summary('everything on this machine: server, web page, worker')
    .description('Everything on this machine: a Temporal server, its web page, and a worker.')
    .argument('[folder...]', 'folders whose index.js or index.ts exports steps and graphs')
    .addOption(dataOption())
    .option('--ui-port <port>', 'port of the web page (default: a free one)', wholeNumber(1))
    .option('--concurrency <n>', 'most steps at once (default: 100)', wholeNumber(1))
    .addHelpText('after', MORE)
    .action(
      cli.action(async (folders: readonly string[], options: DevOptions) => {
        const { develop } = await import('../develop.js');
        return develop(folders, options, cli.terminal);
      }),
    );
}
