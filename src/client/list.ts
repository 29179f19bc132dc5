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
import { call, grpcCode, INVALID_ARGUMENT } from './call.js';

export interface ListOptions {
  readonly graph?: string;
  readonly status?: Exclude<RunStatus, 'pending'>;
  /** Only those that ended and are overridden. */
  readonly overridden?: boolean;
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
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;
/** Where most workflows of a namespace are no runs, a page ends early, and its cursor leads on. */
const MOST_CALLS = 20;

type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;
const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

/** A page of runs, latest first, as the visibility store knows them: some 50 ms behind. */
export async function listRuns(access: Access, options: ListOptions = {}): Promise<RunPage> {
  const query = await queryOf(access, options);
  const { cursor } = options;
  const limit = Math.min(options.limit ?? DEFAULT_LIMIT, MOST);
  const runs: RunSummary[] = [];
  let token = cursor === undefined ? new Uint8Array() : tokenOf(cursor, query);
  let calls = 0;
  do {
    calls += 1;
    const request = { namespace: access.namespace, query, pageSize: limit - runs.length, nextPageToken: token };
    const ask = () => access.client.workflowService.listWorkflowExecutions(request);
    const page = await call(access, ask).catch(error => {
      throw cursor !== undefined && grpcCode(error) === INVALID_ARGUMENT ? badCursor(cursor, error) : error;
    });
    // Somebody else's workflows in the same namespace are no runs.
    for (const info of page.executions) if (info.memo?.fields?.[START_MEMO]) runs.push(summaryOf(info));
    token = page.nextPageToken;
  } while (token.length > 0 && runs.length < limit && calls < MOST_CALLS);
  return { runs, ...(token.length > 0 && { cursor: cursorOf(token, query) }) };
}

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

/** The server does not check what it is given: a cursor says itself which list it belongs to, and that it is whole. */
function cursorOf(token: Uint8Array, query: string): string {
  const text = Buffer.from(token).toString('base64url');
  return `${markOf(query, text)}.${text}`;
}

function tokenOf(cursor: string, query: string): Uint8Array {
  const [mark, text] = cursor.split('.');
  if (text && cursor === `${mark}.${text}` && mark === markOf(query, text)) return Buffer.from(text, 'base64url');
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
