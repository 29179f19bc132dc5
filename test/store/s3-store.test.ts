import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { digestOf } from '../../src/store/blob-store.js';
import { openBlobs } from '../../src/store/open-blobs.js';
import { blobStoreContract, HOUR, listOf } from './contract.js';
import { damageContract, type DamageableStore } from './damage-contract.js';
import { S3_CREDENTIALS, startS3, type S3Server } from './s3-server.js';

let s3: S3Server;
let count = 0;

beforeAll(async () => {
  for (const [name, value] of Object.entries(S3_CREDENTIALS)) vi.stubEnv(name, value);
  s3 = await startS3();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.stop();
});

const keyOf = (prefix: string, digest: string): string => `${prefix}/default/${digest.slice(0, 2)}/${digest.slice(2)}`;

async function createTested(): Promise<DamageableStore> {
  const prefix = `tested/${(count += 1)}`;
  const fileOf = (digest: string): string => s3.fileOf(keyOf(prefix, digest));
  return {
    store: await openBlobs(s3.target(prefix), 'default'),
    putAt: (digest, time) => utimes(fileOf(digest), time / 1000, time / 1000),
    damage: async (digest, change) => writeFile(fileOf(digest), change(await readFile(fileOf(digest)))),
  };
}

blobStoreContract('S3', createTested);
damageContract('S3', createTested);

describe('an S3 store', () => {
  const bytes = Buffer.from('a value that matters');
  const digest = digestOf(bytes);

  it('lists more blobs than S3 gives at once', async () => {
    const store = await openBlobs(s3.target('many'), 'default');
    await Promise.all(
      Array.from({ length: 1003 }, async (_, index) => {
        const file = s3.fileOf(keyOf('many', digestOf(Buffer.from(String(index)))));
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, String(index));
      }),
    );
    expect(new Set((await listOf(store)).map(({ digest }) => digest)).size).toBe(1003);
  });

  it('keeps nothing but blobs: no drafts, no uploads that were given up', async () => {
    const store = await openBlobs(s3.target('tidy'), 'default');
    await store.putStream(largeThen(() => undefined));
    const broken = largeThen(() => {
      throw new Error('no more');
    });
    await expect(store.putStream(broken)).rejects.toThrow('no more');
    const [blob] = await listOf(store);
    const files = await readdir(dirname(dirname(s3.fileOf(keyOf('tidy', blob?.digest ?? '')))), { recursive: true });
    expect(files.filter(file => file.endsWith('_object'))).toHaveLength(1);
    expect(await readdir(s3.uploads)).toEqual([]);
  });

  it('removes drafts that dead processes left when it is listed, not those being copied', async () => {
    const store = await openBlobs(s3.target('left'), 'default');
    await store.put(digest, bytes);
    const [dead, copied, other] = [randomUUID(), randomUUID(), 'other'].map(name =>
      s3.fileOf(`left/default/tmp/${name}`),
    );
    await mkdir(dirname(dead ?? ''), { recursive: true });
    for (const file of [dead ?? '', copied ?? '', other ?? '']) await writeFile(file, 'x');
    const longAgo = (Date.now() - 2 * HOUR) / 1000;
    for (const file of [dead ?? '', other ?? '']) await utimes(file, longAgo, longAgo);
    expect(await listOf(store)).toHaveLength(1);
    const left = (await readdir(dirname(dead ?? ''))).filter(name => name.endsWith('_object'));
    expect(left.toSorted()).toEqual([basename(copied ?? ''), basename(other ?? '')].toSorted());
  });

  it('says that it cannot be reached, and works when it can again', async () => {
    const server = await startRefusing();
    const store = await openBlobs(
      `s3://bucket/x?endpoint=${server.endpoint}&region=us-east-1&pathStyle=true`,
      'default',
    );
    await expect(store.put(digest, bytes)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(server.requests()).toBeGreaterThan(1);
    server.http.close();
    for (const call of [() => store.get(digest), () => store.has(digest), () => listOf(store)]) {
      await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' });
    }
  });

  it('says that it may not be used with these credentials', async () => {
    const store = await openBlobs(s3.target('denied'), 'default');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'SOMEBODY');
    const denied = await store.put(digest, bytes).catch((error: unknown) => error);
    vi.stubEnv('AWS_ACCESS_KEY_ID', S3_CREDENTIALS.AWS_ACCESS_KEY_ID);
    expect(denied).toMatchObject({ code: 'store_denied' });
    expect(String(denied)).not.toContain('SOMEBODY');
  });

  it('says that the bucket is not there', async () => {
    const target = s3.target('x').replace('s3://bucket/', 's3://no-such-bucket/');
    const store = await openBlobs(target, 'default');
    await expect(store.put(digest, bytes)).rejects.toMatchObject({ code: 'store_not_found' });
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'store_not_found' });
    await expect(listOf(store)).rejects.toMatchObject({ code: 'store_not_found' });
  });

  it('says what is missing when nobody named a region', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    await expect(openBlobs('s3://bucket', 'default')).rejects.toMatchObject({
      code: 'invalid_store',
      message: expect.stringMatching(/region=.*AWS_REGION/),
    });
  });
});

async function* largeThen(end: () => void): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < 6; piece += 1) yield Buffer.alloc(2_000_000, piece);
  end();
}

/** A server that answers everything with 503. */
async function startRefusing() {
  let requests = 0;
  const http: Server = createServer((request, response) => {
    requests += 1;
    request.resume();
    response.writeHead(503, { connection: 'close' }).end();
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { http, endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, requests: () => requests };
}
