/** Histories recorded on a real server, read without one. */
import { describe, expect, test } from 'vitest';
import { ActivationReader, timeOf, type Activation } from '../../src/client/activations.js';
import { Fold } from '../../src/client/fold.js';
import { FoldError } from '../../src/client/fold-error.js';
import { idOf, type HistoryEvent } from '../../src/client/history.js';
import type { Frame, RunView } from '../../src/run/run.js';
import { RECORDED, recorded, reader } from './recorded.js';

async function foldOf(
  pages: readonly (readonly HistoryEvent[])[],
): Promise<{ view: RunView; frames: readonly Frame[] }> {
  const fold = new Fold('recorded', reader);
  for (const page of pages) await fold.take(page);
  return { view: fold.record.view(), frames: fold.record.takeFrames() };
}
const all = async (name: string) => foldOf([recorded(name)]);
const short = (frames: readonly Frame[]): string[] => frames.map(({ id, kind, at }) => `${id} ${kind} ${at}`.trim());

/** As a server hands them out: a transaction to a page, a task's completion with what it commanded. */
function transactions(events: readonly HistoryEvent[]): readonly HistoryEvent[][] {
  const pages: HistoryEvent[][] = [];
  for (const event of events) {
    const page = pages.at(-1);
    const before = page?.[0];
    if (page && before?.workflowTaskCompletedEventAttributes && !isDelivery(event)) page.push(event);
    else pages.push([event]);
  }
  return pages;
}
const isDelivery = (event: HistoryEvent): boolean =>
  Boolean(
    event.workflowTaskScheduledEventAttributes ??
    event.workflowExecutionSignaledEventAttributes ??
    event.activityTaskStartedEventAttributes ??
    event.timerFiredEventAttributes,
  );

describe('activations', () => {
  test.each(RECORDED)('of "%s" are one per completed task, each event once, at the time of the task', name => {
    const events = recorded(name);
    const activations = new ActivationReader().read(events);
    const started = new Map(events.map(event => [idOf(event), event]));
    const completed = events.filter(event => event.workflowTaskCompletedEventAttributes);
    expect(activations.map(({ task }) => task)).toEqual(
      completed.map(event => Number(event.workflowTaskCompletedEventAttributes?.startedEventId)),
    );
    for (const { task, at } of activations) expect(at).toBe(timeOf(started.get(task) ?? {}));
    const heard = activations.flatMap(({ delivered, commanded }) => [...delivered, ...commanded]).map(idOf);
    const isOwn = ({ attributes }: HistoryEvent): boolean =>
      /^workflow(Task|ExecutionUpdateCompleted)/.test(attributes ?? '');
    const own = events.filter(isOwn).map(idOf);
    expect([...heard, ...own].toSorted((a, b) => a - b)).toEqual(events.map(idOf));
  });

  test.each(RECORDED)('of "%s" do not depend on how it is paged', name => {
    const events = recorded(name);
    const reading = new ActivationReader();
    const paged: Activation[] = transactions(events).flatMap(page => [...reading.read(page)]);
    expect(paged).toEqual(new ActivationReader().read(events));
  });
});

describe('the fold', () => {
  test.each([
    ['chain', 'completed'],
    ['fan-out', 'completed'],
    ['a-timer', 'completed'],
    ['a-branch-fails', 'completed_with_errors'],
    ['a-step-says-no', 'failed'],
    ['cancelled-by-a-signal', 'cancelled'],
    ['cancelled-by-temporal', 'cancelled'],
  ])('of "%s" ends as %s', async (name, status) => {
    const { view, frames } = await all(name);
    expect(view.status).toBe(status);
    expect(frames.at(-1)).toMatchObject({ kind: 'ended', status, time: view.endedAt });
  });

  test.each(RECORDED)('of "%s" does not depend on how it is paged', async name => {
    expect(await foldOf(transactions(recorded(name)))).toEqual(await all(name));
  });

  test('tells a pause that came with the start before anything else', async () => {
    expect(short((await all('paused-at-the-start')).frames).slice(0, 4)).toEqual([
      '0.4.1 run',
      '0.4.2 paused',
      '0.8.1 resumed',
      '0.8.2 scheduled w0000',
    ]);
  });

  test('of a later link goes on from the snapshot in its argument', async () => {
    const { view, frames } = await all('the-last-link');
    expect(view.link).toBeGreaterThan(0);
    expect(frames[0]?.id).toMatch(new RegExp(`^${view.link}\\.`));
    expect(view.nodes.every(node => node.state === 'completed')).toBe(true);
    expect(view.nodes[0]).toMatchObject({ attempts: 0, outputs: expect.anything() as unknown });
  });

  test('of a run under way shows what is in flight', async () => {
    const { view, frames } = await foldOf([recorded('chain').slice(0, 11)]);
    expect(view.status).toBe('running');
    expect(view.nodes.slice(0, 3).map(node => node.state)).toEqual(['completed', 'running', 'waiting']);
    expect(frames.some(({ kind }) => kind === 'ended')).toBe(false);
  });

  test('counts attempts, and keeps the times of the last one', async () => {
    const [node] = (await all('retries')).view.nodes;
    expect(node?.attempts).toBeGreaterThan(1);
    expect(node?.startedAt).toBeGreaterThanOrEqual(node?.scheduledAt ?? Infinity);
    expect(node?.endedAt).toBeGreaterThanOrEqual(node?.startedAt ?? Infinity);
  });
});

describe('a history that says something else than the engine', () => {
  const changed = (name: string, change: (event: HistoryEvent) => void): readonly HistoryEvent[] => {
    const events = recorded(name);
    events.forEach(change);
    return events;
  };

  test('by an activity that was not commanded is refused, naming it and its event', async () => {
    const events = changed('chain', ({ activityTaskScheduledEventAttributes: scheduled }) => {
      if (scheduled?.activityId === 'n0002') scheduled.activityId = 'somethingElse';
    });
    const folding = foldOf([events]);
    await expect(folding).rejects.toBeInstanceOf(FoldError);
    await expect(folding).rejects.toMatchObject({ code: 'fold_mismatch', event: 15 });
    await expect(folding).rejects.toThrow(/somethingElse/);
  });

  test('by an activity that is not there is refused', async () => {
    const events = recorded('chain').filter(
      event => event.activityTaskScheduledEventAttributes?.activityId !== 'n0000',
    );
    await expect(foldOf([events])).rejects.toThrow(/n0000, which is not there/);
  });

  test('by a timer nobody armed is refused', async () => {
    const events = changed('a-timer', ({ timerFiredEventAttributes: fired }) => {
      if (fired) fired.timerId = '7';
    });
    await expect(foldOf([events])).rejects.toThrow(/no timer 7/);
  });

  test('because another engine wrote it is refused', async () => {
    const events = changed('chain', ({ workflowExecutionStartedEventAttributes: started }) => {
      const payload = started?.input?.payloads?.[0];
      if (!payload?.data) return;
      const text = Buffer.from(payload.data).toString();
      payload.data = Buffer.from(text.replace('"engineVersion":1', '"engineVersion":99'));
    });
    await expect(foldOf([events])).rejects.toThrow(/engine version 99/);
  });
});
