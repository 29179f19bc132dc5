import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readlink, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectHttp } from '../../src/api/client/connect-http.js';
import { bytes, byteStream, text } from '../../src/graph/bytes.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import type { Leaf } from '../../src/value/value.js';
import { digestOf } from '../../src/store/blob-store.js';
import { texts } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { useService } from './service-harness.js';
import { startServiceProcess } from './service-process.js';

const MEGABYTE = 1024 * 1024;
const IMAGE = Buffer.alloc(MEGABYTE / 8, 'image');
const PAGE = '<script>alert("ä")</script>';
const shoot = step({
  id: 'shoot',
  in: { film: byteStream() },
  out: {
    image: byteStream({ media: 'image/png' }),
    thumb: bytes({ media: 'image/png' }),
    page: text({ media: 'text/html' }),
  },
});
const photo = graph(
  { id: 'photo', in: { film: byteStream() }, out: { image: byteStream(), thumb: bytes(), page: text() } },
  (g, i) => ({ out: g.run(shoot, { film: i.film }) }),
);
const live = Live.use({
  steps: [
    ...steps,
    impl(shoot, async ({ film }) => ({ image: film, thumb: (await buffer(film)).subarray(0, 9), page: PAGE })),
  ],
});
const service = useService(live);

const valuePath = (runId: string, digest: string): string => `/api/v1/runs/${runId}/values/${digest}`;
const fileOf = (digest: string): string => join(live.dataDir, 'blobs', 'default', digest.slice(0, 2), digest.slice(2));

/** A run that has ended, and the value it made: a text of `size` characters. */
async function made(size: number): Promise<{ readonly runId: string; readonly digest: string; readonly json: string }> {
  const run = await service().espalier.start(texts(1, size));
  await run.result();
  const [node] = (await run.view()).nodes;
  const leaf = node?.outputs?.['text'] as Leaf | undefined;
  return { runId: run.id, digest: leaf?.digest ?? '', json: JSON.stringify('x'.repeat(size)) };
}

/** A blob as large as nobody would hold it, without this process holding it. */
async function largeBlob(size: number): Promise<string> {
  const file = join(live.dataDir, 'large');
  const stream = createWriteStream(file);
  const hash = createHash('sha256');
  const piece = Buffer.alloc(MEGABYTE, 'large');
  for (let written = 0; written < size; written += piece.length) {
    hash.update(piece);
    if (!stream.write(piece)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  const digest = hash.digest('hex');
  await mkdir(join(fileOf(digest), '..'), { recursive: true });
  await rename(file, fileOf(digest));
  return digest;
}

describe('a value', () => {
  test('is its JSON, with its size, its type, and a tag that holds for ever', async () => {
    const { runId, digest, json } = await made(100_000);
    const response = await service().fetch(valuePath(runId, digest));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(json.length),
      etag: `"${digest}"`,
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(await response.text()).toBe(json);
  });

  test('that is small is there as well, though it stands in the view', async () => {
    const { runId, digest, json } = await made(100);
    const response = await service().fetch(valuePath(runId, digest));
    expect([await response.text(), response.headers.get('etag')]).toEqual([json, `"${digest}"`]);
  });

  test('is only its headers when no more is asked for', async () => {
    const { runId, digest, json } = await made(50_000);
    const response = await service().fetch(valuePath(runId, digest), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(json.length));
    expect(await response.text()).toBe('');
  });

  test.each(['"DIGEST"', 'W/"DIGEST"', '"other", "DIGEST"', '*'])('is not sent to who has it: %s', async tag => {
    const { runId, digest } = await made(50_000);
    const headers = { 'if-none-match': tag.replace('DIGEST', digest) };
    const response = await service().fetch(valuePath(runId, digest), { headers });
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe(`"${digest}"`);
    expect(await response.text()).toBe('');
    const other = await service().fetch(valuePath(runId, digest), { headers: { 'if-none-match': '"other"' } });
    expect((await other.text()).length).toBeGreaterThan(50_000);
  });

  test.each(['abc', 'A'.repeat(64), '..%2f..%2fetc%2fpasswd', `${'a'.repeat(64)}%0a`])(
    'has no digest like %s',
    async digest => {
      const response = await service().fetch(valuePath('nobody', digest));
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  test('is not found under a run that is not there, nor under a digest that names nothing', async () => {
    const { runId, digest } = await made(50_000);
    for (const path of [valuePath('nobody', digest), valuePath(runId, 'a'.repeat(64))]) {
      const response = await service().fetch(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ type: 'urn:espalier:not_found' });
    }
  });

  test('that is small and damaged is a problem, which nobody keeps', async () => {
    const { runId, digest } = await made(5_000);
    await writeFile(fileOf(digest), 'y'.repeat(5_002));
    const response = await service().fetch(valuePath(runId, digest));
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('cache-control')).toBeNull();
    expect(response.headers.get('etag')).toBeNull();
  });

  test('that is large and damaged breaks off, and the log says so', async () => {
    const { runId, digest } = await made(1_000_000);
    await writeFile(fileOf(digest), 'y'.repeat(1_000_002));
    const response = await service().fetch(valuePath(runId, digest));
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(service().log).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ runId, digest }) as unknown }),
    );
    expect((await service().fetch(valuePath(runId, digest))).status).toBe(404);
  });

  test.skipIf(process.platform !== 'linux')('that nobody reads to its end keeps no file open', async () => {
    const { runId } = await made(1);
    const digest = await largeBlob(20 * MEGABYTE);
    const open = async (): Promise<number> => {
      const names = await readdir('/proc/self/fd');
      const files = await Promise.all(names.map(name => readlink(`/proc/self/fd/${name}`).catch(() => '')));
      return files.filter(file => file === fileOf(digest)).length;
    };
    const gone = new AbortController();
    const response = await service().fetch(valuePath(runId, digest), { signal: gone.signal });
    expect(response.status).toBe(200);
    await expect.poll(open).toBe(1);
    gone.abort();
    await expect.poll(open).toBe(0);
  });

  test('of 150 MB passes through a service that does not grow by it', async ({ annotate }) => {
    const { runId } = await made(1);
    const digest = await largeBlob(150 * MEGABYTE);
    const process = await startServiceProcess(live);
    onTestFinished(() => process.kill());
    const memory = async (): Promise<number> => {
      const text = await (await fetch(`${process.url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1]);
    };
    const before = await memory();
    let [size, most, asked] = [0, before, 0];
    const hash = createHash('sha256');
    const response = await fetch(`${process.url}${valuePath(runId, digest)}`);
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      hash.update(piece);
      size += piece.length;
      if (size > asked * 20 * MEGABYTE) [asked, most] = [asked + 1, Math.max(most, await memory())];
    }
    await annotate(`grew by ${Math.round((most - before) / MEGABYTE)} MB`);
    expect(size).toBe(150 * MEGABYTE);
    expect(hash.digest('hex')).toBe(digest);
    expect(most - before).toBeLessThan(90 * MEGABYTE);
  });

  test('is what its digest says', async () => {
    const { runId, digest } = await made(30_000);
    const response = await service().fetch(valuePath(runId, digest));
    expect(digestOf(new Uint8Array(await response.arrayBuffer()))).toBe(digest);
  });
});

describe('text and bytes', () => {
  const shot = async () => {
    const run = await service().espalier.start(photo, { input: { film: Readable.from([IMAGE]) } });
    const result = await run.result();
    const leaves = (await run.view()).outputs as Readonly<Record<string, Leaf>>;
    const get = (port: string, headers: Readonly<Record<string, string>> = {}) =>
      service().fetch(valuePath(run.id, leaves[port]?.digest ?? ''), { headers });
    return { run, result, leaves, get };
  };

  test('are results in the types of code, and JSON to who knows no types', async () => {
    const { run, result, leaves } = await shot();
    const thumb = IMAGE.subarray(0, 9);
    expect([digestOf(await buffer(result.image)), Buffer.from(result.thumb), result.page]).toEqual([
      digestOf(IMAGE),
      thumb,
      PAGE,
    ]);
    expect(leaves['image']).toEqual({ digest: digestOf(IMAGE), size: IMAGE.length, media: 'image/png' });
    const json = { image: IMAGE.toString('base64'), thumb: thumb.toString('base64'), page: PAGE };
    expect(await connectHttp(service().url).run(run.id).result()).toEqual(json);
    const answer = await service().fetch(`/api/v1/runs/${run.id}/result`);
    expect(await answer.json()).toMatchObject({
      outputs: { thumb: json.thumb, page: PAGE },
      refs: { image: leaves['image'] },
    });
  });

  test('are sent as what they are, and a browser runs nothing of them', async () => {
    const { get } = await shot();
    const sent = async (port: string) => {
      const response = await get(port);
      const body = Buffer.from(await response.arrayBuffer());
      return [response.headers.get('content-type'), response.headers.get('content-security-policy'), digestOf(body)];
    };
    const sandbox = "sandbox; default-src 'none'";
    expect(await sent('image')).toEqual(['image/png', sandbox, digestOf(IMAGE)]);
    expect(await sent('thumb')).toEqual(['image/png', sandbox, digestOf(IMAGE.subarray(0, 9))]);
    expect(await sent('page')).toEqual(['text/html; charset=utf-8', sandbox, digestOf(Buffer.from(PAGE))]);
  });

  test.each<[string, string, number, string]>([
    ['image', 'bytes=10-19', 10, `bytes 10-19/${IMAGE.length}`],
    [
      'image',
      `bytes=${IMAGE.length - 3}-${IMAGE.length + 3}`,
      3,
      `bytes ${IMAGE.length - 3}-${IMAGE.length - 1}/${IMAGE.length}`,
    ],
    ['image', 'bytes=-5', 5, `bytes ${IMAGE.length - 5}-${IMAGE.length - 1}/${IMAGE.length}`],
    ['thumb', 'bytes=2-', 7, 'bytes 2-8/9'],
  ])('of %s a part is sent: %s', async (port, range, length, part) => {
    const { get, leaves } = await shot();
    const response = await get(port, { range, 'if-range': `"${leaves[port]?.digest}"` });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, part]);
    const start = Number(/\d+/.exec(part)?.[0]);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.equals(IMAGE.subarray(start, start + length))).toBe(true);
  });

  test('a range of nothing is refused; one of something else, of several parts or of nonsense is not heeded', async () => {
    const { get } = await shot();
    const beyond = await get('image', { range: `bytes=${IMAGE.length}-` });
    expect([beyond.status, beyond.headers.get('etag')]).toEqual([416, null]);
    for (const headers of [
      { range: 'bytes=0-1', 'if-range': '"other"' },
      { range: 'bytes=0-1,3-4' },
      { range: 'bytes=4-1' },
    ]) {
      const response = await get('thumb', headers);
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 9]);
    }
  });
});
