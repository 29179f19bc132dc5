import { createRequire } from 'node:module';
import { Command } from 'commander';
import type { Cli } from './cli.js';
import { addCacheCommands } from './commands/cache.js';
import { addDevCommand } from './commands/dev.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addGraphCommands } from './commands/graph.js';
import { addPinCommands } from './commands/pin.js';
import { addRunCommand } from './commands/run.js';
import { addRunnerCommands } from './commands/runner.js';
import { addRunsCommands } from './commands/runs.js';
import { addServeCommand } from './commands/serve.js';
import { addWorkerCommand } from './commands/worker.js';

const { version } = createRequire(import.meta.url)('espalier/package.json') as { readonly version: string };

const MORE = `
Quick start:
  espalier run examples/coffee --set beans=20 --set water=200
  espalier dev examples/coffee    a server that stays, its web page, and HTTP
  espalier runs list              what ran on it

Exit codes:
  0 ok               1 run failed          2 usage or invalid file
  3 not found        4 not authenticated   5 server not reachable
  124 timed out      130 interrupted, or detached from a run that goes on

stdout is data, stderr is talk. Environment: ESPALIER_DATA, TEMPORAL_ADDRESS and
its kin, TASK_QUEUE, LOG_LEVEL, NO_COLOR, CI, and more; see the README.
`;

/** The command line, without what any command needs when it runs: that is imported then. */
export function createProgram(cli: Cli): Command {
  const program = new Command('espalier')
    .description('Durable workflows on Temporal: typed graphs, and runs you can see.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .option('--verbose', 'tell errors with their stacks')
    .addHelpText('after', MORE)
    .showSuggestionAfterError()
    .exitOverride();
  addDevCommand(program, cli);
  addRunCommand(program, cli);
  addWorkerCommand(program, cli);
  addServeCommand(program, cli);
  addGraphCommands(program, cli);
  addRunsCommands(program, cli);
  addPinCommands(program, cli);
  addRunnerCommands(program, cli);
  addCacheCommands(program, cli);
  addDoctorCommand(program, cli);
  return program;
}
