/** `espalier runner …`: workflows that are started, looked at, saved, stopped and resumed. */
import type { Stopped } from '../runner/stop-workflow.js';
import type { JsonObject } from '../value/json.js';
import type { ResumeWorkflowOptions, StartWorkflowOptions, StopWorkflowOptions } from './commands/runner.js';
import type { RunnerOptions, WorkflowName } from './commands/runner-arguments.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { onInterrupt } from './interrupt.js';
import { loadGraph } from './load/load-graph.js';
import { sayIdle, sayLeft } from './idle.js';
import { withRunner, withWorkflow } from './open-runner.js';
import { beginningOf } from './runner-options.js';
import { snapshotsText, troubleText, workflowText } from './runner-text.js';
import { choiceArguments, type ServerChoice } from './server-choice.js';
import { quotedCommand } from './shell.js';
import type { Terminal } from './terminal.js';
import { countText } from './words.js';

export async function startWorkflow(
  name: WorkflowName,
  source: string,
  options: StartWorkflowOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const graph = await loadGraph(source, options);
  const beginning = await beginningOf(graph, options);
  return withRunner(name.runner, options, async runner => {
    await runner.start(name.id, graph, beginning);
    const run = runOf(name);
    printRun(options, { ...name, run, graph: graph.plan.graph }, terminal);
    terminal.say(`${named(name)} started: ${commandOf('feed', name, options)} feeds it`);
    await sayLeft(runner.workers, options.taskQueue, terminal);
    return EXIT.ok;
  });
}

export async function listWorkflows(name: string, options: RunnerOptions, terminal: Terminal): Promise<ExitCode> {
  return withRunner(name, options, async ({ list, where }) => {
    const workflows = await list();
    if (options.output === 'json') terminal.print(JSON.stringify({ workflows }, null, 2));
    else for (const id of workflows) terminal.print(id);
    if (workflows.length === 0) terminal.say(`no workflows of runner ${name} run in ${where}`);
    return EXIT.ok;
  });
}

export async function showWorkflow(name: WorkflowName, options: RunnerOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkflow(name, options, async (workflow, { workers }) => {
    const view = await workflow.getWorkflow();
    terminal.print(options.output === 'json' ? JSON.stringify(view, null, 2) : workflowText(view));
    if (view.status !== 'running' && view.status !== 'paused') return EXIT.ok;
    const trouble = view.open.length > 0 ? troubleText(await workflow.view()) : undefined;
    if (trouble !== undefined) terminal.say(trouble);
    await sayIdle(workers, terminal);
    return EXIT.ok;
  });
}

export async function checkpoint(name: WorkflowName, options: ServerChoice, terminal: Terminal): Promise<ExitCode> {
  return withWorkflow(name, options, async workflow => {
    terminal.print(await workflow.checkpoint());
    terminal.say(`${named(name)} is saved`);
    return EXIT.ok;
  });
}

export async function listSnapshots(name: WorkflowName, options: RunnerOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkflow(name, options, async workflow => {
    const snapshots = await workflow.listSnapshots();
    if (options.output === 'json') terminal.print(JSON.stringify({ snapshots }, null, 2));
    else if (snapshots.length > 0) terminal.print(snapshotsText(snapshots));
    if (snapshots.length === 0) terminal.say(`nothing of ${named(name)} is saved`);
    return EXIT.ok;
  });
}

export async function stopWorkflow(
  name: WorkflowName,
  options: StopWorkflowOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { persist } = options;
  return withWorkflow(name, options, async (workflow, { workers }) => {
    const { open, status } = await workflow.getWorkflow();
    const signal = onInterrupt();
    if (open.length > 0) {
      const what = countText(open.length, 'input');
      terminal.say(`waiting for what runs of ${what}; Ctrl-C ends the waiting, not the stop`);
    }
    if (status === 'running' || status === 'paused') await sayIdle(workers, terminal, 'a stop needs a worker: ');
    const stopped = await workflow.stop({ persist, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (!stopped) {
      terminal.say(`${named(name)} was asked to stop; ${commandOf('show', name, options)} shows it`);
      return EXIT.interrupted;
    }
    sayStopped(name, stopped, options, terminal);
    return persist && !stopped.persisted ? EXIT.runFailed : EXIT.ok;
  });
}

function sayStopped(name: WorkflowName, stopped: Stopped, options: RunnerOptions, terminal: Terminal): void {
  const { cursor } = stopped;
  if (options.output === 'json') terminal.print(JSON.stringify(stopped));
  else if (cursor !== undefined) terminal.print(cursor);
  terminal.say(`${named(name)} ${stoppedText(stopped)}`);
  if (cursor !== undefined) terminal.say(`${commandOf('resume', name, options)} goes on with it`);
}

const stoppedText = ({ persisted, unfinished, unsaved }: Stopped): string =>
  [
    persisted ? 'has stopped and is saved' : 'has stopped and is not saved',
    ...(unfinished > 0 ? [`${countText(unfinished, 'input')} not done`] : []),
    ...(unsaved > 0 ? [`${countText(unsaved, 'input')} in no saved state`] : []),
  ].join(', ');

export async function resumeWorkflow(
  name: WorkflowName,
  options: ResumeWorkflowOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { rehydration, cursor } = options;
  return withRunner(name.runner, options, async runner => {
    const { loaded, refs } = await runner.resume(name.id, { rehydration, ...(cursor !== undefined && { cursor }) });
    printRun(options, { ...name, run: runOf(name), rehydration, loaded, refs }, terminal);
    terminal.say(`${named(name)} goes on: ${countText(loaded, 'value')} loaded, ${refs} left in the store`);
    await sayIdle(runner.workers, terminal);
    return EXIT.ok;
  });
}

const named = ({ runner, id }: WorkflowName): string => `workflow ${id} of runner ${runner}`;
const runOf = ({ runner, id }: WorkflowName): string => `${runner}/${id}`;

const commandOf = (command: string, { runner, id }: WorkflowName, choice: ServerChoice): string =>
  quotedCommand(['runner', command, runner, id, ...choiceArguments(choice)]);

function printRun({ output }: RunnerOptions, about: JsonObject & { readonly run: string }, terminal: Terminal): void {
  terminal.print(output === 'json' ? JSON.stringify(about) : about.run);
}
