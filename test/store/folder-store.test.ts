import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CorruptBlobError, digestOf } from '../../src/store/blob-store.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { blobStoreContract } from './contract.js';
import { BLOB_COUNT, numberedBlob } from './numbered-blob.js';

async function createDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'espalier-store-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

blobStoreContract('a folder', async () => createFolderStore(join(await createDir(), 'blobs')));

describe('a folder store', () => {
  const bytes = Buffer.from('a value that matters');
  const digest = digestOf(bytes);
  const fileIn = (dir: string): string => join(dir, digest.slice(0, 2), digest.slice(2));

  it('shows its blobs to another store on the same folder', async () => {
    const dir = await createDir();
    await createFolderStore(dir).put(digest, bytes);
    expect(await createFolderStore(dir).get(digest)).toEqual(bytes);
  });

  it('notices a damaged blob, moves it aside, and is repaired by the next put', async () => {
    const dir = await createDir();
    const store = createFolderStore(dir);
    await store.put(digest, bytes);
    await writeFile(fileIn(dir), 'a value that mutters');

    const failure = await store.get(digest).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CorruptBlobError);
    expect(failure).toMatchObject({ code: 'corrupt_blob', digest });
    const [aside] = await readdir(join(dir, 'damaged'));
    expect(await readFile(join(dir, 'damaged', aside ?? ''), 'utf8')).toBe('a value that mutters');

    expect(await store.has(digest)).toBe(false);
    await store.put(digest, bytes);
    expect(await store.get(digest)).toEqual(bytes);
  });

  it.each([
    ['in its first piece', 0],
    ['in its last piece', 299_999],
  ])('never gives all of a blob that is damaged %s, and moves it aside', async (_, at) => {
    const dir = await createDir();
    const store = createFolderStore(dir);
    const large = Buffer.alloc(300_000, 'large');
    const name = digestOf(large);
    await store.put(name, large);
    await writeFile(join(dir, name.slice(0, 2), name.slice(2)), large.fill('x', at, at + 1));

    let read = 0;
    const reading = await store.read(name);
    const all = async (): Promise<void> => {
      for await (const piece of reading?.bytes ?? []) read += piece.length;
    };
    await expect(all()).rejects.toMatchObject({ code: 'corrupt_blob', digest: name });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(300_000);
    expect(await store.has(name)).toBe(false);
    expect(await readdir(join(dir, 'damaged'))).toHaveLength(1);
  });

  it('gives nothing of a blob that is torn to nothing', async () => {
    const dir = await createDir();
    const store = createFolderStore(dir);
    await store.put(digest, bytes);
    await truncate(fileIn(dir), 0);
    const reading = await store.read(digest);
    const first = async () => reading?.bytes[Symbol.asyncIterator]().next();
    await expect(first()).rejects.toMatchObject({ code: 'corrupt_blob' });
  });

  it.skipIf(process.platform !== 'linux')(
    'keeps no file open of a reading that was given up, or never begun',
    async () => {
      const dir = await createDir();
      const store = createFolderStore(dir);
      const large = Buffer.alloc(1_000_000, 'large');
      await store.put(digestOf(large), large);
      await store.read(digestOf(large));
      for await (const piece of (await store.read(digestOf(large)))?.bytes ?? []) {
        expect(piece.length).toBeGreaterThan(0);
        expect(await openFiles(dir)).toHaveLength(1);
        break;
      }
      await expect.poll(() => openFiles(dir)).toEqual([]);
    },
  );

  it('repairs a torn blob by a put alone, without anybody having read it', async () => {
    const dir = await createDir();
    const store = createFolderStore(dir);
    await store.put(digest, bytes);
    await truncate(fileIn(dir), 3);
    await store.put(digest, bytes);
    expect(await store.get(digest)).toEqual(bytes);
  });

  it('reports damage to every one of many readers, never as bytes', async () => {
    const dir = await createDir();
    const store = createFolderStore(dir);
    await store.put(digest, bytes);
    await writeFile(fileIn(dir), 'x');
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => store.get(digest)));
    expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(answers.flatMap(answer => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []))).toEqual(
      [],
    );
  });

  it('removes drafts that dead processes left, not those being written', async () => {
    const dir = await createDir();
    await mkdir(join(dir, 'tmp'));
    for (const name of ['dead', 'writing']) await writeFile(join(dir, 'tmp', name), 'x');
    const longAgo = Date.now() / 1000 - 7200;
    await utimes(join(dir, 'tmp', 'dead'), longAgo, longAgo);
    await createFolderStore(dir).put(digest, bytes);
    expect(await readdir(join(dir, 'tmp'))).toEqual(['writing']);
  });

  it(
    'never shows a torn blob while processes put the same ones and one of them is killed',
    { timeout: 30_000 },
    async () => {
      const dir = await createDir();
      const store = createFolderStore(dir);
      const digests = Array.from({ length: BLOB_COUNT }, (_, number) => numberedBlob(number).digest);
      const [killed, survivor] = [startPutting(dir, Infinity), startPutting(dir, 1)];
      const dead = killed.after(10).then(() => killed.kill());
      // Always asks for the one being written. A torn one throws.
      for (const next of digests) while ((await store.get(next)) === undefined) expect(survivor.failed()).toBe(false);
      await dead;
      await Promise.all([killed.end, survivor.end]);
      expect([killed.failed(), survivor.failed()]).toEqual([true, false]);
    },
  );
});

/** Files below `dir` that this process has open. */
async function openFiles(dir: string): Promise<readonly string[]> {
  const names = await readdir('/proc/self/fd');
  const files = await Promise.all(names.map(name => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return files.filter(file => file.startsWith(dir));
}

function startPutting(dir: string, rounds: number) {
  const script = fileURLToPath(new URL('put-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dir, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout);
  return {
    after: (number: number) =>
      new Promise<void>(resolve => lines.on('line', line => Number(line) >= number && resolve())),
    kill: () => void child.kill('SIGKILL'),
    end: new Promise<void>(resolve => child.once('close', () => resolve())),
    failed: () => child.signalCode !== null || (child.exitCode ?? 0) !== 0,
  };
}
