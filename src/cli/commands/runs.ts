import { Option, type Command } from 'commander';
import type { Cli } from '../cli.js';
import { collect, databaseOption, outputOption, wholeNumber, withServer, withServerOrService } from '../options.js';
import type { Output } from '../options.js';
import type { ServerChoice } from '../server-choice.js';
import { addForkCommands } from './forks.js';

export interface RunsOptions extends ServerChoice {
  readonly output: Output;
}
export interface ListCommandOptions extends RunsOptions {
  readonly graph?: string;
  readonly status?: (typeof STATUSES)[number];
  readonly overridden?: true;
  readonly forkedFrom?: string;
  readonly limit: number;
  readonly cursor?: string;
}
export interface WatchCommandOptions extends RunsOptions {
  readonly from?: string;
}

export interface ArchiveCommandOptions extends ServerChoice {
  readonly all?: true;
  readonly database?: string;
}

export interface BreakOptions extends ServerChoice {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly at?: readonly string[];
}

const STATUSES = [
  ...(['running', 'paused', 'completed', 'completed_with_overrides', 'completed_with_errors'] as const),
  ...(['failed', 'cancelled'] as const),
] as const;
const RUN = 'id of the run';

export function addRunsCommands(program: Command, cli: Cli): void {
  const runs = program
    .command('runs')
    .summary('list, show, watch, steer, fork, compare, export, archive runs')
    .description('Lists and shows runs on a server, or behind a service, and asks something of them.');
  addList(runs, cli);
  addShow(runs, cli);
  addWatch(runs, cli);
  addRequests(runs, cli);
  addBreakpoints(runs, cli);
  addForkCommands(runs, cli);
  addArchive(runs, cli);
}

function addList(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('list'))
    .summary('runs, latest first')
    .description('Lists runs, latest first.')
    .option('--graph <id>', 'only runs of this graph')
    .addOption(new Option('--status <status>', 'only runs with this status').choices(STATUSES))
    .option('--overridden', 'only runs that ended with an override in what they gave')
    .option('--forked-from <run>', 'only forks of this run')
    .option('--limit <n>', 'most runs to list', wholeNumber(1), 50)
    .option('--cursor <text>', 'go on where a list before ended')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  espalier runs list --graph coffee --status running\n')
    .action(
      cli.action(async (options: ListCommandOptions) => {
        const { listRuns } = await import('../runs-actions.js');
        return listRuns(options, cli.terminal);
      }),
    );
}

function addShow(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('show'))
    .summary('what a run looks like now')
    .description('Shows what a run looks like now: its nodes with states, times and failures, and its outputs.')
    .argument('<run>', RUN)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier runs show coffee-1f0c -o json\n')
    .action(
      cli.action(async (id: string, options: RunsOptions) => {
        const { showRun } = await import('../runs-actions.js');
        return showRun(id, options, cli.terminal);
      }),
    );
}

function addWatch(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('watch'))
    .summary('frames of a run until it ends')
    .description('Writes the frames of a run, from its beginning, until it ends; the exit code is that of the run.')
    .argument('<run>', RUN)
    .option('--from <frame>', 'only what came after the frame with this id')
    .addOption(outputOption(['text', 'jsonl']))
    .addHelpText('after', '\nExample:\n  espalier runs watch coffee-1f0c --from 0.9.2\n')
    .action(
      cli.action(async (id: string, options: WatchCommandOptions) => {
        const { watchRun } = await import('../runs-actions.js');
        return watchRun(id, options, cli);
      }),
    );
}

function addRequests(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('cancel'))
    .summary('end a run as cancelled')
    .description('Cancels a run: what runs is told, waited for, and the run ends as cancelled.')
    .argument('<run>', RUN)
    .option('--reason <text>', 'why; kept with the run')
    .action(
      cli.action(async (id: string, options: ServerChoice & { readonly reason?: string }) => {
        const { request } = await import('../runs-actions.js');
        return request(id, options, run => run.cancel(options.reason), 'asked to cancel', cli.terminal);
      }),
    );
  withServerOrService(runs.command('pause'))
    .summary('start nothing new')
    .description('Pauses a run: what runs goes on, nothing new is started until it is resumed.')
    .argument('<run>', RUN)
    .action(
      cli.action(async (id: string, options: ServerChoice) => {
        const { request } = await import('../runs-actions.js');
        return request(id, options, run => run.pause(), 'asked to pause', cli.terminal);
      }),
    );
  withServerOrService(runs.command('resume'))
    .summary('go on after a pause')
    .description('Resumes a run that was paused.')
    .argument('<run>', RUN)
    .action(
      cli.action(async (id: string, options: ServerChoice) => {
        const { request } = await import('../runs-actions.js');
        return request(id, options, run => run.resume(), 'asked to go on', cli.terminal);
      }),
    );
}

function addBreakpoints(runs: Command, cli: Cli): void {
  withServerOrService(runs.command('break'))
    .summary('hold at these breakpoints, and at no others')
    .description('Sets where a run holds from now on, instead of what was set before; without options nowhere.')
    .argument('<run>', RUN)
    .option('--before <node>', 'before it is executed; may be given several times', collect)
    .option('--after <node>', 'after it has ended; may be given several times', collect)
    .option(
      '--at <address: condition>',
      'when a port has a value for which this is true; may be given several times',
      collect,
    )
    .addHelpText('after', "\nExample:\n  espalier runs break review-7 --before publish --at 'draft.n: value > 5'\n")
    .action(
      cli.action(async (id: string, options: BreakOptions) => {
        const { request } = await import('../runs-actions.js');
        const { breakpointsOf } = await import('../breakpoint-options.js');
        const breakpoints = breakpointsOf(options, '--at');
        const what = breakpoints.length === 0 ? 'asked to hold nowhere' : 'asked to hold there';
        return request(id, options, run => run.setBreakpoints(breakpoints), what, cli.terminal);
      }),
    );
  withServerOrService(runs.command('continue'))
    .summary('go on past a breakpoint')
    .description('Lets a run go on that holds at a breakpoint.')
    .argument('<run>', RUN)
    .option('--at <address>', 'only past what holds there (default: past all)')
    .action(
      cli.action(async (id: string, options: ServerChoice & { readonly at?: string }) => {
        const { request } = await import('../runs-actions.js');
        return request(id, options, run => run.continue(options.at), 'asked to go on', cli.terminal);
      }),
    );
}

const ARCHIVE = `
A running service does this by itself. Archived runs are still listed, shown
and forked when Temporal has forgotten them.

Example:
  espalier runs archive coffee-1f0c
`;

function addArchive(runs: Command, cli: Cli): void {
  withServer(runs.command('archive'))
    .summary('keep the history of runs before Temporal forgets it')
    .description('Keeps the histories of runs, or of one run, that have ended since it was done last.')
    .argument('[run]', RUN)
    .option('--all', 'look at all that Temporal still has')
    .addOption(databaseOption())
    .addHelpText('after', ARCHIVE)
    .action(
      cli.action(async (run: string | undefined, options: ArchiveCommandOptions) => {
        const { archive } = await import('../cache-actions.js');
        return archive(run, options, cli.terminal);
      }),
    );
}
