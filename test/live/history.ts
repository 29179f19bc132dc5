import type { Client } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';

type RawHistory = temporal.api.history.v1.IHistory;
export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
const { EventType } = proto.temporal.api.enums.v1;
const { Payload } = proto.temporal.api.common.v1;
const { History } = proto.temporal.api.history.v1;

/** The history of a run's last link. */
export interface History {
  readonly id: string;
  readonly raw: RawHistory;
  readonly events: readonly HistoryEvent[];
  /** How many events of a type there are: `ActivityTaskScheduled`. */
  count(type: string): number;
  of(type: string): readonly HistoryEvent[];
  /** In protobuf. */
  readonly bytes: number;
}

export async function historyOf(client: Client, id: string, runId?: string): Promise<History> {
  const raw = await client.workflow.getHandle(id, runId).fetchHistory();
  const events = raw.events ?? [];
  const of = (type: string): HistoryEvent[] => events.filter(event => typeOf(event) === type);
  const bytes = History.encode(History.fromObject(raw)).finish().length;
  return { id, raw, events, bytes, of, count: type => of(type).length };
}

/** The histories of all links of a run, the last one first. */
export async function linksOf(client: Client, id: string): Promise<readonly History[]> {
  const links: History[] = [];
  let runId: string | undefined;
  do {
    const link: History = await historyOf(client, id, runId);
    links.push(link);
    runId = link.events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  } while (runId !== undefined);
  return links;
}

/** `ActivityTaskScheduled` */
function typeOf(event: HistoryEvent): string {
  const name = EventType[event.eventType ?? 0] ?? '';
  const words = name.replace('EVENT_TYPE_', '').toLowerCase().split('_');
  return words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** The largest payload of a history, in bytes. */
export function largestPayload(events: readonly HistoryEvent[]): number {
  let largest = 0;
  const open: unknown[] = [...events];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || next instanceof Uint8Array) continue;
    if ('data' in next && 'metadata' in next)
      largest = Math.max(largest, Payload.encode(next as temporal.api.common.v1.IPayload).finish().length);
    else open.push(...Object.values(next));
  }
  return largest;
}

/** The activity's type. */
export const typeName = (event: HistoryEvent): string =>
  event.activityTaskScheduledEventAttributes?.activityType?.name ?? '';

/** How many activities of a type all links of a run have scheduled. */
export async function scheduled(client: Client, id: string, type: string): Promise<number> {
  const events = (await linksOf(client, id)).flatMap(link => link.of('ActivityTaskScheduled'));
  return events.filter(event => typeName(event) === type).length;
}
