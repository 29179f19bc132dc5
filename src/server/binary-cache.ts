/** The folder in which a fetched binary is kept: one file per version and platform, written whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BinarySearch, BinaryWay } from './binary-way.js';
import type { Release } from './release.js';

const DRAFT = '.fetch-';

/** A draft folder that old was left by a process that died. */
const LEFTOVER_MS = 3_600_000;

/** The binary fetched earlier, if it is still what it was. */
export const fromCache: BinaryWay = {
  name: 'cache',
  async find({ release, cacheDir }) {
    const file = cachedFile(cacheDir, release);
    const there = await stat(file).catch(() => undefined);
    if (there === undefined) throw new Error(`no ${file}`);
    await verify(file, release.binary);
    return file;
  },
};

/**
 * Lets `fetch` leave the binary in a fresh folder within the cache, verifies it and moves it into place: the kept path.
 * Several processes may do so at once: each has its own folder, and the last rename wins with the same bytes.
 */
export async function fetchIntoCache(
  { release, cacheDir }: BinarySearch,
  fetch: (draftDir: string) => Promise<string>,
): Promise<string> {
  if (release.binary === undefined) throw new Error(`no build is pinned for ${release.platform}`);
  await mkdir(cacheDir, { recursive: true });
  await removeLeftovers(cacheDir);
  const draftDir = await mkdtemp(join(cacheDir, DRAFT));
  try {
    const fetched = await fetch(draftDir);
    await verify(fetched, release.binary);
    await chmod(fetched, 0o755);
    await rename(fetched, cachedFile(cacheDir, release));
    return cachedFile(cacheDir, release);
  } finally {
    await rm(draftDir, { recursive: true, force: true });
  }
}

/** Throws unless the file has the SHA-256 that is expected of it. */
export async function verify(file: string, expected: string | undefined): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  const actual = hash.digest('hex');
  if (actual !== expected)
    throw new Error(`${file} has checksum ${actual}, expected ${expected ?? 'none: not pinned'}`);
}

function cachedFile(cacheDir: string, { version, platform }: Release): string {
  return join(cacheDir, `temporal-${version}-${platform}`);
}

async function removeLeftovers(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const draft = join(cacheDir, name);
    if (!name.startsWith(DRAFT)) continue;
    const since = (await stat(draft).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - since > LEFTOVER_MS) await rm(draft, { recursive: true, force: true });
  }
}
