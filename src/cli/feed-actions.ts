/** `espalier runner feed`, `results` and `productions`: what goes into a workflow, and what comes out. */
import { EspalierError } from '../value/espalier-error.js';
import type { FeedCommandOptions, ResultsCommandOptions } from './commands/feed.js';
import type { RunnerOptions, WorkflowName } from './commands/runner-arguments.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { feedEach } from './feed-each.js';
import { withWorkflow, type OpenWorkflow, type Taken } from './open-runner.js';
import { readContext } from './run-context.js';
import { readLooseInput } from './run-input.js';
import { failureText } from './runner-text.js';
import type { Terminal } from './terminal.js';
import { outputsText } from './value-text.js';

export async function feed(name: WorkflowName, options: FeedCommandOptions, terminal: Terminal): Promise<ExitCode> {
  checkFeed(options);
  const { set, input, each, skip, id, output } = options;
  const context = await readContext(options.context);
  const given = await readLooseInput(input, set);
  const feeding = { ...(id !== undefined && { id }), ...(context && { context }) };
  const told = (taken: Taken): void =>
    terminal.print(output === 'jsonl' ? JSON.stringify(taken) : String(taken.seq ?? 'pending'));
  return withWorkflow(name, options, async workflow => {
    if (each !== undefined) return feedEach(workflow, { source: each, skip }, feeding, { told, terminal });
    const taken = await workflow.run(given, feeding);
    told(taken);
    if (taken.seq === undefined) terminal.say(`input ${taken.id} is kept; the next worker gives it its number`);
    return EXIT.ok;
  });
}

/** Throws `usage`. */
function checkFeed({ each, skip, set, input, context }: FeedCommandOptions): void {
  if (each === undefined && skip > 0) throw new EspalierError('usage', '--skip is of the lines of --each');
  if (each !== undefined && (set !== undefined || input !== undefined)) {
    throw new EspalierError('usage', '--each and --set or --input exclude each other: each line is a whole input');
  }
  if (context === '-' && (each === '-' || input === '-')) {
    throw new EspalierError('usage', 'stdin is given twice: --context can be a @file');
  }
}

export async function showResults(
  name: WorkflowName,
  options: ResultsCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { component, all, facts, output } = options;
  const wanted = { ...(component && { components: component }), ...(all && { all }), ...(facts && { facts }) };
  return withWorkflow(name, options, async workflow => {
    const found = await workflow.getResults(wanted);
    await sayUnknown(name, component, workflow, terminal);
    if (output === 'json') {
      terminal.print(JSON.stringify(found, null, 2));
      return EXIT.ok;
    }
    terminal.print(outputsText(found.results));
    for (const failure of found.failures) terminal.say(failureText(failure));
    return EXIT.ok;
  });
}

/** One that does not exist has no results, as one that has given nothing yet. */
async function sayUnknown(
  { id }: WorkflowName,
  asked: readonly string[] = [],
  workflow: OpenWorkflow,
  terminal: Terminal,
): Promise<void> {
  if (asked.length === 0) return;
  const { nodes } = await workflow.getWorkflow();
  for (const node of asked) {
    if (!nodes.includes(node)) terminal.say(`the graph of workflow ${id} has no node "${node}": ${nodes.join(', ')}`);
  }
}

export async function showProductions(
  name: WorkflowName,
  options: RunnerOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkflow(name, options, async workflow => {
    const productions = await workflow.getProductions();
    if (options.output === 'json') terminal.print(JSON.stringify({ productions }, null, 2));
    else for (const value of productions) terminal.print(JSON.stringify(value));
    return EXIT.ok;
  });
}
