/**
 * Removes blobs that nothing names any more.
 * 1. What could be a digest, wherever it stands, keeps a blob: nothing is missed, some garbage may stay.
 * 2. Nothing is removed that was put since `olderThan` before the beginning: who puts what is there renews it.
 * 3. Before anything is removed, runs that have gone on since the beginning are looked at once more.
 */
import type { CacheEntry } from '../store/step-cache.js';
import type { Access } from './access.js';
import { walkAll, walkExecutions, type Finder, type Walk } from './needed.js';

export interface GarbageOptions {
  /** Only counts. */
  readonly dryRun?: boolean;
  /** Nothing younger is removed, in milliseconds. Default an hour; with less, nobody may work meanwhile. */
  readonly olderThan?: number;
  /** Cache entries that are older are removed too, in milliseconds; without it, only expired ones. */
  readonly cacheOlderThan?: number;
}
export interface Amount {
  readonly blobs: number;
  readonly bytes: number;
}
export interface GarbageReport {
  /** All that was there. */
  readonly total: Amount;
  /** What nothing needs, and is old enough to be removed. */
  readonly garbage: Amount;
  readonly removed: Amount;
  /** Cache entries whose time is over, and how many there were. */
  readonly expired: number;
  readonly entries: number;
  /** Of how many steps. */
  readonly steps: number;
  /** How many links are archived. */
  readonly archived: number;
}

const HOUR = 3_600_000;
/** How much later than it began a run may become visible, in milliseconds. */
const LATE = 300_000;
const AT_ONCE = 16;

/** Throws what the server, the store or the database throws; nothing was removed then, or only garbage. */
export async function collectGarbage(access: Access, options: GarbageOptions = {}): Promise<GarbageReport> {
  const { dryRun = false, olderThan = HOUR, cacheOlderThan = Infinity } = options;
  const begun = Date.now();
  const database = await access.storage.database();
  const isOver = ({ expiresAt = Infinity, createdAt }: CacheEntry): boolean =>
    expiresAt <= begun || createdAt < begun - cacheOlderThan;
  const cache = await sortedCache(database.stepCache(access.namespace).entries(), isOver);
  if (!dryRun) await database.stepCache(access.namespace).delete(cache.over);

  const needed = new Set<string>();
  const walk = (): Walk => ({ access, database, counts: entry => !isOver(entry), read: new Set() });
  await walkAll(walk(), marker(needed));
  const since = new Date(begun - LATE).toISOString();
  await walkExecutions(
    walk(),
    marker(needed),
    `ExecutionStatus = 'Running' OR StartTime >= '${since}' OR CloseTime >= '${since}'`,
  );

  const swept = await sweep(access, needed, begun - olderThan, dryRun);
  let archived = 0;
  for await (const _ of database.archive(access.namespace).links()) archived += 1;
  return { ...swept, expired: cache.over.length, entries: cache.entries, steps: cache.steps, archived };
}

async function sortedCache(
  all: AsyncIterable<CacheEntry>,
  isOver: (entry: CacheEntry) => boolean,
): Promise<{ readonly over: readonly string[]; readonly entries: number; readonly steps: number }> {
  const over: string[] = [];
  const steps = new Set<string>();
  let entries = 0;
  for await (const entry of all) {
    entries += 1;
    steps.add(entry.step);
    if (isOver(entry)) over.push(entry.key);
  }
  return { over, entries, steps: steps.size };
}

const DIGEST = /[0-9a-f]{64}/g;

const marker = (needed: Set<string>): Finder => ({
  ref: digest => void needed.add(digest),
  text: text => {
    for (const [digest] of text.matchAll(DIGEST)) needed.add(digest);
  },
});

async function sweep(
  { store }: Access,
  needed: ReadonlySet<string>,
  notPutSince: number,
  dryRun: boolean,
): Promise<Pick<GarbageReport, 'total' | 'garbage' | 'removed'>> {
  const [total, garbage, removed] = [tally(), tally(), tally()];
  let going: Promise<void>[] = [];
  for await (const { digest, size, usedAt } of store.list()) {
    total.add(size);
    if (needed.has(digest) || usedAt > notPutSince) continue;
    garbage.add(size);
    if (dryRun) continue;
    going.push(store.delete(digest, notPutSince).then(gone => void (gone && removed.add(size))));
    if (going.length < AT_ONCE) continue;
    await Promise.all(going);
    going = [];
  }
  await Promise.all(going);
  return { total: total.amount, garbage: garbage.amount, removed: removed.amount };
}

function tally(): { readonly amount: Amount; add(bytes: number): void } {
  const amount = { blobs: 0, bytes: 0 };
  return {
    amount,
    add(bytes) {
      amount.blobs += 1;
      amount.bytes += bytes;
    },
  };
}
