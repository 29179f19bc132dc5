import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { databaseOption, portOption, withServer } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface ServeOptions extends ServerChoice {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

const MORE = `
Only the service: HTTP, the database of graphs, and a client of Temporal, which
may be down and comes back. Steps are executed by workers (\`espalier worker\`)
that share the folder \`blobs\` of the data folder. It asks nobody who they are.

API: /openapi.json, and a page of it at /docs. Health: /healthz and /readyz.

Examples:
  espalier serve --port 0
  TEMPORAL_ADDRESS=temporal:7233 espalier serve --host 0.0.0.0 \\
    --database postgres://espalier@db/espalier
`;

export function addServeCommand(program: Command, cli: Cli): void {
  withServer(program.command('serve'))
    .summary('the service: graphs and runs over HTTP')
    .description('Serves graphs and runs over HTTP until Ctrl-C.')
    .option('--host <host>', 'address to listen on (default: ESPALIER_HOST, or 127.0.0.1)')
    .addOption(portOption('port to listen on; 0 takes a free one (default: ESPALIER_PORT, or 8080)'))
    .addOption(databaseOption())
    .addHelpText('after', MORE)
    .action(
      cli.action(async (options: ServeOptions) => {
        const { serve } = await import('../serve.js');
        return serve(options, cli.terminal);
      }),
    );
}
