/**
 * A history as the workflow saw it: by activations, not by events.
 * 1. What lies before the start of a workflow task that completed was delivered with it, in one batch. A task that failed
 *    or timed out delivered nothing: the next one delivers the same again.
 * 2. Signals and updates come first, then the rest, each in history order. An accepted update is recorded after the
 *    completion of the task that delivered it.
 * 3. With the first task come signals, then updates, then a cancellation, then the start itself: the interpreter takes
 *    what waits for it before it begins.
 * 4. The time of a batch is the start of its task: what `Date.now()` said in the workflow.
 */
import { tsToMs } from '@temporalio/common/lib/time.js';
import { idOf, type HistoryEvent } from './history.js';

export interface Activation {
  /** Id of the event that started the task: how long the history was for the workflow, too. */
  readonly task: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The server suggested to continue as new. */
  readonly suggested: boolean;
  /** Bytes of history. */
  readonly size: number;
  /** What was delivered, in the order of the SDK. */
  readonly delivered: readonly HistoryEvent[];
  /** What the task did: events of its commands. */
  readonly commanded: readonly HistoryEvent[];
}

interface Task {
  readonly started: HistoryEvent;
  readonly completed: HistoryEvent;
  readonly delivered: HistoryEvent[];
  readonly commanded: HistoryEvent[];
}

/** Takes the events of one link, in order, page by page; gives the activations that are complete. */
export class ActivationReader {
  private waiting: HistoryEvent[] = [];
  private started: HistoryEvent | undefined;
  private delivering: HistoryEvent[] = [];

  /** What a task commanded must be in the same page as its completion (the server never parts them). */
  read(page: readonly HistoryEvent[]): readonly Activation[] {
    const tasks: Task[] = [];
    for (const event of page) {
      const task = tasks.at(-1);
      if (task && event.workflowExecutionUpdateAcceptedEventAttributes) task.delivered.push(event);
      else if (task && completionOf(event) === idOf(task.completed)) task.commanded.push(event);
      else this.step(event, tasks);
    }
    return tasks.map(activationOf);
  }

  private step(event: HistoryEvent, tasks: Task[]): void {
    if (event.workflowTaskStartedEventAttributes) {
      this.started = event;
      this.delivering = this.waiting;
      this.waiting = [];
    } else if (event.workflowTaskCompletedEventAttributes) {
      if (this.started) {
        tasks.push({ started: this.started, completed: event, delivered: this.delivering, commanded: [] });
      }
      this.forgetTask();
    } else if (event.workflowTaskFailedEventAttributes || event.workflowTaskTimedOutEventAttributes) {
      this.waiting = [...this.delivering, ...this.waiting];
      this.forgetTask();
    } else if (!isOwnTrace(event)) {
      this.waiting.push(event);
    }
  }

  private forgetTask(): void {
    this.started = undefined;
    this.delivering = [];
  }
}

/** What the server notes of tasks, and of updates that were answered: nobody delivers it. */
const isOwnTrace = (event: HistoryEvent): boolean =>
  Boolean(event.workflowTaskScheduledEventAttributes ?? event.workflowExecutionUpdateCompletedEventAttributes);

/** The time of an event in milliseconds, as workflow code reads it. */
export const timeOf = (event: HistoryEvent): number => tsToMs(event.eventTime);

function activationOf({ started, delivered, commanded }: Task): Activation {
  const attributes = started.workflowTaskStartedEventAttributes;
  return {
    task: idOf(started),
    at: timeOf(started),
    suggested: attributes?.suggestContinueAsNew ?? false,
    size: Number(attributes?.historySizeBytes ?? 0),
    delivered: inOrder(delivered),
    commanded,
  };
}

/** Sorting is stable: events of the same rank and place stay in history order. */
function inOrder(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const first = events.some(event => event.workflowExecutionStartedEventAttributes);
  const rank = first ? firstRank : laterRank;
  return events.toSorted((a, b) => rank(a) - rank(b) || (rank(a) === MESSAGE ? placeOf(a) - placeOf(b) : 0));
}

const MESSAGE = 0;

function laterRank(event: HistoryEvent): number {
  const { workflowExecutionSignaledEventAttributes: signal, workflowExecutionUpdateAcceptedEventAttributes: update } =
    event;
  return signal || update ? MESSAGE : 1;
}

function firstRank(event: HistoryEvent): number {
  if (event.workflowExecutionSignaledEventAttributes) return MESSAGE;
  if (event.workflowExecutionUpdateAcceptedEventAttributes) return 1;
  return event.workflowExecutionStartedEventAttributes ? 3 : 2;
}

/** An update says after which event it was delivered. */
function placeOf(event: HistoryEvent): number {
  const update = event.workflowExecutionUpdateAcceptedEventAttributes;
  return update ? Number(update.acceptedRequestSequencingEventId) + 0.5 : idOf(event);
}

/** The completion of the task that commanded the event, if one did. */
function completionOf(event: HistoryEvent): number | undefined {
  const attributes = event.attributes ? event[event.attributes as keyof HistoryEvent] : undefined;
  if (typeof attributes !== 'object' || attributes === null) return undefined;
  return 'workflowTaskCompletedEventId' in attributes ? Number(attributes.workflowTaskCompletedEventId) : undefined;
}
