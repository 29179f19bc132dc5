import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { serveSite, slowly, type Site } from '../../examples/crawl/site.js';
import { Espalier } from '../../src/client/espalier.js';
import type { RunView } from '../../src/run/run.js';
import { startServer, type EmbeddedServer } from '../../src/server/embedded.js';
import { launch, MAIN, type Command } from '../cli/espalier.js';
import { historyOf, type History, type HistoryEvent } from '../live/history.js';
import { readmeCommands } from './readme-commands.js';

const [onTemporal = '', inProcess = ''] = await readmeCommands('crawl');
const LAST_PART = '/sitemap/3';
const isPage = (path: string): boolean => !path.startsWith('/sitemap');

/** What the site was asked for by a run, and what the command said of it. */
interface Crawled {
  /** In the order in which pages were asked for, and parts of the sitemap answered. */
  readonly asked: readonly string[];
  readonly mostOpen: number;
  readonly run: string;
  readonly status: string;
  readonly outputs: unknown;
}

/** Executes a command of the README against a site of its own. */
async function crawl(command: string, address: string): Promise<Crawled> {
  const asked: string[] = [];
  let mostOpen = 0;
  // Where pages come too late, or too few at once, the site goes on after a while, and the tests say so.
  const patience = AbortSignal.timeout(40_000);
  const until = (holds: () => boolean) => vi.waitUntil(() => patience.aborted || holds(), { timeout: 60_000 });
  const site: Site = await serveSite(0, async (path, open) => {
    if (path === LAST_PART) await until(() => asked.some(isPage));
    asked.push(path);
    mostOpen = Math.max(mostOpen, open);
    if (isPage(path)) await until(() => mostOpen >= 4);
    await slowly(path);
  });
  let running: Command | undefined;
  try {
    const script = command.replace(/^espalier/, '"$0" "$1"').replace('http://127.0.0.1:4080', site.url);
    const program = ['bash', '-euc', `${script} -o json`, process.execPath, MAIN] as const;
    running = launch([], { program, env: { TEMPORAL_ADDRESS: address } });
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(0);
    return { asked, mostOpen, ...(JSON.parse(stdout) as Pick<Crawled, 'run' | 'status' | 'outputs'>) };
  } finally {
    await running?.kill();
    await site.stop();
  }
}

const INDEX = {
  words: expect.objectContaining({
    green: ['/green', '/green/sencha'],
    matcha: ['/green/matcha', '/tools/whisk'],
    tea: ['/', '/black', '/green', '/green/sencha', '/water'],
  }),
  linkedFrom: expect.objectContaining({
    '/milk': ['/black', '/black/assam'],
    '/tools/scales': ['/tools'],
    '/white': ['/'],
  }),
  missing: ['/white'],
};

describe('crawl, by the commands of its README', () => {
  let server: EmbeddedServer;
  let crawled: Crawled;
  let history: History;
  let view: RunView;

  beforeAll(async () => {
    server = await startServer({ headless: true });
    const { address } = server;
    crawled = await crawl(onTemporal, address);
    const connection = await Connection.connect({ address });
    const client = await Espalier.connect({ address, namespace: 'default' });
    history = await historyOf(new Client({ connection }), crawled.run);
    view = await client.run(crawled.run).view();
    await client.close();
    await connection.close();
  });
  afterAll(() => server.stop());

  /** Where in the history the activity of a node was scheduled, and where it had completed. */
  function activity(node: string) {
    const [scheduled, completed] = [history.of('ActivityTaskScheduled'), history.of('ActivityTaskCompleted')];
    const found = scheduled.find(event => event.activityTaskScheduledEventAttributes?.activityId === node);
    const ended = (event: HistoryEvent) => Number(event.activityTaskCompletedEventAttributes?.scheduledEventId);
    const end = completed.find(event => ended(event) === Number(found?.eventId));
    return { scheduled: Number(found?.eventId), completed: Number(end?.eventId) };
  }

  test('[ST-01] every page that the stream yields is fetched once, and is in the index', () => {
    const pages = crawled.asked.filter(isPage);
    expect(pages).toHaveLength(16);
    expect(new Set(pages).size).toBe(16);
    expect(crawled.outputs).toEqual(INDEX);
  });

  test('[ST-02] pages are fetched before the stream has ended, each as an activity of its item', () => {
    expect(crawled.asked.findIndex(isPage)).toBeLessThan(crawled.asked.indexOf(LAST_PART));
    expect(activity('pages[3]/fetch').scheduled).toBeLessThan(activity('frontier').completed);
    expect(activity('pages[3]/extract').scheduled).toBeGreaterThan(activity('pages[3]/fetch').completed);
  });

  test('[ST-03] four pages are open at once, and never more', () => {
    expect(crawled.mostOpen).toBe(4);
  });

  test('a page that is gone is the failure of its item alone', () => {
    expect(crawled.status).toBe('completed_with_errors');
    expect(view.failures).toMatchObject([
      { address: 'pages[15]/fetch', code: 'not_found', message: 'there is no page /white' },
    ]);
  });

  test('the same in one process', async () => {
    const { status, outputs, mostOpen } = await crawl(inProcess, server.address);
    expect({ status, outputs, mostOpen }).toEqual({ status: 'completed_with_errors', outputs: INDEX, mostOpen: 4 });
  });
});
