import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import {
  cacheOption,
  collect,
  contextOption,
  outputOption,
  withServer,
  withServerOrService,
  type Output,
} from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface ForkCommandOptions extends ServerChoice {
  readonly set?: readonly string[];
  readonly input?: string;
  readonly pin?: readonly string[];
  readonly interventions?: string;
  readonly from?: readonly string[];
  readonly id?: string;
  readonly context?: string;
  readonly cache?: 'use' | 'bypass' | 'refresh';
  readonly taskQueue?: string;
  readonly output: Output;
}
export interface DiffCommandOptions extends ServerChoice {
  readonly output: Output;
}
export interface ExportCommandOptions extends ServerChoice {
  readonly redact?: readonly string[];
}

const RUN = 'id of the run';

const FORK = `
What follows from what is changed, and what did not complete, is executed; all
else is taken from the run, which stays as it was. Without any change exactly
what failed or did not end runs again. VALUE is JSON, else text; text that
looks like JSON stands in quotes.

Examples:
  espalier runs fork coffee-1f0c
  espalier runs fork coffee-1f0c --set water=300 --from grind
  espalier runs fork coffee-1f0c --pin grind.powder=25 --id stronger
`;

/** Below `runs`. */
export function addForkCommands(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('fork'))
    .summary('start a run over the record of another one')
    .description('Starts a run over the record of another one, and writes its id.')
    .argument('<run>', RUN)
    .option('-s, --set <port=value>', 'an input instead of the one recorded; may be given several times', collect)
    .option('-d, --input <json>', 'such inputs as JSON or YAML: text, @file, or - for stdin')
    .option('--pin <address=value>', 'supply an input, or override any other port; may be given several times', collect)
    .option('--interventions <json>', 'a list of interventions as JSON or YAML: text, @file, or - for stdin')
    .option('--from <address>', 'execute a node again, or what reads a port; may be given several times', collect)
    .option('--id <id>', 'id of the new run (default: made up)')
    .addOption(contextOption())
    .addOption(cacheOption('how it uses the step cache (default: refresh)'))
    .option('--task-queue <name>', 'task queue of the new run (default: that of the run, unless it was its own)')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', FORK)
    .action(
      cli.action(async (run: string, options: ForkCommandOptions) => {
        const { fork } = await import('../fork-actions.js');
        return fork(run, options, cli.terminal);
      }),
    );
  addDiff(runs, cli);
  addExport(runs, cli);
}

function addDiff(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('diff'))
    .summary('what differs in another run, and why')
    .description('Holds another run against a run: the earliest ports that differ, and why they do.')
    .argument('<run>', RUN)
    .argument('<other>', 'id of the other one')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier runs diff coffee-1f0c stronger\n')
    .action(
      cli.action(async (run: string, other: string, options: DiffCommandOptions) => {
        const { diff } = await import('../fork-actions.js');
        return diff(run, other, options, cli.terminal);
      }),
    );
}

function addExport(runs: Command, cli: Cli): void {
  withServer(runs.command('export'))
    .summary('a run as JSON that a test replays')
    .description('Writes a run as JSON, with all its values, so that a test replays it without a server.')
    .argument('<run>', RUN)
    .option(
      '--redact <address>',
      'leave out the values of a node, a port or "baggage"; may be given several times',
      collect,
    )
    .addHelpText('after', "\nExample:\n  espalier runs export coffee-1f0c --redact '$in.beans' > run.json\n")
    .action(
      cli.action(async (run: string, options: ExportCommandOptions) => {
        const { exportRun } = await import('../fork-actions.js');
        return exportRun(run, options, cli.terminal);
      }),
    );
}
