import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../src/store/blob-store.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { blobStoreContract, HOUR } from './contract.js';
import { damageContract, type DamageableStore } from './damage-contract.js';
import { BLOB_COUNT, numberedBlob } from './numbered-blob.js';

async function createDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'espalier-store-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function createTested(): Promise<DamageableStore> {
  const dir = join(await createDir(), 'blobs');
  const fileOf = (digest: string): string => join(dir, digest.slice(0, 2), digest.slice(2));
  return {
    store: createFolderStore(dir),
    putAt: (digest, time) => utimes(fileOf(digest), time / 1000, time / 1000),
    damage: async (digest, change) => writeFile(fileOf(digest), change(await readFile(fileOf(digest)))),
  };
}

blobStoreContract('a folder', createTested);
damageContract('a folder', createTested);

describe('a folder store', () => {
  const bytes = Buffer.from('a value that matters');
  const digest = digestOf(bytes);
  const fileIn = (dir: string): string => join(dir, digest.slice(0, 2), digest.slice(2));

  it('shows its blobs to another store on the same folder', async () => {
    const dir = await createDir();
    await createFolderStore(dir).put(digest, bytes);
    expect(await createFolderStore(dir).get(digest)).toEqual(bytes);
  });

  it('moves a damaged blob aside', async () => {
    const dir = await createDir();
    const store = createFolderStore(dir);
    await store.put(digest, bytes);
    await writeFile(fileIn(dir), 'a value that mutters');

    await expect(store.get(digest)).rejects.toThrow(/moved to .*damaged/);
    const [aside] = await readdir(join(dir, 'damaged'));
    expect(await readFile(join(dir, 'damaged', aside ?? ''), 'utf8')).toBe('a value that mutters');
  });

  it('says so when there is a file in its place', async () => {
    const dir = join(await createDir(), 'blobs');
    await writeFile(dir, 'x');
    const store = createFolderStore(dir);
    const refusal = { code: 'store_not_found', message: expect.stringContaining(dir) };
    await expect(store.put(digest, bytes)).rejects.toMatchObject(refusal);
    await expect(store.get(digest)).rejects.toMatchObject(refusal);
  });

  it.skipIf(process.platform !== 'linux')('says so when it may not write there', async () => {
    // Not even root may make folders there.
    const store = createFolderStore('/sys/kernel/blobs');
    await expect(store.put(digest, bytes)).rejects.toMatchObject({ code: 'store_denied' });
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

  it('never deletes as unused what is put at the same time', async () => {
    const { store, putAt } = await createTested();
    for (let round = 0; round < 100; round += 1) {
      await store.put(digest, bytes);
      await putAt(digest, Date.now() - 2 * HOUR);
      const collect = async (): Promise<void> => {
        // From one step of the other earlier to several later.
        for (let turn = 0; turn < round % 8; turn += 1) await new Promise(resolve => setImmediate(resolve));
        await store.delete(digest, Date.now() - HOUR);
      };
      await Promise.all([collect(), store.put(digest, bytes)]);
      expect(await store.has(digest)).toBe(true);
    }
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
