import type { CacheUse } from '../../engine/known.js';
import { Option, type Command } from 'commander';
import type { OnRunFailure } from '../../document/document.js';
import type { Schedule } from '../../engine/options.js';
import type { Cli } from '../cli.js';
import {
  collect,
  contextOption,
  outputOption,
  stepsOption,
  wholeNumber,
  withBeginning,
  withServerOrService,
  type Output,
} from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface RunCommandOptions extends ServerChoice {
  readonly set?: readonly string[];
  readonly input?: string;
  readonly pin?: readonly string[];
  readonly interventions?: string;
  readonly prune?: true;
  readonly context?: string;
  readonly cache?: CacheUse;
  readonly explain?: true;
  readonly steps?: readonly string[];
  readonly id?: string;
  readonly idempotencyKey?: string;
  readonly concurrency?: number;
  readonly deadline?: string;
  readonly onFailure?: OnRunFailure;
  readonly schedule?: Schedule;
  readonly breakBefore?: readonly string[];
  readonly breakAfter?: readonly string[];
  readonly break?: readonly string[];
  readonly baggage?: readonly string[];
  readonly taskQueue?: string;
  readonly watch?: true;
  readonly local?: true;
  readonly wait: boolean;
  readonly worker: boolean;
  readonly output: Output;
}

const MORE = `
GRAPH is a folder whose index.js or index.ts exports a graph (FOLDER#ID if it
exports several), such a file itself, a graph as a document (.json, .yaml), or
the id of a registered graph (\`espalier graph put\`), whose steps are left to
workers. With the URL of a service as --address it is always such an id.

Which server: --address, else TEMPORAL_* variables or a profile, else one that
lives in the data folder. If there is none, one is started for as long as the
run takes; what it kept stays in the data folder.

Who executes the steps: this process. On a server that was there before it has
a task queue of its own, so that it takes no steps of others and others take
none of these. With --no-worker and --no-wait they are left to workers of the
task queue (--task-queue, TASK_QUEUE, or "espalier"; see \`espalier worker\`).

A pin supplies an input of the run or overrides another port, and a step whose
outputs are all overridden is not executed. A run that holds or waits says the
command that lets it go on.

Ctrl-C on a server that was there before: the run goes on without us. On one
that was started for the run: both stop, and \`espalier dev\` goes on.

Examples:
  espalier run examples/coffee --set beans=20 --set water=200
  espalier run . -d @input.json -o json
  espalier run coffee.yaml --steps examples/coffee -d '{"beans": 2, "water": 9}'
  espalier run .#nightly --idempotency-key 2026-11-23 --deadline 5m
  espalier run coffee -d @input.json --address http://localhost:8080
  espalier run examples/coffee --set water=200 --pin grind.powder=25
  espalier run . -d @input.json --break-before publish --break 'a.n: value > 5'
`;

export function addRunCommand(program: Command, cli: Cli): void {
  const run = withServerOrService(program.command('run'))
    .summary('run a graph and wait for its outputs')
    .description('Runs a graph and waits for its outputs.')
    .argument('<graph>', 'folder, file or document of the graph, or the id of a registered one');
  withBeginning(run)
    .addOption(contextOption())
    .option('--explain', 'say what would happen to each node, and start nothing')
    .addOption(stepsOption())
    .option('--id <id>', 'id of the run (default: made up)')
    .option('--idempotency-key <key>', 'the same key again gives the same run')
    .option('--concurrency <n>', 'most steps at once', wholeNumber(1))
    .option('--deadline <duration>', 'end the run as failed after this time, such as 30s or 5m')
    .addOption(new Option('--on-failure <policy>', 'whether a failed step ends the run').choices(['stop', 'continue']))
    .addOption(
      new Option('--schedule <way>', 'nodes as soon as they can, or stage after stage').choices(['dataflow', 'stages']),
    )
    .option('--break-before <node>', 'hold before a node is executed; may be given several times', collect)
    .option('--break-after <node>', 'hold after a node has ended; may be given several times', collect)
    .option(
      '--break <address: condition>',
      'hold when a port has a value for which this is true; may be given several times',
      collect,
    )
    .option('--baggage <name=value>', 'what every step sees as ctx.baggage; may be given several times', collect)
    .option('--watch', 'show every frame of the run instead of a line per node')
    .option('--local', 'run in this process, without a server; nothing is kept')
    .option('--no-wait', 'only start the run and print its id')
    .option('--no-worker', 'execute nothing here')
    .option('--task-queue <name>', 'task queue of the run, and of the worker here')
    .addOption(outputOption())
    .addHelpText('after', MORE)
    .action(
      cli.action(async (graph: string, options: RunCommandOptions) => {
        const { runGraph } = await import('../run-graph.js');
        return runGraph(graph, options, cli);
      }),
    );
}
