import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunSummary } from '../../src/client/list.js';
import { graph } from '../../src/graph/graph.js';
import { refuses, steps, work } from './fixtures/steps.js';
import { Live } from './harness.js';
import { thrownBy, useEspalier } from './use-espalier.js';

const live = Live.use({ steps });
const espalier = useEspalier(live);
const n = z.number();

describe('the list', () => {
  test('finds runs by graph and status, page by page', async () => {
    const id = `listed${randomUUID().slice(0, 8)}`;
    const listed = (ms: number, onFailure: 'stop' | 'continue') =>
      graph({ id, in: { n }, out: { n }, onFailure }, (g, i) => {
        g.run(refuses, { n: i.n }, { when: { expr: 'n == 0', in: { n: i.n } } });
        return { out: { n: g.run(work, { n: i.n }, { options: { ms } }).n } };
      });
    const [done, withErrors, failed, cancelled, running, paused] = await Promise.all([
      espalier().start(listed(0, 'stop'), { input: { n: 1 } }),
      espalier().start(listed(0, 'continue'), { input: { n: 0 } }),
      espalier().start(listed(60_000, 'stop'), { input: { n: 0 } }),
      espalier().start(listed(60_000, 'stop'), { input: { n: 1 } }),
      espalier().start(listed(60_000, 'stop'), { input: { n: 1 } }),
      espalier().start(listed(60_000, 'stop'), { input: { n: 1 } }),
    ]);
    await Promise.all([cancelled.cancel(), paused.pause()]);
    const expected = new Map([
      [done.id, 'completed'],
      [withErrors.id, 'completed_with_errors'],
      [failed.id, 'failed'],
      [cancelled.id, 'cancelled'],
      [running.id, 'running'],
      [paused.id, 'paused'],
    ]);
    const statuses = (runs: readonly RunSummary[]) => new Map(runs.map(run => [run.id, run.status]));
    await expect.poll(async () => statuses((await espalier().list({ graph: id })).runs)).toEqual(expected);
    for (const [run, status] of expected) {
      const { runs } = await espalier().list({ graph: id, status: status as 'running' });
      expect(runs.map(found => found.id)).toEqual([run]);
    }
    const pages: RunSummary[][] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await espalier().list({ graph: id, limit: 4, ...(cursor && { cursor }) });
      pages.push([...page.runs]);
      cursor = page.cursor;
    }
    expect(pages.map(page => page.length).slice(0, 2)).toEqual([4, 2]);
    expect(statuses(pages.flat())).toEqual(expected);
    await Promise.all([running.cancel(), paused.cancel()]);
  });

  test('refuses what it can’t ask for', async () => {
    expect(await thrownBy(espalier().list({ graph: "x' OR 1=1" }))).toMatchObject({ code: 'invalid_query' });
    expect(await thrownBy(espalier().list({ cursor: 'nonsense' }))).toMatchObject({ code: 'invalid_query' });
  });
});
