import { decodeSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import { tsToMs } from '@temporalio/common/lib/time.js';
// A CommonJS package whose names Node does not see: only its default export can be imported.
import proto, { type temporal } from '@temporalio/proto';
import { idProblem } from '../document/ids.js';
import { OVERRIDDEN_ATTRIBUTE, SEARCH_ATTRIBUTES, START_MEMO, STATUS_ATTRIBUTE } from '../protocol/names.js';
import type { RunStatus } from '../run/run.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import { sha256 } from '../value/sha256.js';
import type { Access } from './access.js';
import type { ArchivedLink } from '../store/archive.js';
import { archivedRuns, BEGINNING, type Place } from './archived-runs.js';
import { call, grpcCode, INVALID_ARGUMENT } from './call.js';
import { startMemoOf } from './start-memo.js';
import type { ExecutionInfo } from './executions.js';

export interface ListOptions {
  readonly graph?: string;
  readonly status?: Exclude<RunStatus, 'pending'>;
  /** Only those that ended and are overridden. */
  readonly overridden?: boolean;
  /** Only forks of this run, of those that Temporal knows; it is looked for page by page, as there is no index of it. */
  readonly forkedFrom?: string;
  /** From the page before. */
  readonly cursor?: string;
  /** The most runs of a page; 50 if not given. */
  readonly limit?: number;
}
export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** Where the next page begins; none if this is the last one. */
  readonly cursor?: string;
}
/** Milliseconds since the epoch. */
export interface RunSummary {
  readonly id: string;
  readonly graph: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Temporal has forgotten it: it is read from the archive. */
  readonly archived?: true;
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;
/** Where most workflows of a namespace are no runs, a page ends early, and its cursor leads on. */
const MOST_CALLS = 20;

type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;
const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

/**
 * A page of runs, latest first, as the visibility store knows them: some 50 ms behind. Those that Temporal has forgotten
 * come after its own.
 */
export async function listRuns(access: Access, options: ListOptions = {}): Promise<RunPage> {
  const query = await queryOf(access, options);
  const { cursor, forkedFrom } = options;
  const limit = Math.min(options.limit ?? DEFAULT_LIMIT, MOST);
  const text = cursor === undefined ? '' : textOf(cursor, query);
  const place = placeOf(text);
  const own = place ? { runs: [] } : await ownRuns(access, query, { limit, text, cursor, forkedFrom });
  if (own.rest !== undefined) return { runs: own.runs, cursor: cursorOf(own.rest, query) };
  if (forkedFrom !== undefined) return { runs: own.runs };
  // One is looked for even where there is no room: whether the page is the last one.
  const room = limit - own.runs.length;
  const archived = await archivedRuns(access, options, Math.max(1, room), place ?? BEGINNING);
  const next = room === 0 && archived.runs.length > 0 ? BEGINNING : archived.next;
  return {
    runs: [...own.runs, ...archived.runs.slice(0, room).map(archivedSummary)],
    ...(next && { cursor: cursorOf(textOfPlace(next), query) }),
  };
}

interface Wanted {
  readonly limit: number;
  readonly text: string;
  readonly cursor: string | undefined;
  readonly forkedFrom: string | undefined;
}

/** What Temporal knows, from `text` on; `rest` says where that goes on. */
async function ownRuns(
  access: Access,
  query: string,
  { limit, text, cursor, forkedFrom }: Wanted,
): Promise<{ readonly runs: readonly RunSummary[]; readonly rest?: string }> {
  const runs: RunSummary[] = [];
  let token: Uint8Array = Buffer.from(text, 'base64url');
  let calls = 0;
  do {
    calls += 1;
    const request = { namespace: access.namespace, query, pageSize: limit - runs.length, nextPageToken: token };
    const ask = () => access.client.workflowService.listWorkflowExecutions(request);
    const page = await call(access, ask).catch(error => {
      throw cursor !== undefined && grpcCode(error) === INVALID_ARGUMENT ? badCursor(cursor, error) : error;
    });
    // Somebody else's workflows in the same namespace are no runs.
    for (const info of page.executions) {
      if (!info.memo?.fields?.[START_MEMO]) continue;
      if (forkedFrom === undefined || (await isForkOf(access, info, forkedFrom))) runs.push(summaryOf(info));
    }
    token = page.nextPageToken;
  } while (token.length > 0 && runs.length < limit && calls < MOST_CALLS);
  return { runs, ...(token.length > 0 && { rest: Buffer.from(token).toString('base64url') }) };
}

/** Of one that can't be read here (it is encrypted with another key) that is not known. */
const isForkOf = async (access: Access, info: ExecutionInfo, run: string): Promise<boolean> =>
  (await startMemoOf(access, info).catch(() => undefined))?.forkedFrom === run;

/** No `ORDER BY`: not every visibility store has it. Older links of a run are no runs of their own. */
async function queryOf(access: Access, { graph, status, overridden }: ListOptions): Promise<string> {
  const terms = ["ExecutionStatus != 'ContinuedAsNew'"];
  const problem = graph === undefined ? undefined : idProblem(graph);
  if (problem) throw new EspalierError('invalid_query', `graph: ${problem}`);
  if (graph !== undefined) terms.push(`WorkflowType = '${graph}'`);
  if (status) terms.push(statusTerm(await access.isSearchable(), access.namespace, status));
  if (overridden) terms.push(await overriddenTerm(access));
  return terms.join(' AND ');
}

async function overriddenTerm(access: Access): Promise<string> {
  if (await access.isSearchable()) return `${OVERRIDDEN_ATTRIBUTE} = true`;
  throw notSearchable(access.namespace, OVERRIDDEN_ATTRIBUTE, "overridden runs can't be told from others");
}

function notSearchable(namespace: string, attribute: keyof typeof SEARCH_ATTRIBUTES, lost: string): EspalierError {
  const message = `namespace ${namespace} does not know the search attribute ${attribute}: ${lost}; register it`;
  return new EspalierError('not_searchable', `${message} (type ${SEARCH_ATTRIBUTES[attribute]})`);
}

function statusTerm(searchable: boolean, namespace: string, status: NonNullable<ListOptions['status']>): string {
  switch (status) {
    case 'failed':
      return "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')";
    case 'cancelled':
      return "ExecutionStatus = 'Canceled'";
    case 'running':
    case 'completed': {
      const unmarked = searchable ? ` AND ${STATUS_ATTRIBUTE} IS NULL` : '';
      return `ExecutionStatus = '${status === 'running' ? 'Running' : 'Completed'}'${unmarked}`;
    }
    case 'paused':
    case 'completed_with_overrides':
    case 'completed_with_errors': {
      if (searchable) return `${STATUS_ATTRIBUTE} = '${status}'`;
      const unmarked = status === 'paused' ? 'running' : 'completed';
      throw notSearchable(
        namespace,
        STATUS_ATTRIBUTE,
        `${status} runs can't be told from others (list ${unmarked} ones)`,
      );
    }
    default:
      throw new EspalierError('invalid_query', `status: expected that of a run, got ${JSON.stringify(status)}`);
  }
}

/** With this a place in the archive begins; the server's tokens are base64url, where it does not occur. */
const IN_ARCHIVE = '~';

const textOfPlace = (place: Place): string => IN_ARCHIVE + Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf(text: string): Place | undefined {
  if (!text.startsWith(IN_ARCHIVE)) return undefined;
  return JSON.parse(Buffer.from(text.slice(IN_ARCHIVE.length), 'base64url').toString()) as Place;
}

/** The server does not check what it is given: a cursor says itself which list it belongs to, and that it is whole. */
const cursorOf = (text: string, query: string): string => `${markOf(query, text)}.${text}`;

function textOf(cursor: string, query: string): string {
  const [mark, text] = cursor.split('.');
  if (text && cursor === `${mark}.${text}` && mark === markOf(query, text)) return text;
  throw badCursor(cursor);
}

const badCursor = (cursor: string, cause?: unknown): EspalierError =>
  new EspalierError('invalid_query', `cursor: expected that of a page of the same list, got ${quote(cursor)}`, {
    cause,
  });

const markOf = (query: string, text: string): string => sha256(`${query} ${text}`).slice(0, 8);

export function summaryOf(info: Info): RunSummary {
  return {
    id: info.execution?.workflowId ?? '',
    graph: info.type?.name ?? '',
    status: statusOf(info),
    startedAt: tsToMs(info.startTime),
    ...(info.closeTime && { endedAt: tsToMs(info.closeTime) }),
  };
}

export function archivedSummary({ run, graph, status, startedAt, closedAt }: ArchivedLink): RunSummary {
  // What it was archived with.
  return { id: run, graph, status: status as RunStatus, startedAt, endedAt: closedAt, archived: true };
}

/** Another link follows this one. */
export const isContinued = ({ status }: Info): boolean =>
  status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW;

export const isOverridden = (info: Info): boolean =>
  decodeSearchAttributes(info.searchAttributes?.indexedFields)[OVERRIDDEN_ATTRIBUTE]?.[0] === true;

function statusOf(info: Info): RunStatus {
  const marked = decodeSearchAttributes(info.searchAttributes?.indexedFields)[STATUS_ATTRIBUTE]?.[0];
  switch (info.status) {
    case WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED:
      return marked === 'completed_with_errors' || marked === 'completed_with_overrides' ? marked : 'completed';
    case WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED:
      return 'cancelled';
    case WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED:
    case WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED:
    case WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
      return 'failed';
    default:
      return marked === 'paused' ? marked : 'running';
  }
}
