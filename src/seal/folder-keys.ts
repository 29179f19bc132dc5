import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasCode } from '../value/has-code.js';
import { EspalierError } from '../value/espalier-error.js';

import { KEY_BYTES, parseKey, type Keys } from './keys.js';

/**
 * Keys in the folder `dir`, a file for each tenant, made with random bytes when it is first needed: processes that need it
 * at once get the same. Its first line is the key, further ones are those before it, in base64.
 */
export function createFolderKeys(dir: string): Keys {
  const known = new Map<string, Promise<readonly [Uint8Array, ...Uint8Array[]]>>();
  const keysOf = (tenant: string): Promise<readonly [Uint8Array, ...Uint8Array[]]> => {
    const found = known.get(tenant) ?? read(join(resolve(dir), fileName(tenant)));
    known.set(tenant, found);
    // What is mended afterwards is read anew.
    found.catch(() => known.delete(tenant));
    return found;
  };
  return {
    of: async tenant => (await keysOf(tenant))[0],
    before: async tenant => (await keysOf(tenant)).slice(1),
  };
}

/** A namespace may have any name. */
const fileName = (tenant: string): string => encodeURIComponent(tenant).replaceAll('.', '%2E');

async function read(file: string): Promise<readonly [Uint8Array, ...Uint8Array[]]> {
  const lines = (await readOrMake(file)).split('\n').filter(line => line.trim() !== '');
  const keys = lines.map(line => parseKey(line.trim())).filter(key => key !== undefined);
  const [first, ...others] = keys;
  if (first && keys.length === lines.length) return [first, ...others];
  throw new EspalierError('invalid_key_file', `${file}: expected ${KEY_BYTES} bytes in base64 on each line`);
}

async function readOrMake(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  await make(file);
  return readFile(file, 'utf8');
}

/** A link appears whole or not at all, and never in the place of another. */
async function make(file: string): Promise<void> {
  const dir = resolve(file, '..');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const draft = join(dir, `.${randomUUID()}`);
  try {
    await writeFile(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true });
    await link(draft, file).catch(error => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}
