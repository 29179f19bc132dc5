/** Garbage collection never takes what something needs, and the check notices what is gone. */
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { awaited } from '../../src/graph/awaited.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { createEncryption } from '../../src/seal/encryption.js';
import { impl } from '../../src/step/impl.js';
import { digestOf } from '../../src/value/digest.js';
import type { GraphRegistry } from '../../src/store/database/graph-registry.js';
import { openDatabase } from '../../src/store/database/open-database.js';
import { openBlobs } from '../../src/store/open-blobs.js';
import { digestOf as digestOfBytes, type BlobStore } from '../../src/store/blob-store.js';
import { Live } from './harness.js';
import { openNamespace, type OwnNamespace } from './own-namespace.js';

const n = z.number();
const text = z.string();
const pure = { pure: true, version: '1', cache: true } as const;
/** 20 kB of text that says which it is. */
const say = step({ id: 'say', in: { n }, out: { text } });
const keep = step({ id: 'keep', in: { n }, out: { text }, ...pure });
const size = step({ id: 'size', in: { text }, out: { n } });
const large = (what: string) => what.padEnd(20_000, what);
const steps = [
  impl(say, ({ n: of }) => ({ text: large(`said ${of} `) })),
  impl(keep, ({ n: of }) => ({ text: large(`kept ${of} `) })),
  impl(size, ({ text: of }) => ({ n: of.length })),
];
const made = graph({ id: 'made', in: { n, more: z.array(text) }, out: { n, text } }, (g, i) => {
  const said = g.run(say, { n: i.n });
  return { out: { n: g.run(size, { text: said.text }).n, text: g.run(keep, { n: i.n }).text } };
});
/** Reads what was said when somebody says so. */
const waits = graph({ id: 'waits', in: { n, go: awaited(z.boolean()) }, out: { n: n.optional() } }, (g, i) => {
  const said = g.run(say, { n: i.n }, { as: 'said' });
  return { out: { n: g.run(size, { text: said.text }, { when: i.go }).n } };
});
/** As an input: with it the start of a run does not fit into its history. */
const more = Array.from({ length: 30 }, (_, k) => `${k}`.repeat(3000));

const live = Live.use();
let own: OwnNamespace;
beforeAll(async () => {
  own = await openNamespace(live);
});

async function digestsOf(store: BlobStore): Promise<ReadonlySet<string>> {
  const digests = new Set<string>();
  for await (const { digest } of store.list()) digests.add(digest);
  return digests;
}

const EVERYTHING = { olderThan: 0 };

test('[A1] what runs, archived runs and cache entries need stays, all else goes', async () => {
  await live.work({ steps }, { namespace: own.name });
  const espalier = await own.connect();
  const { upkeep } = espalier;
  const store = await openBlobs(join(live.dataDir, 'blobs'), own.name);
  const start = async (of: number): Promise<string> => {
    const run = await espalier.start(made, { input: { n: of, more }, linkLimits: { events: 12 } });
    await run.result();
    return run.id;
  };
  const [kept, lost] = [await start(1), await start(2)];
  const open = await espalier.start(waits, { input: { n: 3 } });
  await expect.poll(async () => (await open.view()).nodes.find(({ at }) => at === 'said')?.state).toBe('completed');
  await upkeep.archive({ run: kept });
  await Promise.all([own.forget(kept), own.forget(lost)]);
  const orphans = await Promise.all([1, 2, 3].map(k => espalier.put({ orphan: large(`${k}`) })));
  const before = await digestsOf(store);

  // They are too young.
  expect(await upkeep.collect()).toMatchObject({ garbage: { blobs: 0 }, removed: { blobs: 0 }, entries: 2, steps: 1 });
  const foreseen = await upkeep.collect({ ...EVERYTHING, dryRun: true });
  expect(await digestsOf(store)).toEqual(before);
  const { garbage, removed } = await upkeep.collect(EVERYTHING);
  expect(removed).toEqual(garbage);
  expect(garbage).toEqual(foreseen.garbage);
  const left = await digestsOf(store);
  const gone = [...before].filter(digest => !left.has(digest));
  expect(gone).toEqual(expect.arrayContaining([...orphans.map(({ key }) => key), digestOf(large('said 2 '))]));
  expect(gone).toHaveLength(removed.blobs);

  // Nothing that was needed is gone.
  expect(await upkeep.check()).toMatchObject({ dangling: [] });
  expect(await espalier.run(kept, made).result()).toEqual({ n: 20_000, text: large('kept 1 ') });
  const again = await espalier.start(made, { input: { n: 2, more } });
  expect(await again.result()).toMatchObject({ text: large('kept 2 ') });
  const { nodes } = await again.view();
  expect(nodes.find(({ step: id }) => id === 'keep')).toMatchObject({ state: 'cached', from: { run: lost } });
  await open.intervene({ at: '$in.go', kind: 'input', value: true });
  expect(await open.result()).toEqual({ n: 20_000 });

  // With its entry goes what only the cache needed; but the archived run needs the same.
  await expect.poll(async () => (await again.view()).status).toBe('completed');
  await own.forget(again.id);
  expect(await upkeep.collect({ ...EVERYTHING, cacheOlderThan: 0 })).toMatchObject({ expired: 2, entries: 2 });
  const last = await digestsOf(store);
  expect([last.has(digestOf(large('kept 1 '))), last.has(digestOf(large('kept 2 ')))]).toEqual([true, false]);

  await store.delete(digestOf(large('kept 1 ')));
  const { dangling } = await upkeep.check();
  expect(dangling).toEqual([
    { digest: digestOf(large('kept 1 ')), where: expect.stringContaining(`archived run ${kept}`) as string },
  ]);
});

test('[A1] what a run comes to need while garbage is collected stays', async () => {
  await live.work({ steps }, { namespace: own.name });
  const file = join(live.dataDir, 'hooked.db');
  const database = await openDatabase(file);
  onTestFinished(() => database.close());
  let happens = async (): Promise<void> => {};
  const list: GraphRegistry['list'] = async options => {
    await happens();
    return database.graphs.list(options);
  };
  const espalier = await own.connect({ database: { ...database, graphs: { ...database.graphs, list } } });
  const run = await espalier.start(waits, { input: { n: 4 } });
  const orphan = await espalier.put(large('orphan '));
  happens = async () => {
    // Runs have been looked at by now.
    happens = async () => {};
    await run.intervene({ at: 'said.text', kind: 'override', ref: orphan });
  };
  expect((await espalier.upkeep.collect(EVERYTHING)).removed.blobs).toBeGreaterThan(0);
  await run.intervene({ at: '$in.go', kind: 'input', value: true });
  expect(await run.result()).toEqual({ n: large('orphan ').length });
});

test('[A1] what the state of a workflow names stays, part after part', async () => {
  const espalier = await own.connect();
  const store = await openBlobs(join(live.dataDir, 'blobs'), own.name);
  const put = async (json: object): Promise<string> => {
    const bytes = Buffer.from(JSON.stringify(json));
    await store.put(digestOfBytes(bytes), bytes);
    return digestOfBytes(bytes);
  };
  const [value, other] = [await put({ large: 1 }), await put({ large: 2 })];
  const first = await put({ before: null, results: [{ digest: value }] });
  // A value of somebody's may look like a part.
  const second = await put({ before: first, results: [{ inline: { head: other } }] });
  const digest = await put({ snapshot: { feed: { head: second } } });
  const start = await put({ key: 'k' });
  const database = await openDatabase(join(live.dataDir, 'espalier.db'));
  onTestFinished(() => database.close());
  const counts = { accepted: 2, ended: 2, failed: 0 };
  const saved = { runner: 'shop', id: 'o', start, digest, reason: 'stop', at: 1, execs: 1, ...counts } as const;
  await database.workflows(own.name).save(saved);
  const orphan = await put({ large: 3 });
  await espalier.upkeep.collect(EVERYTHING);
  const left = await digestsOf(store);
  const named = [value, other, first, second, digest, start];
  expect(named.filter(of => !left.has(of))).toEqual([]);
  expect(left.has(orphan)).toBe(false);
});

test('[A1] where a payload can’t be read nothing is removed: it may name anything', async () => {
  const espalier = await own.connect();
  const sealing = await own.connect({ codecs: [createEncryption({ of: async () => new Uint8Array(32) }, own.name)] });
  await espalier.put(large('orphan again '));
  const run = await sealing.start(waits, { input: { n: 5 } });
  const collecting = espalier.upkeep.collect(EVERYTHING);
  await expect(collecting).rejects.toMatchObject({ code: 'not_opened' });
  await expect(collecting).rejects.toThrow(run.id);
  // Nor does it keep anybody from what can be read.
  expect(await espalier.list({ forkedFrom: 'nobody' })).toEqual({ runs: [] });
  expect((await sealing.upkeep.collect({ ...EVERYTHING, dryRun: true })).garbage.blobs).toBeGreaterThan(0);
});
