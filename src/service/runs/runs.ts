import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { ForkedRun, ForkRun, RunQuery, RunResult, StartedRun, StartRun } from '../../api/runs.js';
import { Espalier } from '../../client/espalier.js';
import type { RunPage } from '../../client/list.js';
import type { Duration } from '../../document/document.js';
import { parseDuration } from '../../document/duration.js';
import type { RunDiff } from '../../run/diff.js';
import type { Run, RunView } from '../../run/run.js';
import { EspalierError } from '../../value/espalier-error.js';
import type { Json, JsonObject } from '../../value/json.js';
import { isLeaf, type Value } from '../../value/value.js';
import { cursorProblem } from '../graphs/cursor.js';
import { Graphs } from '../graphs/graphs.js';
import { Audit } from '../interventions/audit.js';
import { Metrics } from '../metrics/metrics.js';
import { inBody } from '../problem/in-body.js';

/** Runs of registered graphs: what the routes do. */
@Injectable()
export class Runs {
  constructor(
    @Inject(Espalier) private readonly espalier: Espalier,
    @Inject(Graphs) private readonly graphs: Graphs,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** Throws what `Espalier.start` does, and `not_found` for the graph; nothing is started then. */
  async start(
    { graph, hash: wanted, document, ...options }: z.output<typeof StartRun>,
    idempotencyKey: string | undefined,
  ): Promise<StartedRun> {
    const { hash, plan } = await this.graphs.plan(graph, {
      ...(wanted !== undefined && { hash: wanted }),
      ...(document !== undefined && { document }),
    });
    const { id, interventions = [] } = options;
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    const starting = this.espalier.start(plan, { ...options, ...key });
    const aim = { graph, ...(id !== undefined && { run: id }) };
    const run = await inBody(this.audit.started(aim, interventions, starting));
    this.metrics.runsStarted.inc({ graph });
    return { id: run.id, graph, hash };
  }

  async list(query: RunQuery): Promise<RunPage> {
    try {
      return await this.espalier.list(query);
    } catch (error) {
      // All else has been checked.
      const isCursor = error instanceof EspalierError && error.code === 'invalid_query';
      throw isCursor ? cursorProblem(query.cursor ?? '') : error;
    }
  }

  view(id: string): Promise<RunView> {
    return this.espalier.run(id).view();
  }

  /** A run that can be asked for something. Throws `not_found`, also for a workflow that is somebody else's. */
  async find(id: string): Promise<Run<JsonObject>> {
    await this.espalier.find(id);
    return this.espalier.run(id);
  }

  /** Throws what `Espalier.fork` does; nothing is started then. */
  async fork(id: string, options: z.output<typeof ForkRun>): Promise<ForkedRun> {
    const { graph } = await this.espalier.find(id);
    const { interventions = [] } = options;
    const forking = this.espalier.fork(id, options);
    const run = await inBody(this.audit.started({ graph, run: id }, interventions, forking));
    this.metrics.runsStarted.inc({ graph });
    return { id: run.id, graph, forkedFrom: id };
  }

  async diff(id: string, other: string): Promise<RunDiff> {
    await Promise.all([this.espalier.find(id), this.espalier.find(other)]);
    return this.espalier.diff(id, other);
  }

  /** Waits for the end at most `wait`, and says then what there is. Whoever aborts ends the waiting. */
  async result(
    id: string,
    { wait = 0, signal }: { readonly wait?: Duration | undefined; readonly signal: AbortSignal },
  ): Promise<{ readonly ended: boolean; readonly result: RunResult }> {
    const run = this.espalier.run(id);
    const limit = parseDuration(wait) ?? 0;
    let view = await run.view();
    if (view.endedAt === undefined && limit > 0 && (await endsWithin(run, limit, signal))) view = await run.view();
    const { status, outputs, error, endedAt } = view;
    return { ended: endedAt !== undefined, result: { id, status, ...split(outputs), ...(error && { error }) } };
  }
}

/** Whether somebody still wants to know after the wait. */
async function endsWithin(run: Run<unknown>, limit: number, gone: AbortSignal): Promise<boolean> {
  const wait = new AbortController();
  const stop = (): void => wait.abort();
  const timer = setTimeout(stop, limit);
  gone.addEventListener('abort', stop, { once: true });
  try {
    if (!gone.aborted) await run.ended({ signal: wait.signal });
  } catch (error) {
    if (!wait.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', stop);
  }
  return !gone.aborted;
}

/** What an answer carries itself, and what has to be fetched as a value. */
function split(values: Readonly<Record<string, Value>>): Pick<RunResult, 'outputs' | 'refs'> {
  const outputs: Record<string, Json> = {};
  const refs: Record<string, Value> = {};
  for (const [port, value] of Object.entries(values)) {
    if (isLeaf(value) && value.inline !== undefined) outputs[port] = value.inline;
    else refs[port] = value;
  }
  return { outputs, refs };
}
