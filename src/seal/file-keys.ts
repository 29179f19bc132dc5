import { readFile } from 'node:fs/promises';
import { EspalierError } from '../value/espalier-error.js';
import { KEY_BYTES, parseKey, type Keys } from './keys.js';

type ByTenant = ReadonlyMap<string, readonly Uint8Array[]>;

/**
 * Keys of a JSON file, read when the first is needed: `{ TENANT: KEY }`, where KEY is 32 bytes in base64, or a list of such,
 * the one that seals first.
 */
export function createFileKeys(file: string): Keys {
  let reading: Promise<ByTenant> | undefined;
  const keysOf = async (tenant: string): Promise<readonly Uint8Array[]> => {
    reading ??= read(file).catch(error => {
      reading = undefined;
      throw error;
    });
    return (await reading).get(tenant) ?? [];
  };
  return {
    async of(tenant) {
      const [key] = await keysOf(tenant);
      if (key) return key;
      throw new EspalierError('unknown_key', `${file} has no key for tenant ${JSON.stringify(tenant)}`);
    },
    before: async tenant => (await keysOf(tenant)).slice(1),
  };
}

async function read(file: string): Promise<ByTenant> {
  const content = parsed(await readFile(file, 'utf8'));
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw refused(file, 'an object');
  const entries = Object.entries(content).map(([tenant, given]) => {
    const texts: readonly unknown[] = [given].flat();
    const keys = texts.map(parseKey).filter(key => key !== undefined);
    if (keys.length === 0 || keys.length < texts.length) throw refused(file, `keys at ${JSON.stringify(tenant)}`);
    return [tenant, keys] as const;
  });
  return new Map(entries);
}

/** The parser would quote what it can't read. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const refused = (file: string, what: string): EspalierError =>
  new EspalierError(
    'invalid_key_file',
    `${file}: expected ${what}, as in {"TENANT": "${KEY_BYTES} bytes in base64"}, or a list of such`,
  );
