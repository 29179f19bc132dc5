import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { collect, contextOption, outputOption, wholeNumber } from '../options.js';
import { withWorkflowName, type RunnerOptions } from './runner-arguments.js';

export interface FeedCommandOptions extends RunnerOptions {
  readonly set?: readonly string[];
  readonly input?: string;
  readonly each?: string;
  readonly skip: number;
  readonly context?: string;
  readonly id?: string;
}
export interface ResultsCommandOptions extends RunnerOptions {
  readonly component?: readonly string[];
  readonly all?: true;
  readonly facts?: true;
}

const FEED = `
VALUE is JSON, else text; text that looks like JSON stands in quotes. stdout
has the number of each input, or "pending" where no worker has given it one.

An input whose id came before is taken once: ids of the last 2,000 inputs that
ended are known. With --each the ids are ID-1, ID-2, … by line. What breaks
off says the --id and --skip that go on with it.

Examples:
  espalier runner feed shop o-1 --set customer=Ann --set price=10
  espalier runner feed shop o-1 --each orders.jsonl --id monday
`;

/** Below `runner`: what goes into a workflow, and what comes out. */
export function addFeedCommands(runner: Command, cli: Cli): void {
  withWorkflowName(runner.command('feed'))
    .summary('give it an input, or many')
    .description('Gives a workflow an input, or many, each kept before the next one, and writes their numbers.')
    .option('-s, --set <port=value>', 'a value of the input; may be given several times', collect)
    .option('-d, --input <json>', 'the input as JSON or YAML: text, @file, or - for stdin')
    .option('--each <file>', 'an input per line, each an object as JSON; - for stdin')
    .option('--skip <lines>', 'leave out so many lines of --each: they were taken before', wholeNumber(0), 0)
    .addOption(contextOption())
    .option('--id <id>', 'makes a repeat harmless (default: made up)')
    .addOption(outputOption(['text', 'jsonl']))
    .addHelpText('after', FEED)
    .action(
      cli.action(async (name: string, id: string, options: FeedCommandOptions) => {
        const { feed } = await import('../feed-actions.js');
        return feed({ runner: name, id }, options, cli.terminal);
      }),
    );
  addResults(runner, cli);
}

const RESULTS = `
An output of the graph has the value of the latest input, or a list if the
workflow was started with it as --many. Failures are told on stderr, or are in
the JSON; they are those of single inputs, so the exit code is 0.

Examples:
  espalier runner results shop o-1
  espalier runner results shop o-1 --component total --all -o json
`;

function addResults(runner: Command, cli: Cli): void {
  withWorkflowName(runner.command('results'))
    .summary('what came of its inputs')
    .description('Writes what came of the inputs of a workflow, and says what has failed.')
    .option('--component <id>', 'of this node, not of the outputs; may be given several times', collect)
    .option('--all', 'lists of everything, not only what came of the latest input')
    .option('--facts', 'each value with the number of its input and its digest')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', RESULTS)
    .action(
      cli.action(async (name: string, id: string, options: ResultsCommandOptions) => {
        const { showResults } = await import('../feed-actions.js');
        return showResults({ runner: name, id }, options, cli.terminal);
      }),
    );
  withWorkflowName(runner.command('productions'))
    .summary('every value its nodes gave')
    .description('Writes every value that nodes of a workflow gave, in the order of the inputs.')
    .addOption(outputOption(['jsonl', 'json']))
    .action(
      cli.action(async (name: string, id: string, options: RunnerOptions) => {
        const { showProductions } = await import('../feed-actions.js');
        return showProductions({ runner: name, id }, options, cli.terminal);
      }),
    );
}
