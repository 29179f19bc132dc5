import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { dataOption, portOption, wholeNumber } from '../options.js';

export interface DevOptions {
  readonly data?: string;
  readonly port?: number;
  readonly uiPort?: number;
  readonly concurrency?: number;
}

const MORE = `
Starts a Temporal server with its web page on the data folder (fetching the
program once if need be), a worker for the folders, and the service over HTTP,
with which the graphs of the folders are registered. Other commands with the
same data folder find it by themselves. Ctrl-C lets steps end that run, then
stops everything; all is kept, and goes on with the next start.

Examples:
  espalier dev
  espalier dev examples/coffee --ui-port 8233
`;

export function addDevCommand(program: Command, cli: Cli): void {
  program
    .command('dev')
    .summary('everything on this machine: server, web page, worker, service')
    .description('Everything on this machine: a Temporal server, its web page, a worker, and the service.')
    .argument('[folder...]', 'folders whose index.js or index.ts exports steps and graphs')
    .addOption(dataOption())
    .addOption(portOption('port of the service (default: ESPALIER_PORT, or 8080, or the next free one)'))
    .option('--ui-port <port>', 'port of the web page (default: a free one)', wholeNumber(1, 65_535))
    .option('--concurrency <n>', 'most steps at once (default: 100)', wholeNumber(1))
    .addHelpText('after', MORE)
    .action(
      cli.action(async (folders: readonly string[], options: DevOptions) => {
        const { develop } = await import('../develop.js');
        // Before the folders: see importModule.
        await Promise.all([import('../../service/service.js'), import('../../../workers/main.js')]);
        return develop(folders, options, cli.terminal);
      }),
    );
}
