/** What Temporal has forgotten is read from the archive: a whole run, or its first links. */
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Frame, Run } from '../../src/run/run.js';
import { Espalier } from '../../src/client/espalier.js';
import type { AnyGraph } from '../../src/graph/contract.js';
import { graph } from '../../src/graph/graph.js';
import { createEncryption } from '../../src/seal/encryption.js';
import { chain, forked, workChain } from './fixtures/graphs.js';
import { inc, refuses, steps } from './fixtures/steps.js';
import { openDatabase } from '../../src/store/database/open-database.js';
import { Live } from './harness.js';
import { openNamespace, type OwnNamespace } from './own-namespace.js';
import { thrownBy } from './use-espalier.js';

const live = Live.use();
const n = z.number();
const long = chain(40);
const short = graph({ id: 'short', in: { n }, out: { n } }, (g, i) => ({ out: { n: g.run(inc, { n: i.n }).n } }));
const linkLimits = { events: 50 };
let own: OwnNamespace;
/** By what tests do with them. They ended before all tests: the server takes its time to let the latest ones go. */
const ids = { long: '', shared: '', failed: '', lost: '', short: [] as string[] };
beforeAll(async () => {
  own = await openNamespace(live);
  const { worker, done } = await live.work({ steps }, { namespace: own.name });
  const espalier = await Espalier.connect({
    address: live.address,
    dataDir: live.dataDir,
    taskQueue: live.queue,
    namespace: own.name,
  });
  const start = async (of: AnyGraph, options = {}): Promise<string> => {
    const run = await espalier.start(of.document, { input: { n: 1 }, ...options });
    await run.ended();
    return run.id;
  };
  ids.long = await start(long, { linkLimits });
  ids.shared = await start(long, { linkLimits });
  ids.failed = await start(forked(refuses));
  ids.lost = await start(workChain(1, { ms: 0 }));
  for (let k = 0; k < 6; k += 1) ids.short.unshift(await start(short));
  await espalier.close();
  worker.shutdown();
  await done;
});

async function framesOf(run: Run<unknown>): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of run.watch()) frames.push(frame);
  return frames;
}

test('a run that Temporal has forgotten is viewed, watched, found, listed and forked as before', async () => {
  const { name, connect, forget } = own;
  const espalier = await connect();
  const [run, failed] = [espalier.run(ids.long, long), espalier.run(ids.failed)];
  const before = {
    view: await run.view(),
    frames: await framesOf(run),
    failure: await thrownBy(failed.result()),
    found: await espalier.find(run.id),
  };
  const { link } = before.view;
  expect(link).toBeGreaterThan(2);

  const { upkeep } = espalier;
  await forget(ids.lost);
  await upkeep.archive();
  const known = 2 * (link + 1) + 7;
  expect(await upkeep.archive()).toEqual({ archived: 0, known, failed: [] });
  expect(await upkeep.archive({ all: true })).toEqual({ archived: 0, known, failed: [] });
  expect(await upkeep.archive({ run: run.id })).toEqual({ archived: 0, known: link + 1, failed: [] });
  // Archived is not forgotten: it is listed once.
  const { runs } = await espalier.list({ graph: long.id });
  expect(runs.map(({ archived }) => archived)).toEqual([undefined, undefined]);

  await forget(run.id, 2);
  const other = await connect();
  expect(await other.run(run.id).view()).toEqual(before.view);
  expect(await framesOf(other.run(run.id))).toEqual(before.frames);

  await forget(run.id);
  await forget(failed.id);
  // One that has seen it, and one that has not.
  for (const client of [other, await connect()]) {
    const again = client.run(run.id, long);
    expect(await again.view()).toEqual(before.view);
    expect(await framesOf(again)).toEqual(before.frames);
    expect(await again.result()).toEqual({ n: 41 });
    expect(await client.find(run.id)).toEqual({ ...before.found, archived: true });
    expect(await thrownBy(again.cancel())).toMatchObject({ code: 'run_finished', status: 'completed' });
    expect(await thrownBy(client.run(failed.id).result())).toEqual(before.failure);
    expect(await thrownBy(client.run(ids.lost).view())).toMatchObject({ code: 'not_found' });
  }
  expect((await other.list({ status: 'failed' })).runs).toMatchObject([{ id: failed.id, archived: true }]);
  expect((await other.list({ graph: long.id })).runs.at(-1)).toEqual({ ...before.found, archived: true });
  expect((await other.list({ status: 'running' })).runs).toEqual([]);

  await live.work({ steps }, { namespace: name });
  const fork = await other.fork(other.run(run.id, long), { from: ['n0039'] });
  expect(await fork.result()).toEqual({ n: 41 });
  const { nodes } = await fork.view();
  expect(nodes.filter(({ from }) => from === undefined).map(({ at }) => at)).toEqual(['n0039']);
  expect((await other.diff(run.id, fork.id)).differing).toEqual([]);
});

test('the list goes from what Temporal knows to what it has forgotten, page by page, without gap or double', async () => {
  const espalier = await own.connect();
  for (const run of ids.short) await espalier.upkeep.archive({ run });
  const gone = ids.short.slice(2, 5);
  await Promise.all(gone.map(id => own.forget(id)));
  for (const limit of [1, 2, 3, 4, 50]) {
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await espalier.list({ graph: short.id, limit, ...(cursor !== undefined && { cursor }) });
      expect(page.runs.length).toBeLessThanOrEqual(limit);
      listed.push(...page.runs.map(({ id }) => id));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(listed).toEqual([...ids.short.filter(id => !gone.includes(id)), ...gone]);
  }
});

test('of several who archive at once one does, and all read what it has kept', async () => {
  // Each with a database of its own connection; nothing is in it yet.
  const database = join(live.dataDir, 'shared.db');
  const [one, two] = [await own.connect({ database }), await own.connect({ database })];
  const { signal } = new AbortController();
  const reports = await Promise.all([one, two, one, two].map(({ upkeep }) => upkeep.archiveInTurn(signal)));
  expect(reports.filter(report => report !== undefined)).toHaveLength(1);
  expect((await two.upkeep.archiveInTurn(signal))?.archived).toBe(0);
  await own.forget(ids.shared);
  for (const client of [one, two]) expect(await client.run(ids.shared, long).result()).toEqual({ n: 41 });
});

test('who can’t read a run archives the others, and does not pass over it for those who can', async () => {
  const database = join(live.dataDir, 'sealed.db');
  const codecs = [createEncryption({ of: async () => new Uint8Array(32) }, own.name)];
  const [without, having] = [await own.connect({ database }), await own.connect({ database, codecs })];
  const sealed = await having.start(short.document, { input: { n: 1 } });
  const open = await without.start(short.document, { input: { n: 1 } });
  for (const { id } of [sealed, open])
    await live.client.workflowService.terminateWorkflowExecution({
      namespace: own.name,
      workflowExecution: { workflowId: id },
    });
  await expect.poll(async () => (await without.find(open.id)).endedAt).toBeDefined();
  const { endedAt = 0 } = await without.find(sealed.id);
  const archive = async () => without.upkeep.archive();
  await expect.poll(async () => (await archive()).failed.map(({ run }) => run)).toEqual([sealed.id]);
  const opened = await openDatabase(database);
  onTestFinished(() => opened.close());
  expect(await opened.archive(own.name).closedUntil()).toBeLessThanOrEqual(endedAt);
  const { archived, failed } = await having.upkeep.archive();
  expect({ archived, failed }).toEqual({ archived: 1, failed: [] });
});
