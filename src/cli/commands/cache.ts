import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { databaseOption, outputOption, withServer } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface CacheOptions extends ServerChoice {
  readonly database?: string;
  readonly output: string;
}
export interface CollectOptions extends CacheOptions {
  readonly dryRun?: true;
  readonly olderThan: string;
  readonly cacheOlderThan?: string;
}

const GC = `
Needed is what a run that Temporal still has, an archived run, a saved
workflow, a graph or an entry of the step cache names: give the same
database and blobs as to services and workers. Nothing that was stored in
the last hour is removed; with a shorter --older-than nobody may work.

Examples:
  espalier cache gc --dry-run
  espalier cache gc --cache-older-than 30d
`;

export function addCacheCommands(program: Command, cli: Cli): void {
  const cache = program
    .command('cache')
    .summary('what is kept of values: how much, what of it is needed')
    .description('Counts, checks and cleans up what is kept of values and of results of steps.');
  withStorage(cache.command('stats'))
    .summary('how much is kept, and how much of it nothing needs')
    .description('Counts entries of the step cache, archived links and blobs, and what of them nothing needs.')
    .action(
      cli.action(async (options: CacheOptions) => {
        const { showStats } = await import('../cache-actions.js');
        return showStats(options, cli.terminal);
      }),
    );
  withStorage(cache.command('gc'))
    .summary('remove what nothing needs')
    .description('Removes expired entries of the step cache, and blobs that nothing needs.')
    .option('--dry-run', 'only say what would be removed')
    .option('--older-than <duration>', 'keep blobs that were stored since', '1h')
    .option('--cache-older-than <duration>', 'also remove entries of the step cache that are older')
    .addHelpText('after', GC)
    .action(
      cli.action(async (options: CollectOptions) => {
        const { collect } = await import('../cache-actions.js');
        return collect(options, cli.terminal);
      }),
    );
  withStorage(cache.command('check'))
    .summary('whether all is there that something names')
    .description('Says which blobs are named and not there; exit code 1 if there are some.')
    .action(
      cli.action(async (options: CacheOptions) => {
        const { check } = await import('../cache-actions.js');
        return check(options, cli.terminal);
      }),
    );
}

const withStorage = (command: Command): Command =>
  withServer(command)
    .addOption(databaseOption())
    .addOption(outputOption(['text', 'json']));
