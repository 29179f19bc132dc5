/**
 * The event history of one link, page by page: a history over 4 MB does not fit one answer, and a waiting read gives
 * nothing but new events until there are some.
 */
// The SDK resolves what lies in external storage in its own calls, not in a raw history: this is what it does it with.
import {
  extstoreInboundOptions,
  isReferencePayload,
  visit,
  walkGetWorkflowExecutionHistoryResponse,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
// A CommonJS package whose names Node does not see: only its default export can be imported.
import proto, { type temporal } from '@temporalio/proto';
import type { Access } from './access.js';
import { archivedPages } from './archived.js';
import { callPatiently } from './call.js';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export interface HistoryOptions {
  /** The Temporal run id of one link of the run; the latest if not given. */
  readonly execution?: string;
  /** Nothing but the event that closes the link. */
  readonly closeOnly?: boolean;
  /** Wait for events until the link has closed, instead of ending with the last one there is. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  /** The most transactions of a page; each wrote some events, from a few to a few hundred. */
  readonly pageSize?: number;
}

const PAGE = 100;
/**
 * Whoever may be a worker is told, too, of a task that is not written down: when it comes to nothing, or the server dies, its
 * ids are given to other events. The page of Temporal is not (temporalio/temporal#9325), so we say that we are it.
 */
const AS_READER = { 'client-name': 'temporal-ui' };
const { HISTORY_EVENT_FILTER_TYPE_ALL_EVENT: ALL_EVENT, HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT: CLOSE_EVENT } =
  proto.temporal.api.enums.v1.HistoryEventFilterType;

/**
 * Pages of events in order, none twice. What a workflow task commanded stands in the same page as its completion. An
 * empty page says that a waiting read had nothing new for a while. What steps were given is not in it.
 */
export async function* readHistory(
  access: Access,
  runId: string,
  options: HistoryOptions = {},
): AsyncIterable<readonly HistoryEvent[]> {
  for await (const events of rawHistory(access, runId, options)) {
    events.forEach(forgetInput);
    await load(access, events);
    yield events;
  }
}

/** The same as it was recorded: what lies in the store is a reference. From the archive if Temporal has forgotten it. */
export async function* rawHistory(
  access: Access,
  runId: string,
  options: HistoryOptions = {},
): AsyncGenerator<HistoryEvent[]> {
  let last = 0;
  try {
    for await (const events of ownPages(access, runId, options)) {
      last = Math.max(last, ...events.map(idOf));
      yield events;
    }
  } catch (error) {
    let page: HistoryEvent[] = [];
    for await (page of archivedPages(access, runId, options.execution, error)) {
      const rest = page.filter(event => idOf(event) > last);
      if (!options.closeOnly) yield rest;
    }
    if (options.closeOnly) yield page.slice(-1);
  }
}

/** What Temporal has. */
async function* ownPages(
  access: Access,
  runId: string,
  { execution, closeOnly = false, wait = false, signal, pageSize = PAGE }: HistoryOptions,
): AsyncGenerator<HistoryEvent[]> {
  let nextPageToken: Uint8Array = new Uint8Array();
  let last = 0;
  do {
    const request = {
      namespace: access.namespace,
      execution: { workflowId: runId, ...(execution && { runId: execution }) },
      maximumPageSize: pageSize,
      waitNewEvent: wait,
      historyEventFilterType: closeOnly ? CLOSE_EVENT : ALL_EVENT,
      nextPageToken,
    };
    const ask = () =>
      access.client.withMetadata(AS_READER, () => access.client.workflowService.getWorkflowExecutionHistory(request));
    const response = await callPatiently(access, ask, runId, signal);
    const events: HistoryEvent[] = (response.history?.events ?? []).filter(event => idOf(event) > last);
    last = events.reduce((most, event) => Math.max(most, idOf(event)), last);
    nextPageToken = response.nextPageToken;
    yield events;
  } while (nextPageToken.length > 0);
}

/** Puts what lies in the store in the place of its references. */
export async function load({ converter }: Access, events: HistoryEvent[]): Promise<void> {
  const inbound = extstoreInboundOptions(converter.externalStorage);
  await visit(historyWith(events.filter(mayRefer)), walkGetWorkflowExecutionHistoryResponse, inbound);
}

/** The visit of a payload costs more than all else that is done with an event: these, nearly all of a long history, have no reference. */
function mayRefer({
  workflowTaskScheduledEventAttributes: asked,
  workflowTaskStartedEventAttributes: begun,
  workflowTaskCompletedEventAttributes: done,
  activityTaskScheduledEventAttributes: scheduled,
  activityTaskStartedEventAttributes: started,
  activityTaskCompletedEventAttributes: completed,
}: HistoryEvent): boolean {
  if (asked ?? begun ?? done) return false;
  if (started) return Boolean(started.lastFailure);
  if (scheduled) return Boolean(scheduled.input);
  return !completed || (completed.result?.payloads ?? []).some(isReferencePayload);
}

/** In the form in which the SDK visits the payloads of events. */
export const historyWith = (events: HistoryEvent[]) => ({ history: { events } });

export function idOf({ eventId }: HistoryEvent): number {
  // `Number` would make text of it first.
  return typeof eventId === 'object' && eventId ? eventId.toNumber() : Number(eventId);
}

/** What steps were given is not read here; where it is large it would be loaded from the store for nothing. */
function forgetInput({ activityTaskScheduledEventAttributes: scheduled }: HistoryEvent): void {
  if (scheduled) scheduled.input = null;
}
