import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { bytes, byteStream, text, type ByteSource } from '../../src/graph/bytes.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { runLocal } from '../../src/local/run-local.js';
import { impl } from '../../src/step/impl.js';
import { loadValues } from '../../src/step/load-values.js';
import { makeValues } from '../../src/step/make-values.js';
import { digestOf, type BlobStore } from '../../src/store/blob-store.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { literal } from '../../src/value/leaf.js';
import { weight } from '../../src/value/size.js';
import { INLINE_LIMIT, type Leaf } from '../../src/value/value.js';
import { run, runOn } from './border-setup.js';

const execute = promisify(execFile);
const PNG = { media: 'image/png' };
const some = (size: number): Buffer => Buffer.alloc(size, 'some bytes');
async function digestsIn(store: BlobStore): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const { digest } of store.list()) digests.push(digest);
  return digests;
}
async function* pieces(...all: readonly Uint8Array[]) {
  yield* all;
}

const made = step({ id: 'made', in: {}, out: { it: byteStream(PNG) } });
const madeOf = (source: () => ByteSource, store: BlobStore) =>
  run(
    impl(made, () => ({ it: source() })),
    {},
    { store },
  ).then(({ it }) => it as Leaf);

describe('what a step gives', () => {
  test('bytes, a stream, a Readable and a generator that uses one buffer lie in the store once, as what they are', async () => {
    const store = createMemoryStore();
    const whole = some(3_000_000);
    const reusing = async function* () {
      const buffer = Buffer.alloc(999);
      for (let at = 0; at < whole.length; at += buffer.length) {
        yield buffer.subarray(0, whole.copy(buffer, 0, at));
      }
    };
    const leaf = { digest: digestOf(whole), size: whole.length, media: 'image/png' };
    const sources = [
      () => whole,
      () => pieces(whole),
      () => Readable.from([whole.subarray(0, 9), whole.subarray(9)]),
      reusing,
    ];
    for (const source of sources) expect(await madeOf(source, store)).toEqual(leaf);
    expect(await digestsIn(store)).toHaveLength(1);
    expect(digestOf((await store.get(leaf.digest)) ?? Buffer.of())).toBe(leaf.digest);
  });

  test('up to the inline limit it is inline: text as it is, bytes as base64, with the digest of the content', async () => {
    const store = createMemoryStore();
    const both = step({ id: 'both', in: {}, out: { text: text(), bytes: bytes(), none: byteStream() } });
    const give = { text: 'ä"', bytes: Uint8Array.of(255), none: Readable.from([]) };
    const leaves = await run(
      impl(both, () => give),
      {},
      { store },
    );
    expect(leaves).toEqual({
      text: { digest: digestOf(Buffer.from('ä"')), size: 3, inline: 'ä"', media: 'text/plain; charset=utf-8' },
      bytes: { digest: digestOf(Buffer.of(255)), size: 1, inline: '/w==', media: 'application/octet-stream' },
      none: { digest: digestOf(Buffer.of()), size: 0, inline: '', media: 'application/octet-stream' },
    });
    for (const leaf of Object.values(leaves))
      expect(Math.abs(weight(leaf) - JSON.stringify(leaf).length)).toBeLessThan(12);
    const most = some(((INLINE_LIMIT - 2) / 4) * 3 - 1.5);
    expect(await madeOf(() => most, store)).toMatchObject({ inline: most.toString('base64') });
    expect(await madeOf(() => pieces(most, Buffer.of(1, 2, 3)), store)).not.toHaveProperty('inline');
  });

  test('text of any length is UTF-8 in the store, with what conditions read of it beside', async () => {
    const store = createMemoryStore();
    const long = step({ id: 'long', in: {}, out: { it: text({ media: 'text/csv' }) } });
    const give = 'ä\n'.repeat(5000);
    const { it } = await run(
      impl(long, () => ({ it: give })),
      {},
      { store, peeks: { it: ['#len'] } },
    );
    expect(it).toMatchObject({ size: 15_000, media: 'text/csv; charset=utf-8', peek: { '#len': 10_000 } });
    expect(Buffer.from((await store.get(it?.digest ?? '')) ?? []).toString()).toBe(give);
    await expect(
      runOn(
        impl(long, () => ({ it: '\ud800' })),
        {},
      ),
    ).rejects.toMatchObject({ code: 'invalid_output' });
  });

  test('a stream that gives no bytes, or throws, fails the step and leaves nothing behind', async () => {
    const store = createMemoryStore();
    const texts = () => Readable.from(['text'.repeat(2000), 'b']) as AsyncIterable<Uint8Array>;
    await expect(madeOf(texts, store)).rejects.toMatchObject({ code: 'invalid_value' });
    const breaking = async function* () {
      yield some(10_000);
      throw new Error('the disk is gone');
    };
    await expect(madeOf(breaking, store)).rejects.toThrow('the disk is gone');
    await expect(madeOf(() => 'text' as never, store)).rejects.toMatchObject({ code: 'invalid_output' });
    expect(await digestsIn(store)).toEqual([]);
  });

  test('RN-17: no secret gets into the store as bytes, nor across the pieces of a stream [A5]', async () => {
    const store = createMemoryStore();
    const secret = 'sk-very-secret';
    const knows = step({ id: 'knows', in: {}, out: { it: byteStream() }, context: { key: z.string() } });
    const giving = (it: ByteSource) =>
      run(
        impl(knows, () => ({ it })),
        {},
        { store, context: { key: secret } },
      );
    const torn = [some(9000), Buffer.from(secret.slice(0, 5)), Buffer.from(secret.slice(5)), some(9000)];
    const refusal = { failure: { code: 'context_in_output' } };
    await expect(giving(Buffer.concat([some(2_000_000), Buffer.from(secret)]))).rejects.toMatchObject(refusal);
    await expect(giving(pieces(...torn))).rejects.toMatchObject(refusal);
    expect(await digestsIn(store)).toEqual([]);
    // The answer to a request knows what it was asked with, and that is not what it gives.
    const answer = Object.assign(Readable.from([some(5000)]), { request: { key: secret } });
    expect(await giving(answer)).toMatchObject({ it: { size: 5000 } });
  });

  test('JSON that is too large to be held twice has the digest of its canonical text', async () => {
    const store = createMemoryStore();
    const json = {
      rows: Array.from({ length: 300 }, (_, n) => ({ n, text: 'ä😀"'.repeat(5000) })),
      a: 'x'.repeat(200_000),
    };
    const { it } = await makeValues({ it: json }, store, { it: ['/rows#len'] });
    const { it: small } = await makeValues({ it: json.rows[0] ?? null }, store);
    expect(it).toMatchObject({ peek: { '/rows#len': 300 } });
    expect(await loadValues({ it: it as Leaf, small: small as Leaf }, store)).toEqual({
      it: json,
      small: json.rows[0],
    });
  });
});

describe('100 MB are never twice in memory, with a heap that could not hold the JSON twice', () => {
  test.each([
    ['a stream, not even once', 'stream', 80],
    ['bytes', 'bytes', 160],
    ['JSON', 'json', 220],
  ])('%s', async (_, kind, most) => {
    const dir = await mkdtemp(join(tmpdir(), 'espalier-bytes-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const child = fileURLToPath(new URL('bytes-child.ts', import.meta.url));
    const { stdout } = await execute(process.execPath, [
      '--max-old-space-size=130',
      '--import',
      'tsx',
      child,
      dir,
      kind,
    ]);
    const { size, grown } = JSON.parse(stdout) as { readonly size: number; readonly grown: number };
    expect(size).toBeGreaterThanOrEqual(100_000_000);
    expect(grown).toBeLessThan(most);
  });
});

describe('what a step reads', () => {
  const both = step({ id: 'both', in: { bytes: bytes(), stream: byteStream(), json: z.string() }, out: {} });
  const read = async (leaf: Leaf, store: BlobStore) => {
    const seen: unknown[] = [];
    const body = impl(both, async ({ bytes, stream, json }) => {
      seen.push(bytes instanceof Uint8Array, digestOf(bytes), stream.size);
      for (const _ of [1, 2]) seen.push(digestOf(await buffer(stream)));
      seen.push(json);
    });
    await run(body, { bytes: leaf, stream: leaf, json: leaf }, { store });
    return seen;
  };

  test.each([10, 100_000])('%d bytes come as bytes, as a stream that can be read again, or as base64', async size => {
    const store = createMemoryStore();
    const whole = some(size);
    const leaf = await madeOf(() => whole, store);
    const digest = digestOf(whole);
    expect(await read(leaf, store)).toEqual([true, digest, size, digest, digest, whole.toString('base64')]);
  });

  test.each([10, 100_000])('%d bytes that were given as JSON are decoded', async size => {
    const store = createMemoryStore();
    const base64 = some(size).toString('base64');
    const { it } = await makeValues({ it: base64 }, store);
    const digest = digestOf(some(size));
    expect(await read(it as Leaf, store)).toEqual([true, digest, size, digest, digest, base64]);
    await expect(read(literal('?'), store)).rejects.toMatchObject({ code: 'invalid_value' });
  });

  test('the same bytes are JSON for one and bytes for another', async () => {
    const store = createMemoryStore();
    const long = 'x'.repeat(5000);
    const { json } = await makeValues({ json: long }, store);
    const raw: Leaf = { digest: json?.digest ?? '', size: 5002, media: 'image/png' };
    const loaded = await loadValues({ list: { list: [json as Leaf, raw] } }, store);
    expect(loaded).toEqual({ list: [long, Buffer.from(JSON.stringify(long)).toString('base64')] });
  });

  test('IV-09: bytes that are gone fail the step as `hydration_failed`, also where they break in the middle of a stream', async () => {
    const store = createMemoryStore();
    const leaf = await madeOf(() => some(200_000), store);
    const gone = { ...leaf, digest: 'a'.repeat(64) };
    await expect(read(gone, store)).rejects.toMatchObject({ code: 'hydration_failed' });
    const streamed = step({ id: 'streamed', in: { it: byteStream() }, out: { it: byteStream() } });
    const damaged: BlobStore = {
      ...store,
      read: async digest => ({ ...(await store.read(digest)), size: 5, bytes: breaking() }),
    };
    const breaking = async function* () {
      yield some(9000);
      throw Object.assign(new Error('damaged'), { code: 'corrupt_blob' });
    };
    const copy = impl(streamed, ({ it }) => ({ it }));
    await expect(run(copy, { it: leaf }, { store: damaged })).rejects.toMatchObject({ code: 'hydration_failed' });
  });
});

describe('a run', () => {
  const copy = step({ id: 'copy', in: { it: byteStream(), say: text() }, out: { it: byteStream(PNG), say: text() } });
  const copies = graph(
    { id: 'copies', in: { it: byteStream(), say: text() }, out: { stream: byteStream(), bytes: bytes(), say: text() } },
    (g, i) => {
      const a = g.run(copy, { it: i.it, say: i.say }, { as: 'a' });
      const b = g.run(copy, { it: a.it, say: a.say }, { as: 'b' });
      return { out: { stream: a.it, bytes: b.it, say: b.say }, nodes: [a, b] };
    },
  );
  const steps = [impl(copy, ({ it, say }) => ({ it, say }))];

  test('takes and gives code, and JSON where only its document is known', async () => {
    const whole = some(50_000);
    const store = createMemoryStore();
    const { stream, bytes, say } = await runLocal(copies, {
      steps,
      store,
      input: { it: Readable.from([whole]), say: 'ü' },
    }).result();
    expect([digestOf(await buffer(stream)), digestOf(bytes), say]).toEqual([digestOf(whole), digestOf(whole), 'ü']);
    const base64 = whole.toString('base64');
    const run = runLocal(copies.document, { steps, store, input: { it: base64, say: 'ü' } });
    expect(await run.result()).toEqual({ stream: base64, bytes: base64, say: 'ü' });
    // The input of either run, and what every node made: one blob.
    expect(await digestsIn(store)).toHaveLength(1);
    const { outputs } = await run.view();
    expect(outputs).toMatchObject({ stream: { media: 'image/png', size: 50_000 } });
  });

  test('refuses input that is no base64, and takes an override as base64', async () => {
    const wrong = runLocal(copies.document, { steps, input: { it: 'YQ', say: '' } });
    await expect(wrong.result()).rejects.toMatchObject({ code: 'invalid_input' });
    const { out } = copies.at.a;
    const interventions = [{ at: out.it.text, kind: 'override', value: 'YWJj' }];
    const { stream, bytes } = await runLocal(copies, {
      steps,
      interventions,
      input: { it: Buffer.of(), say: '' },
    }).result();
    expect([await buffer(stream), Buffer.from(bytes)].map(String)).toEqual(['abc', 'abc']);
  });
});
