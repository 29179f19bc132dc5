import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CheckpointStrategy } from '../../engine/options.js';
import type { Rehydration } from '../../runner/rehydrate.js';
import type { Cli } from '../cli.js';
import { collect, outputOption, wholeNumber } from '../options.js';
import type { ServerChoice } from '../server-choice.js';
import { addFeedCommands } from './feed.js';
import { withRunnerName, withWorkflowName, type RunnerOptions } from './runner-arguments.js';

export interface StartWorkflowOptions extends RunnerOptions {
  readonly many?: readonly string[];
  readonly concurrency?: number;
  readonly checkpoint?: CheckpointStrategy;
  readonly policy?: readonly string[];
  readonly hook?: readonly string[];
  readonly cancelGrace?: string;
  readonly taskQueue?: string;
  readonly pin?: readonly string[];
  readonly interventions?: string;
}
export interface StopWorkflowOptions extends RunnerOptions {
  readonly persist: boolean;
}
export interface ResumeWorkflowOptions extends RunnerOptions {
  readonly rehydration: Rehydration;
  readonly cursor?: string;
}

const REHYDRATIONS = ['lazy', 'hybrid', 'full'] as const satisfies readonly Rehydration[];

const START = `
GRAPH is a folder, a file or a registered id, as for \`espalier run\`; with the
URL of a service as --address always a registered id. Its steps are left to
workers.

MATCH is a node (grind), an address or a pattern of some (hard/*, **), or
step:ID; the first policy that matches counts. Presets: llm, io, failFast.
EVENT is input, completed, failed, idle or stop; NAME a hook that workers have.

If the workflow runs, that is an error (exit code 2). One that was stopped
begins anew, and what was saved of it is gone: \`espalier runner resume\` is what
goes on with it.

Examples:
  espalier runner start shop o-1 orders --many receipt --checkpoint 10
  espalier runner start shop o-2 . --policy 'step:ocr=llm' --hook idle=tellShop
`;

/** `espalier runner …` */
export function addRunnerCommands(program: Command, cli: Cli): void {
  const runner = program
    .command('runner')
    .summary('start, feed, ask, save, stop, resume workflows')
    .description('Long-lived workflows of a runner: each is fed inputs, asked for results, stopped and resumed.');
  addStart(runner, cli);
  addLooks(runner, cli);
  addFeedCommands(runner, cli);
  addSaves(runner, cli);
  addStop(runner, cli);
  addResume(runner, cli);
}

function addStart(runner: Command, cli: Cli): void {
  withWorkflowName(runner.command('start'))
    .summary('start a workflow of a graph')
    .description('Starts a workflow of a graph, and writes the id of the run that it is.')
    .argument('<graph>', 'folder, file or document of the graph, or the id of a registered one')
    .option('--many <output>', 'an output of which results have a list; may be given several times', collect)
    .option('--concurrency <n>', 'most steps at once, of all inputs together', wholeNumber(1))
    .option(
      '--checkpoint <when>',
      'when its state is saved: every_cycle, on_complete, manual, or a number of cycles (default: on_complete)',
      checkpointOf,
    )
    .option('--policy <match=preset>', 'how nodes are tried; may be given several times', collect)
    .option('--hook <event=name>', 'hook that workers call; may be given several times', collect)
    .option('--cancel-grace <duration>', 'how long a stop waits for what runs (default: 15s)')
    .option('--task-queue <name>', 'task queue of its workers (default: TASK_QUEUE, or "espalier")')
    .option(
      '--pin <address=value>',
      'override a port in every input; the value as JSON, else text, or @file; may be given several times',
      collect,
    )
    .option('--interventions <json>', 'a list of interventions as JSON or YAML: text, @file, or - for stdin')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', START)
    .action(
      cli.action(async (name: string, id: string, graph: string, options: StartWorkflowOptions) => {
        const { startWorkflow } = await import('../runner-actions.js');
        return startWorkflow({ runner: name, id }, graph, options, cli.terminal);
      }),
    );
}

function checkpointOf(text: string): CheckpointStrategy {
  if (text === 'every_cycle' || text === 'on_complete' || text === 'manual') return text;
  if (/^[1-9]\d{0,14}$/.test(text)) return { every_n: Number(text) };
  throw new InvalidArgumentError('Expected every_cycle, on_complete, manual or a whole number from 1.');
}

function addLooks(runner: Command, cli: Cli): void {
  withRunnerName(runner.command('list'))
    .summary('workflows of a runner that run')
    .description('Lists the workflows of a runner that run.')
    .addOption(outputOption(['text', 'json']))
    .action(
      cli.action(async (name: string, options: RunnerOptions) => {
        const { listWorkflows } = await import('../runner-actions.js');
        return listWorkflows(name, options, cli.terminal);
      }),
    );
  withWorkflowName(runner.command('show'))
    .summary('what it looks like now')
    .description('Shows what a workflow looks like now: its inputs, what is under way, and what has failed.')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nAs a run it is shown and watched by `espalier runs show RUNNER/WORKFLOW`.\n')
    .action(
      cli.action(async (name: string, id: string, options: RunnerOptions) => {
        const { showWorkflow } = await import('../runner-actions.js');
        return showWorkflow({ runner: name, id }, options, cli.terminal);
      }),
    );
}

function addSaves(runner: Command, cli: Cli): void {
  withWorkflowName(runner.command('checkpoint'))
    .summary('save its state now')
    .description('Saves the state of a workflow as it is now, and writes the cursor of that.')
    .action(
      cli.action(async (name: string, id: string, options: ServerChoice) => {
        const { checkpoint } = await import('../runner-actions.js');
        return checkpoint({ runner: name, id }, options, cli.terminal);
      }),
    );
  withWorkflowName(runner.command('snapshots'))
    .summary('its saved states, latest first')
    .description('Lists the saved states of a workflow, latest first.')
    .addOption(outputOption(['text', 'json']))
    .action(
      cli.action(async (name: string, id: string, options: RunnerOptions) => {
        const { listSnapshots } = await import('../runner-actions.js');
        return listSnapshots({ runner: name, id }, options, cli.terminal);
      }),
    );
}

const STOP = `
Nothing new starts, what runs gets a grace, and then the state is saved. stdout
is the cursor of what a resume goes on from. Ctrl-C ends the waiting, not the
stop. Exit code 1 if the state should have been saved and was not.
`;

function addStop(runner: Command, cli: Cli): void {
  withWorkflowName(runner.command('stop'))
    .summary('end it, saved to go on later')
    .description('Stops a workflow, and waits until it has stopped.')
    .option('--no-persist', 'save nothing: a resume goes on from what was saved before')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', STOP)
    .action(
      cli.action(async (name: string, id: string, options: StopWorkflowOptions) => {
        const { stopWorkflow } = await import('../runner-actions.js');
        return stopWorkflow({ runner: name, id }, options, cli.terminal);
      }),
    );
}

function addResume(runner: Command, cli: Cli): void {
  withWorkflowName(runner.command('resume'))
    .summary('go on from where it was saved')
    .description('Starts a workflow from a saved state; what had not ended is done again.')
    .addOption(
      new Option('--rehydration <how>', 'which values must be readable before it goes on: none, those needed, all')
        .choices(REHYDRATIONS)
        .default(REHYDRATIONS[0]),
    )
    .option('--cursor <cursor>', 'the saved state (default: the latest one)')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier runner resume shop o-1\n')
    .action(
      cli.action(async (name: string, id: string, options: ResumeWorkflowOptions) => {
        const { resumeWorkflow } = await import('../runner-actions.js');
        return resumeWorkflow({ runner: name, id }, options, cli.terminal);
      }),
    );
}
