import type { EngineEvent } from '../engine/event.js';
import type {
  GatherResult,
  KeepResult,
  LookUpResult,
  SliceResult,
  StepResult,
  StreamResult,
  SupplyResult,
} from '../protocol/activity.js';
import { activityFailure, traceOfFailed } from '../protocol/activity-failure.js';
import { executedEvent } from '../protocol/executed.js';
import { requestEvent, updateEvent } from '../protocol/request.js';
import type { StartArgument } from '../protocol/start.js';
import type { TimeTable } from '../run/times.js';
import { FoldError } from './fold-error.js';
import type { HistoryEvent } from './history.js';
import type { Flight, InFlight } from './in-flight.js';
import type { PayloadReader, Payloads } from './payloads.js';
import { traceOf } from './trace-of.js';

/** What the events of one link are read with. */
export interface LinkReader {
  readonly runId: string;
  readonly argument: StartArgument;
  readonly inFlight: InFlight;
  readonly times: TimeTable;
  readonly read: PayloadReader;
}

/** What the engine heard of an event that an activation delivered. */
export async function engineEvents(link: LinkReader, event: HistoryEvent, at: number): Promise<readonly EngineEvent[]> {
  const { read } = link;
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) return some(requestEvent(signal.signalName ?? '', at, await read.all(signal.input)));
  const update = updateOf(event);
  if (update) return some(updateEvent(update.name ?? '', at, await read.all(update.args)));
  if (event.workflowExecutionStartedEventAttributes) return begin(link.argument, at);
  if (event.workflowExecutionCancelRequestedEventAttributes) return [{ at, kind: 'cancelled' }];
  const fired = event.timerFiredEventAttributes;
  if (fired) {
    const timer = link.inFlight.timer(fired.timerId);
    if (timer === undefined) throw FoldError.at(link.runId, event, `the engine has no timer ${fired.timerId}`);
    return [{ at, kind: 'fired', timer }];
  }
  return activityEnd(link, event, at);
}

/** What an update that was accepted asks. */
export const updateOf = (event: HistoryEvent) =>
  event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;

function begin({ carried, inputs, known }: StartArgument, at: number): readonly EngineEvent[] {
  return [carried ? { at, kind: 'continued' } : { at, kind: 'started', inputs, ...(known && { known }) }];
}

async function activityEnd(link: LinkReader, event: HistoryEvent, at: number): Promise<readonly EngineEvent[]> {
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const flight = flightOf(link, event, completed.scheduledEventId);
    return [await success(link, flight, at, completed.result)];
  }
  const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  if (failed) {
    const { exec, limits, node } = flightOf(link, event, failed.scheduledEventId);
    const thrown = await link.read.failure(failed.failure);
    if (thrown) noteTrace(link, node, traceOfFailed(thrown));
    const error = activityFailure(thrown, limits);
    return [error ? { at, kind: 'failed', exec, error } : { at, kind: 'closed', exec }];
  }
  const cancelled = event.activityTaskCanceledEventAttributes;
  if (!cancelled) return [];
  return [{ at, kind: 'closed', exec: flightOf(link, event, cancelled.scheduledEventId).exec }];
}

async function success(
  link: LinkReader,
  { exec, kind, node }: Flight,
  at: number,
  result: Payloads,
): Promise<EngineEvent> {
  switch (kind) {
    case 'execute': {
      const ended = await link.read.first<StepResult | StreamResult>(result);
      if (node && 'miss' in ended && ended.miss) link.times.missed(node.address, node.generation, ended.miss);
      if ('trace' in ended) noteTrace(link, node, ended.trace);
      return executedEvent(at, exec, ended);
    }
    case 'lookUp':
      return { at, kind: 'found', exec, known: (await link.read.first<LookUpResult>(result)).known };
    case 'keep':
      return { at, kind: 'kept', exec, head: (await link.read.first<KeepResult>(result)).head };
    case 'checkpoint':
    case 'hook':
      return { at, kind: 'called', exec };
    case 'gather':
      return { at, kind: 'gathered', exec, value: (await link.read.first<GatherResult>(result)).value };
    case 'slice': {
      const { items, total } = await link.read.first<SliceResult>(result);
      return { at, kind: 'sliced', exec, items, total };
    }
    case 'resolve':
    case 'merge':
      return { at, kind: 'supplied', exec, value: (await link.read.first<SupplyResult>(result)).value };
  }
}

function noteTrace({ times, argument }: LinkReader, node: Flight['node'], own: string | undefined): void {
  const trace = traceOf(own, argument.trace);
  if (node && trace) times.traced(node.address, node.generation, trace);
}

function flightOf(link: LinkReader, event: HistoryEvent, scheduledEventId: unknown): Flight {
  const flight = link.inFlight.at(scheduledEventId);
  if (!flight) throw FoldError.at(link.runId, event, `the engine has no activity of event ${String(scheduledEventId)}`);
  return flight;
}

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
