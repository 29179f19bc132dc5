/** Views where the server is a stand-in: slow, silent, or one that has begun the run anew. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Access } from '../../src/client/access.js';
import type { HistoryEvent } from '../../src/client/history.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { Views } from '../../src/client/views.js';
import { recorded } from './recorded.js';
import { standInAccess } from './stand-in.js';

const CALL_LIMIT = 500;

interface Asked {
  readonly execution: { readonly runId?: string };
  readonly nextPageToken: Uint8Array;
}
/** The latest execution of the run, and how many events it has. */
interface Latest {
  readonly runId: string;
  readonly events: number;
}

/** An execution has the recorded history of its name, a page for each workflow task; `pause` is how long a page takes. */
function standIn(latest: () => Latest, pause: () => Promise<unknown> = async () => undefined): Access {
  const workflowService = {
    describeWorkflowExecution: async () => {
      const { runId, events } = latest();
      const workflowExecutionInfo = { execution: { runId }, historyLength: events };
      return { workflowExecutionInfo, pendingActivities: [] };
    },
    getWorkflowExecutionHistory: async ({ execution: { runId = '' }, nextPageToken: [page = 0] }: Asked) => {
      await pause();
      const pages = pagesOf(runId);
      const token = page + 1 < pages.length ? Uint8Array.of(page + 1) : new Uint8Array();
      return { history: { events: pages[page] }, nextPageToken: token };
    },
  };
  const client = {
    workflowService,
    withMetadata: (_: unknown, ask: () => Promise<unknown>) => ask(),
    withDeadline: (_: unknown, ask: () => Promise<unknown>) => ask(),
    withAbortSignal: (signal: AbortSignal, ask: () => Promise<unknown>) => Promise.race([ask(), aborted(signal)]),
  };
  return standInAccess(client, CALL_LIMIT);
}

function pagesOf(name: string): readonly (readonly HistoryEvent[])[] {
  const pages: HistoryEvent[][] = [[]];
  for (const event of recorded(name)) {
    if (event.workflowTaskScheduledEventAttributes) pages.push([]);
    pages.at(-1)?.push(event);
  }
  return pages;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const whole = (runId: string): Latest => ({ runId, events: recorded(runId).length });

test('a history may take longer than a call may', async () => {
  const each = 0.3 * CALL_LIMIT;
  expect(pagesOf('chain').length * each).toBeGreaterThan(1.5 * CALL_LIMIT);
  const slow = standIn(
    () => whole('chain'),
    () => wait(each),
  );
  expect(await new Views(slow).of('r')).toMatchObject({ status: 'completed' });
});

test('a server that goes silent while a history is read is not reachable, and the next reading begins anew', async () => {
  let calls = 0;
  const silent = standIn(
    () => whole('chain'),
    () => ((calls += 1) === 3 ? new Promise(() => undefined) : Promise.resolve()),
  );
  const views = new Views(silent);
  await expect(views.of('r')).rejects.toBeInstanceOf(NotReachableError);
  expect(await views.of('r')).toMatchObject({ status: 'completed' });
});

test('a run that was reset is read as it is now', async () => {
  let latest: Latest = { runId: 'chain', events: 1 };
  const views = new Views(standIn(() => latest));
  expect(await views.of('r')).toMatchObject({ graph: 'chain', status: 'pending' });
  latest = whole('fan-out');
  const view = await views.of('r');
  expect(view).toMatchObject({ status: 'completed' });
  expect(view).toEqual(await new Views(standIn(() => whole('fan-out'))).of('r'));
});
