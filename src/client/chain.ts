/**
 * A run is a chain of links: workflow executions under one id, each continued as the next. What the service still keeps
 * of it is read as one history, oldest link first.
 */
import { EspalierError } from '../value/espalier-error.js';
import type { StartArgument } from '../protocol/start.js';
import type { Access } from './access.js';
import { isNotFound, orArchived } from './archived.js';
import { describeRun } from './describe-run.js';
import { readHistory, type HistoryEvent } from './history.js';
import type { PayloadReader } from './payloads.js';

/** A number, or the oldest of those that have `RECENT` events together; the latest in any case. */
export type FirstLink = number | 'recent';

/** Events that are read in a moment, at some 20 µs each. */
const RECENT = 5000;

export interface ChainOptions {
  /** The first link to read; if it is gone, the oldest that is left. */
  readonly from?: FirstLink;
  /** Wait for more until the run has ended. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  /** Told the Temporal run id of a link before its first page. */
  readonly onLink?: (execution: string) => void;
}

/** Pages of all links from `from` on, as `readHistory` gives them. A link begins with its `WorkflowExecutionStarted`. */
export async function* readChain(
  access: Access,
  runId: string,
  read: PayloadReader,
  { from = 0, wait = false, signal, onLink }: ChainOptions = {},
): AsyncIterable<readonly HistoryEvent[]> {
  let execution: string | undefined = await executionOf(access, runId, read, from);
  while (execution !== undefined) {
    let next: string | undefined;
    onLink?.(execution);
    for await (const page of readHistory(access, runId, { execution, wait, ...(signal && { signal }) })) {
      next = page.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
      yield page;
    }
    execution = next;
  }
}

/** The argument a link was started with, from its first event. */
export async function argumentOf(event: HistoryEvent, read: PayloadReader): Promise<StartArgument> {
  const started = event.workflowExecutionStartedEventAttributes;
  const argument = await read.first<Partial<StartArgument> | undefined>(started?.input);
  if (argument?.engineVersion !== undefined && argument.plan) return argument as StartArgument;
  const type = started?.workflowType?.name ?? '?';
  throw new EspalierError(
    'not_found',
    `this workflow (${type}) is no run of a graph: it was started by something else`,
  );
}

/** The Temporal run id of a link, found by going back from the latest one. */
async function executionOf(access: Access, runId: string, read: PayloadReader, from: FirstLink): Promise<string> {
  const latest = await latestExecution(access, runId);
  let { execution, events } = latest;
  if (latest.isFirst) return execution;
  let first = await firstEvent(access, runId, execution);
  let number = (await argumentOf(first, read)).carried?.link ?? 0;
  for (; from === 'recent' || number > from; number -= 1) {
    const before = first.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) break;
    if (from === 'recent' && (events += await lengthOf(access, runId, before)) > RECENT) break;
    const earlier = await firstEvent(access, runId, before).catch(unlessGone);
    if (!earlier) break;
    [execution, first] = [before, earlier];
  }
  return execution;
}

/** Infinite of one that is gone. */
async function lengthOf(access: Access, runId: string, execution: string): Promise<number> {
  const ask = async () =>
    Number((await describeRun(access, runId, execution)).workflowExecutionInfo?.historyLength ?? Infinity);
  const length = await orArchived(access, runId, ask, ({ events }) => events, execution).catch(unlessGone);
  return length ?? Infinity;
}

/** `isFirst`: it is known that no link came before. */
async function latestExecution(
  access: Access,
  runId: string,
): Promise<{ readonly execution: string; readonly isFirst: boolean; readonly events: number }> {
  const ask = async () => {
    const { workflowExecutionInfo: info } = await describeRun(access, runId);
    const execution = info?.execution?.runId ?? '';
    const isFirst = execution !== '' && info?.firstRunId === execution;
    return { execution, isFirst, events: Number(info?.historyLength ?? 0) };
  };
  return orArchived(access, runId, ask, ({ execution, link, events }) => ({ execution, isFirst: link === 0, events }));
}

async function firstEvent(access: Access, runId: string, execution: string): Promise<HistoryEvent> {
  for await (const [event] of readHistory(access, runId, { execution, pageSize: 1 })) {
    if (event) return event;
  }
  throw new EspalierError('not_found', `run ${JSON.stringify(runId)} has no history`);
}

/** Temporal forgets old links when their retention is over, and nobody may have archived them. */
function unlessGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
