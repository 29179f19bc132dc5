/** Reading a run where the server is a stand-in for the two calls that it takes. */
import { expect, test } from 'vitest';
import type { Access } from '../../src/client/access.js';
import { readChain } from '../../src/client/chain.js';
import { idOf, readHistory, type HistoryEvent } from '../../src/client/history.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { Views } from '../../src/client/views.js';
import { reader, recorded } from './recorded.js';
import { standInAccess } from './stand-in.js';

const NOT_FOUND = 5;
const UNAVAILABLE = 14;
const refusal = (code: number): Error => Object.assign(new Error(`code ${code}`), { code, details: '', metadata: {} });

interface Asked {
  readonly execution: { readonly runId?: string };
  readonly nextPageToken: Uint8Array;
}

/** Serves `pages` of the execution `latest`, and knows no other one; `fail` may throw instead of answering. */
function standIn(pages: readonly (readonly HistoryEvent[])[], fail: () => void = () => undefined): Access {
  const workflowService = {
    describeWorkflowExecution: () =>
      Promise.resolve({
        workflowExecutionInfo: { execution: { runId: 'latest' }, historyLength: pages.flat().length },
        pendingActivities: [],
      }),
    getWorkflowExecutionHistory: async ({ execution, nextPageToken }: Asked) => {
      fail();
      if (execution.runId !== 'latest') throw refusal(NOT_FOUND);
      const page = nextPageToken[0] ?? 0;
      const next = page + 1 < pages.length ? Uint8Array.of(page + 1) : new Uint8Array();
      return { history: { events: pages[page] }, nextPageToken: next };
    },
  };
  const within = (_: unknown, ask: () => Promise<unknown>) => ask();
  const client = { workflowService, withMetadata: within, withDeadline: within, withAbortSignal: within };
  return standInAccess(client);
}

async function idsOf(pages: AsyncIterable<readonly HistoryEvent[]>): Promise<readonly number[][]> {
  const ids: number[][] = [];
  for await (const page of pages) ids.push(page.map(idOf));
  return ids;
}

test('a run whose older links Temporal has forgotten is read from the oldest that is left', async () => {
  const events = recorded('the-last-link');
  expect(events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
  const access = standIn([events]);
  expect((await idsOf(readChain(access, 'r', reader, { from: 0 }))).flat()).toEqual(events.map(idOf));
  const { status, nodes, link } = await new Views(access).of('r');
  expect(status).toBe('completed');
  expect(link).toBeGreaterThan(0);
  expect(new Set(nodes.map(node => node.state))).toEqual(new Set(['completed']));
  expect([nodes[0]?.endedAt, nodes.at(-1)?.endedAt]).toEqual([undefined, expect.any(Number)]);
});

test('pages are read to the end, and an event that comes again is dropped', async () => {
  const events = recorded('chain');
  const access = standIn([events.slice(0, 10), events.slice(8, 20), [], events.slice(20)]);
  const pages = await idsOf(readHistory(access, 'r', { execution: 'latest' }));
  expect(pages.map(page => page.length)).toEqual([10, 10, 0, events.length - 20]);
  expect(pages.flat()).toEqual(events.map(idOf));
});

test('a server that is away for a moment is asked again', async () => {
  const events = recorded('chain');
  let failures = 0;
  const access = standIn([events], () => {
    failures += 1;
    if (failures <= 2) throw refusal(UNAVAILABLE);
  });
  expect((await idsOf(readHistory(access, 'r', { execution: 'latest' }))).flat()).toEqual(events.map(idOf));
});

test('a reader that is stopped stops at once, also while the server is away', async () => {
  const stop = new AbortController();
  const away = () => {
    stop.abort(new Error('enough'));
    throw refusal(UNAVAILABLE);
  };
  const reading = idsOf(readHistory(standIn([], away), 'r', { execution: 'latest', signal: stop.signal }));
  await expect(reading).rejects.toThrow('enough');
});

test('what is not there is `not_found`, and a failure of another kind is passed on', async () => {
  const reading = (code: number) =>
    idsOf(
      readHistory(
        standIn([], () => {
          throw refusal(code);
        }),
        'mine',
        { execution: 'latest' },
      ),
    );
  await expect(reading(NOT_FOUND)).rejects.toMatchObject({ code: 'not_found' });
  await expect(reading(NOT_FOUND)).rejects.toThrow(/"mine"/);
  await expect(reading(7)).rejects.toMatchObject({ code: 7 });
  await expect(reading(7)).rejects.not.toBeInstanceOf(NotReachableError);
});

/** A chain of executions `0`, `1`, …, the last of which is the latest, with as many events as said; undefined is gone. */
function chainOf(lengths: readonly (number | undefined)[]): Access {
  const [first] = recorded('the-last-link');
  const linkOf = (runId = String(lengths.length - 1)): { readonly runId: string; readonly events: number } => {
    const events = lengths[Number(runId)];
    if (events === undefined) throw refusal(NOT_FOUND);
    return { runId, events };
  };
  const workflowService = {
    describeWorkflowExecution: async ({ execution }: Asked) => {
      const { runId, events } = linkOf(execution.runId);
      return { workflowExecutionInfo: { execution: { runId }, historyLength: events }, pendingActivities: [] };
    },
    getWorkflowExecutionHistory: async ({ execution }: Asked) => {
      const before = Number(linkOf(execution.runId).runId) - 1;
      const attributes = {
        ...first?.workflowExecutionStartedEventAttributes,
        continuedExecutionRunId: before < 0 ? '' : String(before),
      };
      const events = [{ ...first, workflowExecutionStartedEventAttributes: attributes }];
      return { history: { events }, nextPageToken: new Uint8Array() };
    },
  };
  const within = (_: unknown, ask: () => Promise<unknown>) => ask();
  return standInAccess({ workflowService, withMetadata: within, withDeadline: within, withAbortSignal: within });
}

test.each([
  ['the latest, however long it is', [10, 10, 40_000], '2'],
  ['as many as have 5,000 events together', [10, 2001, 2000, 999, 2000], '2'],
  ['all of a short chain', [50, 50, 50, 7], '0'],
  ['those that are left', [50, undefined, 50, 7], '2'],
])('of a recent chain is read: %s', async (_, lengths, first) => {
  const links: string[] = [];
  const pages = readChain(chainOf(lengths), 'r', reader, { from: 'recent', onLink: link => links.push(link) });
  expect(await idsOf(pages)).toEqual([[1]]);
  expect(links).toEqual([first]);
});
