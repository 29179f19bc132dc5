import { isJsonList, isJsonObject, type Json } from '../value/json.js';
import type { Access } from './access.js';
import { walkAll, type Finder } from './needed.js';

/** A blob that something names and that is not there. */
export interface DanglingRef {
  readonly digest: string;
  /** What names it, for people: `run coffee-1f0c`. One of them. */
  readonly where: string;
}
export interface RefReport {
  /** How many blobs are named. */
  readonly refs: number;
  readonly dangling: readonly DanglingRef[];
}

/** Walks everything that names blobs, and says which of them are not in the store. */
export async function checkRefs(access: Access): Promise<RefReport> {
  const named = new Map<string, string>();
  const finder: Finder = {
    ref: (digest, where) => void (named.has(digest) || named.set(digest, where)),
    text(text, where) {
      for (const digest of refsOf(parsed(text))) finder.ref(digest, where);
    },
  };
  const database = await access.storage.database();
  await walkAll({ access, database, counts: () => true, read: new Set() }, finder);
  const refs = named.size;
  for await (const { digest } of access.store.list()) named.delete(digest);
  return { refs, dangling: [...named].map(([digest, where]) => ({ digest, where })) };
}

const isDigest = (json: Json | undefined): json is string => typeof json === 'string' && /^[0-9a-f]{64}$/.test(json);

/**
 * Digests of leaves that do not carry their content, and of parts of results. What a leaf carries is somebody's own: whatever
 * it looks like, it names nothing.
 */
function* refsOf(json: Json): Generator<string> {
  const open: Json[] = [json];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (isJsonList(at)) for (const part of at) open.push(part);
    if (!isJsonObject(at)) continue;
    const { digest, size, inline, head, before } = at;
    const isLeaf = typeof size === 'number';
    if (isLeaf && inline === undefined && isDigest(digest)) yield digest;
    yield* [head, before].filter(isDigest);
    if (!isLeaf) open.push(...Object.values(at));
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
