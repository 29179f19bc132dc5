/** What the histories of a run say of the moment at which something was killed. */
import { YIELDED } from '../../../src/protocol/names.js';
import type { LinkLimits } from '../../../src/protocol/start.js';
import type { Entry } from '../../../test/live/fixtures/ledger.js';
import type { History, HistoryEvent } from '../../../test/live/history.js';

export interface Facts {
  /** When it was killed, in milliseconds since the epoch. */
  readonly at: number;
  /** Who held then. */
  readonly held: Entry;
  /** The oldest link first. */
  readonly links: readonly History[];
  readonly limits: LinkLimits;
  /** Frames that each of its watchers had seen, at least. */
  readonly seen: number;
}

/** Between being scheduled and having ended, in milliseconds since the epoch. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whether the activity of an address was in flight. */
export const isInFlight = (facts: Facts, address: string): boolean =>
  executions(facts.links, address).some(({ from, to }) => from <= facts.at && facts.at < to);

/** Whether it had been, was not, and was again. */
export function isBetweenExecutions(facts: Facts, address: string): boolean {
  const spans = executions(facts.links, address);
  return (
    spans.some(({ to }) => to <= facts.at) && spans.some(({ from }) => facts.at < from) && !isInFlight(facts, address)
  );
}

/** How many batches of items had been taken. */
export const batchesTaken = ({ links, at }: Facts): number =>
  links.flatMap(({ events }) => events).filter(event => isBatch(event) && timeOf(event) <= at).length;

/** Whether a link had had all the events it may have, and the next one had not begun to work. */
export function isHandOver({ links, at, limits }: Facts): boolean {
  const most = limits.full?.events ?? limits.events;
  return links.some(({ events }, k) => {
    const [full, next] = [events[most - 1], links[k + 1]];
    const [begun] = next?.of('WorkflowTaskCompleted') ?? [];
    return full && begun && timeOf(full) <= at && at < timeOf(begun);
  });
}

function executions(links: readonly History[], address: string): readonly Span[] {
  return links.flatMap(({ events }) => {
    const closings = new Map(events.map(event => [closedBy(event), timeOf(event)]));
    const last = events.at(-1);
    const end = last ? timeOf(last) : 0;
    return events.flatMap(event => {
      const id = event.activityTaskScheduledEventAttributes?.activityId;
      if (id?.replace(/#\d+$/, '') !== address) return [];
      return [{ from: timeOf(event), to: closings.get(Number(event.eventId)) ?? end }];
    });
  });
}

/** The id of the event that scheduled what this one closes. */
function closedBy(event: HistoryEvent): number | undefined {
  const closing =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  return closing ? Number(closing.scheduledEventId) : undefined;
}

const isBatch = ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }: HistoryEvent): boolean =>
  accepted?.acceptedRequest?.input?.name === YIELDED;

const timeOf = ({ eventTime }: HistoryEvent): number =>
  Number(eventTime?.seconds) * 1000 + Number(eventTime?.nanos) / 1e6;
