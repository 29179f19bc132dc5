/** What recorded histories rarely hold, by hand. */
import { describe, expect, test } from 'vitest';
import { ActivationReader } from '../../src/client/activations.js';
import { idOf, type HistoryEvent } from '../../src/client/history.js';
import { overTheWire } from './recorded.js';

/** Events numbered from 1, a second apart. */
const history = (...events: object[]): readonly HistoryEvent[] =>
  overTheWire({
    events: events.map((event, k) => ({ eventId: k + 1, eventTime: { seconds: k + 1, nanos: 999_999 }, ...event })),
  });

const started = { workflowExecutionStartedEventAttributes: {} };
const signal = (signalName: string) => ({ workflowExecutionSignaledEventAttributes: { signalName } });
const cancel = { workflowExecutionCancelRequestedEventAttributes: {} };
const scheduled = { workflowTaskScheduledEventAttributes: {} };
const begun = { workflowTaskStartedEventAttributes: { suggestContinueAsNew: true, historySizeBytes: 7 } };
const done = { workflowTaskCompletedEventAttributes: {} };
const failed = { workflowTaskFailedEventAttributes: {} };
const timedOut = { workflowTaskTimedOutEventAttributes: {} };
const activityDone = { activityTaskCompletedEventAttributes: {} };
const fired = { timerFiredEventAttributes: {} };
const command = (completion: number) => ({
  activityTaskScheduledEventAttributes: { workflowTaskCompletedEventId: completion },
});
const update = (after: number) => ({
  workflowExecutionUpdateAcceptedEventAttributes: { acceptedRequestSequencingEventId: after },
});

const read = (events: readonly HistoryEvent[]) =>
  new ActivationReader().read(events).map(({ task, delivered, commanded }) => ({
    task,
    delivered: delivered.map(idOf),
    commanded: commanded.map(idOf),
  }));
const FIRST = [started, scheduled, begun, done];

describe('an activation', () => {
  test('has the time of its task in whole milliseconds, and what the task says of the history', () => {
    const [activation] = new ActivationReader().read(history(...FIRST));
    expect(activation).toMatchObject({ task: 3, at: 3000, suggested: true, size: 7 });
  });

  test('hears signals before the rest, each in the order of the history', () => {
    const events = history(...FIRST, activityDone, signal('a'), fired, cancel, signal('b'), scheduled, begun, done);
    expect(read(events)[1]?.delivered).toEqual([6, 9, 5, 7, 8]);
  });

  test('that only refused an update hears nothing, also behind one that was answered', () => {
    const answered = { workflowExecutionUpdateCompletedEventAttributes: {} };
    const events = history(...FIRST, scheduled, begun, done, update(5), answered, scheduled, begun, done);
    expect(read(events).slice(1)).toEqual([
      { task: 6, delivered: [8], commanded: [] },
      { task: 11, delivered: [], commanded: [] },
    ]);
  });

  test('hears an accepted update where it was delivered, though it is recorded after the task', () => {
    const events = history(
      ...FIRST,
      signal('a'),
      activityDone,
      signal('b'),
      scheduled,
      begun,
      done,
      update(5),
      command(10),
    );
    expect(read(events)[1]).toEqual({ task: 9, delivered: [5, 11, 7, 6], commanded: [12] });
  });

  test('hears what came with the start in the order of the interpreter: signals, updates, a cancellation, the start', () => {
    const events = history(started, signal('a'), scheduled, cancel, signal('b'), begun, done, update(1));
    expect(read(events)[0]?.delivered).toEqual([2, 5, 8, 4, 1]);
  });

  test('hears again what a task was told that failed or timed out', () => {
    const events = history(
      ...FIRST,
      activityDone,
      scheduled,
      begun,
      fired,
      failed,
      scheduled,
      begun,
      timedOut,
      signal('a'),
      scheduled,
      begun,
      done,
    );
    expect(read(events)).toEqual([
      { task: 3, delivered: [1], commanded: [] },
      { task: 15, delivered: [13, 5, 8], commanded: [] },
    ]);
  });

  test('does not hear what came while its task was under way: the next one does', () => {
    const events = history(...FIRST, scheduled, begun, activityDone, done, command(8), fired, scheduled, begun, done);
    expect(read(events).slice(1)).toEqual([
      { task: 6, delivered: [], commanded: [9] },
      { task: 12, delivered: [7, 10], commanded: [] },
    ]);
  });

  test('is not there before its task has completed', () => {
    const reading = new ActivationReader();
    const events = history(...FIRST, activityDone, scheduled, begun, done, command(8));
    expect(reading.read(events.slice(0, 7))).toHaveLength(1);
    const [late] = reading.read(events.slice(7));
    expect([late?.delivered.map(idOf), late?.commanded.map(idOf)]).toEqual([[5], [9]]);
  });
});
