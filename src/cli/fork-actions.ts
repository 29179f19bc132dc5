/** `espalier runs fork`, `diff` and `export`: a run over the record of another one, and one held against another. */
import type { ForkRun } from '../api/runs.js';
import { INPUT, OVERRIDE, type Intervention } from '../intervention/intervention.js';
import type { DiffCommandOptions, ExportCommandOptions, ForkCommandOptions } from './commands/forks.js';
import { diffText } from './diff-text.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { readList, readValue } from './given-interventions.js';
import { sayIdle, sayLeft } from './idle.js';
import { withRuns } from './open-runs.js';
import { looseValueOf, readLooseInput, splitEntry } from './run-input.js';
import { choiceArguments } from './server-choice.js';
import { quotedCommand } from './shell.js';
import { readContext } from './run-context.js';
import type { Terminal } from './terminal.js';
import { userName } from './user-name.js';

export async function fork(run: string, options: ForkCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const request = await requestOf(options);
  return withRuns(options, async runs => {
    const { id } = await runs.fork(run, request);
    terminal.print(options.output === 'json' ? JSON.stringify({ id, forkedFrom: run }) : id);
    if (options.taskQueue === undefined) await sayIdle(runs.workers, terminal);
    else await sayLeft(runs.workers, options.taskQueue, terminal);
    terminal.say(`watch it with: ${quotedCommand(['runs', 'watch', id, ...choiceArguments(options)])}`);
    return EXIT.ok;
  });
}

async function requestOf(options: ForkCommandOptions): Promise<ForkRun> {
  const { pin = [], interventions, from, id, cache, taskQueue } = options;
  const context = await readContext(options.context);
  const listed = interventions === undefined ? [] : (await readList(interventions)).list;
  const given = [...listed, ...(await Promise.all(pin.map(pinned)))];
  return {
    input: await readLooseInput(options.input, options.set),
    ...(given.length > 0 && { interventions: given }),
    ...(from && { from: [...from] }),
    ...(id !== undefined && { id }),
    ...(cache && { cache }),
    ...(taskQueue !== undefined && { taskQueue }),
    ...(context && { context }),
  };
}

async function pinned(entry: string): Promise<Intervention> {
  const [at, text] = splitEntry(entry, '--pin', 'address=value');
  const kind = at.startsWith('$in.') ? INPUT : OVERRIDE;
  return { at, kind, value: await readValue(text, looseValueOf), by: userName() };
}

export async function diff(a: string, b: string, options: DiffCommandOptions, terminal: Terminal): Promise<ExitCode> {
  return withRuns(options, async runs => {
    const found = await runs.diff(a, b);
    terminal.print(options.output === 'json' ? JSON.stringify(found, null, 2) : diffText(found));
    return EXIT.ok;
  });
}

export async function exportRun(run: string, options: ExportCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { openSession } = await import('./session.js');
  const { espalier, close } = await openSession(options);
  try {
    const { redact } = options;
    terminal.print(JSON.stringify(await espalier.fixture(run, redact && { redact }), null, 2));
    return EXIT.ok;
  } finally {
    await close();
  }
}
