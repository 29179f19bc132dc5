/** `espalier runs …`: looking at runs on a server, and asking something of them. */
import type { RunSummary } from '../client/list.js';
import type { Run, RunView } from '../run/run.js';
import { RunFailedError } from '../run/run-failed-error.js';
import type { Cli } from './cli.js';
import type { ListCommandOptions, RunsOptions, WatchCommandOptions } from './commands/runs.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { follow } from './follow-run.js';
import { sayHeld } from './holds.js';
import { onInterrupt } from './interrupt.js';
import { sayIdle, type Workers } from './idle.js';
import { withRuns } from './open-runs.js';
import { createFrameLog, type Progress } from './progress.js';
import { reportOutcome } from './report-outcome.js';
import { choiceArguments, type ServerChoice } from './server-choice.js';
import { quotedCommand } from './shell.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';
import { viewText } from './view-text.js';
import { waitingText } from './foreseen.js';
import { durationText, timeText } from './words.js';

export async function listRuns(options: ListCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { graph, status, overridden, forkedFrom, limit, cursor, output } = options;
  return withRuns(options, async runs => {
    const page = await runs.list({
      limit,
      ...(graph !== undefined && { graph }),
      ...(status !== undefined && { status }),
      ...(overridden && { overridden }),
      ...(forkedFrom !== undefined && { forkedFrom }),
      ...(cursor !== undefined && { cursor }),
    });
    if (output === 'json') terminal.print(JSON.stringify(page, null, 2));
    else if (output === 'jsonl') for (const run of page.runs) terminal.print(JSON.stringify(run));
    else if (page.runs.length > 0) terminal.print(tableText([HEAD, ...page.runs.map(summaryRow)]));
    if (page.runs.length === 0) terminal.say(`no runs in ${runs.where}`);
    if (page.cursor !== undefined) terminal.say(`there are more: --cursor ${page.cursor}`);
    return EXIT.ok;
  });
}

const HEAD = ['RUN', 'GRAPH', 'STATUS', 'STARTED', 'TOOK'];

const summaryRow = ({ id, graph, status, startedAt, endedAt, archived }: RunSummary): readonly string[] => [
  id,
  graph,
  archived ? `${status}, archived` : status,
  timeText(startedAt),
  durationText((endedAt ?? Date.now()) - startedAt),
];

export async function showRun(id: string, options: RunsOptions, terminal: Terminal): Promise<ExitCode> {
  return withRuns(options, async runs => {
    const run = runs.run(id);
    const view = await run.view();
    const outputs = view.endedAt === undefined ? {} : await outputsOf(run);
    const text = (): string => viewText(view, outputs, choiceArguments(options));
    terminal.print(options.output === 'json' ? JSON.stringify({ ...view, outputs }, null, 2) : text());
    await sayUntaken(view, runs.workers, terminal);
    return EXIT.ok;
  });
}

/** Those that are there, of a run that has ended. */
async function outputsOf(run: Run<Readonly<Record<string, unknown>>>): Promise<Readonly<Record<string, unknown>>> {
  return run.result().catch((error: unknown) => {
    if (error instanceof RunFailedError) return error.partial;
    throw error;
  });
}

export async function watchRun(id: string, options: WatchCommandOptions, cli: Cli): Promise<ExitCode> {
  const { terminal } = cli;
  const { output, from } = options;
  return withRuns(options, async runs => {
    const run = runs.run(id);
    const { graph, waiting = [] } = await run.view();
    const where = choiceArguments(options);
    for (const port of waiting) terminal.say(`waiting for ${waitingText(id, port, where)}`);
    const interrupted = onInterrupt();
    const progress =
      output === 'jsonl'
        ? { take: (frame: object) => terminal.print(JSON.stringify(frame)), end() {} }
        : createFrameLog(line => terminal.print(line), terminal);
    const held = sayHeld(run, where, terminal);
    const untaken = async (): Promise<void> => sayUntaken(await run.view(), runs.workers, terminal);
    const shown = withPatience(progress, untaken);
    const outcome = await follow(run, {
      terminal,
      progress: shown,
      interrupted,
      held,
      ...(from !== undefined && { from }),
    });
    if (outcome.kind !== 'interrupted') return reportOutcome(outcome, { id, graph }, output, cli);
    const again = quotedCommand(['runs', 'watch', id, ...where]);
    terminal.say(`detached from run ${id}; look at it again with ${again}`);
    return EXIT.interrupted;
  });
}

/** How long it is waited for the first frame of a run, in milliseconds. */
const PATIENCE = 3000;

/** With what is done if nothing comes for a while. That this fails harms nothing: the watching itself tells. */
function withPatience(progress: Progress, otherwise: () => Promise<void>): Progress {
  const timer = setTimeout(() => void otherwise().catch(() => {}), PATIENCE);
  return {
    take(frame) {
      clearTimeout(timer);
      progress.take(frame);
    },
    end() {
      clearTimeout(timer);
      progress.end();
    },
  };
}

async function sayUntaken({ id, status }: RunView, workers: Workers, terminal: Terminal): Promise<void> {
  if (status !== 'pending') return;
  terminal.say(`no worker has taken run ${id} yet`);
  await sayIdle(workers, terminal);
}

/** Asks something of a run; that it was heard does not mean that it has been done. */
export async function request(
  id: string,
  options: ServerChoice,
  ask: (run: Run<unknown>) => Promise<void>,
  what: string,
  terminal: Terminal,
): Promise<ExitCode> {
  return withRuns(options, async runs => {
    await ask(runs.run(id));
    terminal.say(`run ${id} was ${what}`);
    return EXIT.ok;
  });
}
