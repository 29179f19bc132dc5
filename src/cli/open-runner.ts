import type { StartWorkflow } from '../api/workflows.js';
import { documentHash } from '../document/document-hash.js';
import type { AnyFed, ResultsAndFailures } from '../runner/fed.js';
import type { FeedOptions } from '../runner/feed-input.js';
import type { ResumeOptions } from '../runner/resume-workflow.js';
import type { RunView } from '../run/run.js';
import { runIdOf } from '../runner/names.js';
import type { ResultsOptions } from '../runner/results.js';
import type { Resumed } from '../runner/runner.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';
import type { WorkflowName } from './commands/runner-arguments.js';
import type { ExitCode } from './exit-codes.js';
import { workersBehind, workersOf, type Workers } from './idle.js';
import type { LoadedGraph } from './load/load-graph.js';
import { choiceArguments, serviceOf, type ServerChoice } from './server-choice.js';
import { quotedCommand } from './shell.js';

/** What a workflow is started with. */
export type Beginning = Omit<StartWorkflow, 'id' | 'graph' | 'hash'>;

/** An input that was taken; its number, unless no worker has answered. */
export interface Taken {
  readonly id: string;
  readonly seq?: number | undefined;
}

/** A workflow by its id, whose ports are not known. */
export interface OpenWorkflow extends Pick<
  AnyFed,
  'getWorkflow' | 'getProductions' | 'checkpoint' | 'listSnapshots' | 'stop'
> {
  /** As the run that it is. */
  view(): Promise<RunView>;
  run(input: JsonObject, options: FeedOptions): Promise<Taken>;
  getResults(options: Omit<ResultsOptions, 'failures'>): Promise<ResultsAndFailures>;
}

/** A runner to ask something of: on Temporal itself, or behind a service. */
export interface OpenRunner {
  /** For people. */
  readonly where: string;
  readonly workers: Workers;
  /** Throws `already_started`. */
  start(id: string, graph: LoadedGraph, beginning: Beginning): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Asks nothing yet. */
  via(id: string): OpenWorkflow;
  /** Throws `already_started`. */
  resume(id: string, options: ResumeOptions): Promise<Omit<Resumed, 'workflow'>>;
  close(): Promise<void>;
}

/** Does something with a runner, and closes what it took. */
export async function withRunner(
  name: string,
  choice: ServerChoice,
  act: (runner: OpenRunner) => Promise<ExitCode>,
): Promise<ExitCode> {
  const url = serviceOf(choice);
  const runner = await (url === undefined ? openOnServer(name, choice) : openBehind(name, url));
  try {
    return await act(runner);
  } finally {
    await runner.close();
  }
}

/** As `withRunner`, for one workflow; of one that is over it says what goes on with it. */
export async function withWorkflow(
  { runner, id }: WorkflowName,
  choice: ServerChoice,
  act: (workflow: OpenWorkflow, runner: OpenRunner) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await withRunner(runner, choice, open => act(open.via(id), open));
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code !== 'run_finished') throw error;
    const resume = quotedCommand(['runner', 'resume', runner, id, ...choiceArguments(choice)]);
    const message = `${error.message}; ${resume} goes on from where it was saved`;
    throw new EspalierError(error.code, message, { cause: error });
  }
}

async function openOnServer(name: string, choice: ServerChoice): Promise<OpenRunner> {
  const { openSession } = await import('./session.js');
  const { espalier, close } = await openSession(choice);
  const runner = await espalier.runner({ name }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    where: `namespace ${espalier.namespace} at ${espalier.address}`,
    workers: workersOf(espalier, choice),
    start: async (id, { plan }, beginning) => void (await runner.startWorkflow(id, plan, beginning)),
    list: () => runner.listWorkflows(),
    via: id => onServer(runner.via(id), () => espalier.run(runIdOf(name, id)).view()),
    resume: (id, options) => runner.resume(id, options),
    async close() {
      await runner.close();
      await close();
    },
  };
}

const onServer = (workflow: AnyFed, view: OpenWorkflow['view']): OpenWorkflow => ({
  view,
  run: (input, options) => workflow.run(input, options),
  getResults: options => workflow.getResults({ ...options, failures: true }),
  getWorkflow: () => workflow.getWorkflow(),
  getProductions: () => workflow.getProductions(),
  checkpoint: () => workflow.checkpoint(),
  listSnapshots: () => workflow.listSnapshots(),
  stop: options => workflow.stop(options),
});

async function openBehind(name: string, url: string): Promise<OpenRunner> {
  const { connectHttp } = await import('../api/client/connect-http.js');
  const service = connectHttp(url);
  const runner = service.runner(name);
  return {
    where: service.url,
    workers: workersBehind(service),
    async start(id, { plan, document }, beginning) {
      await runner.startWorkflow({ id, graph: plan.graph, hash: documentHash(document), ...beginning });
    },
    list: () => runner.listWorkflows(),
    via: id => ({
      view: () => service.run(runIdOf(name, id)).view(),
      run: (input, options) => runner.run(id, { input, ...options }),
      getResults: options => runner.getResults(id, options),
      getWorkflow: () => runner.getWorkflow(id),
      getProductions: () => runner.getProductions(id),
      checkpoint: () => runner.checkpoint(id),
      listSnapshots: () => runner.listSnapshots(id),
      stop: options => runner.stop(id, options),
    }),
    resume: (id, options) => runner.resume(id, options),
    close: async () => {},
  };
}
