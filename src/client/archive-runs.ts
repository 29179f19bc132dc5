/**
 * Keeps what Temporal will forget: the history of every link that has closed, as a blob, and a row that says where it is.
 * 1. The blob comes first: a row never names a history that is not there. A link that was archived before is left alone,
 *    so that any number of processes may do this, be killed, and do it again.
 * 2. What closed up to a time that is kept with the archive is not looked at again, but for what a visibility store may
 *    have learned late.
 * 3. What can't be read (a blob of it is gone) is told, and left to be tried by hand; a server, store or database that is
 *    away ends the attempt.
 */
import { tsToMs } from '@temporalio/common/lib/time.js';
import { START_MEMO } from '../protocol/names.js';
import { CONTINUED, type Archive } from '../store/archive.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Access } from './access.js';
import { isNotFound } from './archived.js';
import { argumentOf } from './chain.js';
import { call } from './call.js';
import { executionsOf, type ExecutionInfo } from './executions.js';
import { idOf, load, rawHistory, type HistoryEvent } from './history.js';
import { packHistory } from './history-file.js';
import { isContinued, isOverridden, summaryOf } from './list.js';
import { createPayloadReader } from './payloads.js';

export interface ArchiveOptions {
  /** Only the links of this run. */
  readonly run?: string;
  /** All that has closed, not only what has since the last time. */
  readonly all?: boolean;
  /** Stops after the link that is being archived. */
  readonly signal?: AbortSignal;
}
export interface ArchiveReport {
  /** Links that were archived now. */
  readonly archived: number;
  /** Links that had been before. */
  readonly known: number;
  readonly failed: readonly FailedLink[];
}
export interface FailedLink {
  readonly run: string;
  readonly execution: string;
  readonly error: Error;
}

/** How much later than it closed a link may become visible, in milliseconds. */
const LATE = 300_000;

/** Throws `not_found` for a run that is not there, and what rule 3 says. */
export async function archiveRuns(access: Access, options: ArchiveOptions = {}): Promise<ArchiveReport> {
  const archive = (await access.storage.database()).archive(access.namespace);
  const report = { archived: 0, known: 0, failed: [] as FailedLink[] };
  if (options.run !== undefined) {
    for await (const info of linksOf(access, options.run)) await keep(access, archive, [info], report);
    return report;
  }
  let newest = options.all ? 0 : await archive.closedUntil();
  // Who lacks a key must not make those pass over it who have it.
  let unread = Infinity;
  for await (const infos of closedSince(access, newest - LATE)) {
    unread = Math.min(unread, await keep(access, archive, infos, report, options.signal));
    if (options.signal?.aborted) return report;
    newest = infos.reduce((latest, { closeTime }) => Math.max(latest, tsToMs(closeTime)), newest);
  }
  await archive.setClosedUntil(Math.min(newest, unread));
  return report;
}

/** Of every run of the namespace. */
async function* closedSince(access: Access, since: number): AsyncGenerator<readonly ExecutionInfo[]> {
  const query = `CloseTime >= '${new Date(Math.max(0, since)).toISOString()}'`;
  for await (const infos of executionsOf(access, query)) yield infos.filter(isClosedRun);
}

/** Of one run, the latest first, as far back as Temporal knows them. */
async function* linksOf(access: Access, runId: string): AsyncGenerator<ExecutionInfo> {
  const { client, namespace } = access;
  let execution: string | null | undefined = '';
  do {
    const request = { namespace, execution: { workflowId: runId, runId: execution } };
    const ask = () => client.workflowService.describeWorkflowExecution(request);
    const isLatest = execution === '';
    const info = await call(access, ask, runId).then(
      described => described.workflowExecutionInfo,
      (error: unknown) => {
        if (isLatest || !isNotFound(error)) throw error;
      },
    );
    if (!info) return;
    if (isClosedRun(info)) yield info;
    const pages = rawHistory(access, runId, { execution: executionOf(info), pageSize: 1 });
    for await (const [first] of pages) {
      execution = first?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      break;
    }
  } while (execution);
}

/** Gives when the first of those closed that can't be read: `Infinity` if all can. */
async function keep(
  access: Access,
  archive: Archive,
  infos: readonly ExecutionInfo[],
  report: { archived: number; known: number; failed: FailedLink[] },
  signal?: AbortSignal,
): Promise<number> {
  let unread = Infinity;
  const known = await archive.has(infos.map(executionOf));
  for (const info of infos) {
    if (signal?.aborted) return unread;
    if (known.has(executionOf(info))) report.known += 1;
    else {
      const error = await keepLink(access, archive, info).catch(unlessAway);
      if (!error) report.archived += 1;
      // Forgotten, or deleted, in between.
      else if (!isNotFound(error)) {
        report.failed.push({ run: runOf(info), execution: executionOf(info), error });
        unread = Math.min(unread, tsToMs(info.closeTime));
      }
    }
  }
  return unread;
}

async function keepLink(access: Access, archive: Archive, info: ExecutionInfo): Promise<undefined> {
  const [run, execution] = [runOf(info), executionOf(info)];
  const seen: { first?: HistoryEvent; events: number } = { events: 0 };
  const pages = watched(rawHistory(access, run, { execution }), seen);
  const { digest } = await access.store.putStream(packHistory(pages));
  if (!seen.first) return;
  await load(access, [seen.first]);
  const { carried, forkedFrom } = await argumentOf(seen.first, createPayloadReader(access, run));
  const { graph, status, startedAt, endedAt = startedAt } = summaryOf(info);
  await archive.put({
    ...{ run, execution, graph, startedAt, digest },
    link: carried?.link ?? 0,
    status: isContinued(info) ? CONTINUED : status,
    closedAt: endedAt,
    events: seen.events,
    ...(isOverridden(info) && { overridden: true }),
    ...(forkedFrom !== undefined && { forkedFrom }),
  });
}

async function* watched(
  pages: AsyncIterable<HistoryEvent[]>,
  seen: { first?: HistoryEvent; events: number },
): AsyncGenerator<HistoryEvent[]> {
  for await (const page of pages) {
    if (page[0]) seen.first ??= page[0];
    seen.events = Math.max(seen.events, ...page.map(idOf));
    yield page;
  }
}

const isClosedRun = ({ memo, closeTime }: ExecutionInfo): boolean => Boolean(memo?.fields?.[START_MEMO] && closeTime);
const runOf = ({ execution }: ExecutionInfo): string => execution?.workflowId ?? '';
const executionOf = ({ execution }: ExecutionInfo): string => execution?.runId ?? '';

const AWAY = /^(store_|database_|not_reachable$)/;

/** The error, unless everything else would fail with it too. */
function unlessAway(error: unknown): Error {
  if (!(error instanceof Error) || (error instanceof EspalierError && AWAY.test(error.code))) throw error;
  return error;
}
