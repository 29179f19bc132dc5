import type { z } from 'zod';
import {
  AcceptedInput,
  Productions,
  ResumedWorkflow,
  SavedCursor,
  Snapshots,
  StartedWorkflow,
  StoppedWorkflow,
  WorkflowList,
  WorkflowResults,
  WorkflowView,
  type FeedWorkflow,
  type ResumeWorkflow,
  type StartWorkflow,
} from '../workflows.js';
import type { Call, Http } from './http.js';

/** What results are asked for: see `ResultsOptions` of the runner. Failures are always told. */
export interface HttpResultsOptions {
  readonly components?: readonly string[];
  readonly all?: boolean;
  readonly facts?: boolean;
}

/** A runner behind a service, by its name; nothing is asked until it is used. What nobody knows is `not_found`. */
export interface HttpRunner {
  readonly name: string;
  /** Starts a workflow of a registered graph. Throws `already_started`. */
  startWorkflow(request: StartWorkflow): Promise<StartedWorkflow>;
  listWorkflows(): Promise<readonly string[]>;
  /** Gives it an input, kept durably when this ends. */
  run(id: string, request: FeedWorkflow): Promise<AcceptedInput>;
  getWorkflow(id: string): Promise<z.output<typeof WorkflowView>>;
  getResults(id: string, options?: HttpResultsOptions): Promise<WorkflowResults>;
  getProductions(id: string): Promise<z.output<typeof Productions>['productions']>;
  checkpoint(id: string): Promise<string>;
  listSnapshots(id: string): Promise<z.output<typeof Snapshots>['snapshots']>;
  /** Resolves when it has stopped; the signal ends the waiting, not the stop. */
  stop(
    id: string,
    options?: { readonly persist?: boolean; readonly signal?: AbortSignal },
  ): Promise<z.output<typeof StoppedWorkflow>>;
  /** Throws `already_started`. */
  resume(id: string, request?: ResumeWorkflow): Promise<ResumedWorkflow>;
}

/** What is read may be much, and what is stopped takes its grace, in milliseconds. */
const LONG_LIMIT = 60_000;
const STOP_LIMIT = 3_600_000;

export function httpRunner(http: Http, name: string): HttpRunner {
  const workflows = `/api/v1/runners/${encodeURIComponent(name)}/workflows`;
  const path = (id: string, what: string): string => `${workflows}/${encodeURIComponent(id)}${what}`;
  const ask = async <S extends z.ZodType>(schema: S, at: string, call: Call = {}): Promise<z.output<S>> =>
    (await http.json(schema, at, { limit: LONG_LIMIT, ...call })).value;
  return {
    name,
    startWorkflow: body => ask(StartedWorkflow, workflows, { method: 'POST', body }),
    listWorkflows: async () => (await ask(WorkflowList, workflows)).workflows,
    run: (id, body) => ask(AcceptedInput, path(id, '/inputs'), { method: 'POST', body }),
    getWorkflow: id => ask(WorkflowView, path(id, '')),
    getResults: (id, { components, ...flags } = {}) =>
      ask(WorkflowResults, path(id, '/results'), {
        query: { ...flags, ...(components && { components: components.join(',') }) },
      }),
    getProductions: async id => (await ask(Productions, path(id, '/productions'))).productions,
    checkpoint: async id => (await ask(SavedCursor, path(id, '/checkpoint'), { method: 'POST' })).cursor,
    listSnapshots: async id => (await ask(Snapshots, path(id, '/snapshots'))).snapshots,
    stop: (id, { signal, ...body } = {}) =>
      ask(StoppedWorkflow, path(id, '/stop'), { method: 'POST', body, limit: STOP_LIMIT, ...(signal && { signal }) }),
    resume: (id, body = {}) => ask(ResumedWorkflow, path(id, '/resume'), { method: 'POST', body }),
  };
}
