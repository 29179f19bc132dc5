import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileKeys } from '../../src/seal/file-keys.js';
import { createFolderKeys } from '../../src/seal/folder-keys.js';
import { keyId, keyWithId } from '../../src/seal/keys.js';
import { someKey, thrownBy } from './kit.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64');

/** The key of `acme` that a process of its own finds or makes. */
async function keyOfChild(): Promise<string> {
  const program = fileURLToPath(new URL('./key-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder]);
  let out = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  await once(child, 'close');
  return out;
}

describe('keys in a folder [A5]', () => {
  test('are made when they are first needed, one for each tenant, for nobody else to read', async () => {
    const keys = createFolderKeys(join(folder, 'keys'));
    const [first, again, other] = [await keys.of('acme'), await keys.of('acme'), await keys.of('other')];
    expect(first).toHaveLength(32);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect((await stat(join(folder, 'keys', 'acme'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
    expect((await readdir(join(folder, 'keys'))).toSorted()).toEqual(['acme', 'other']);
    expect(await createFolderKeys(join(folder, 'keys')).of('acme')).toEqual(first);
  });

  test('are the same for all who need the first at once, other processes included', async () => {
    const here = Array.from({ length: 20 }, async () => base64(await createFolderKeys(folder).of('acme')));
    const all = await Promise.all([keyOfChild(), keyOfChild(), ...here]);
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toHaveLength(44);
  });

  test.each(['../acme', '..', '.', 'a/b', 'ä b'])('of tenant %s lie in the folder', async tenant => {
    await createFolderKeys(join(folder, 'keys')).of(tenant);
    expect(await readdir(folder)).toEqual(['keys']);
    expect(await readdir(join(folder, 'keys'))).toHaveLength(1);
  });

  test('that were replaced still open', async () => {
    const [now, before] = [someKey(), someKey()];
    await writeFile(join(folder, 'acme'), `${base64(now)}\n${base64(before)}\n`);
    const keys = createFolderKeys(folder);
    expect(await keys.of('acme')).toEqual(now);
    expect(await keyWithId(keys, 'acme', keyId(before))).toEqual(before);
    expect(await thrownBy(keyWithId(keys, 'acme', keyId(someKey())))).toMatchObject({ code: 'unknown_key' });
  });

  test('that are damaged are refused, without a word of them, and read anew when they are mended', async () => {
    const keys = createFolderKeys(folder);
    await writeFile(join(folder, 'acme'), base64(someKey()).slice(0, 30));
    const error = await thrownBy(keys.of('acme'));
    expect(error).toMatchObject({ code: 'invalid_key_file' });
    expect(error.message).not.toContain((await readFile(join(folder, 'acme'), 'utf8')).slice(0, 12));
    await rm(join(folder, 'acme'));
    expect(await keys.of('acme')).toHaveLength(32);
  });
});

describe('keys of a file [A5]', () => {
  const write = async (content: string): Promise<ReturnType<typeof createFileKeys>> => {
    await writeFile(join(folder, 'keys.json'), content);
    return createFileKeys(join(folder, 'keys.json'));
  };

  test('are by tenant, one or several', async () => {
    const [a, b, c] = [someKey(), someKey(), someKey()];
    const keys = await write(JSON.stringify({ acme: base64(a), other: [base64(b), base64(c)] }));
    expect(await keys.of('acme')).toEqual(a);
    expect([await keys.of('other'), await keys.before?.('other')]).toEqual([b, [c]]);
    expect(await thrownBy(keys.of('nobody'))).toMatchObject({ code: 'unknown_key' });
  });

  const RIGHT = base64(Buffer.alloc(32));
  test.each([
    '{',
    '[]',
    '{"acme":"c2hvcnQ="}',
    '{"acme":[]}',
    '{"acme":{"key":1}}',
    `{"acme":["${RIGHT}","c2hvcnQ="]}`,
  ])('are refused if they are %s, and not quoted', async content => {
    const error = await thrownBy((await write(content)).of('acme'));
    expect(error).toMatchObject({ code: 'invalid_key_file' });
    expect(error.message).not.toContain('c2hvcnQ');
  });
});
