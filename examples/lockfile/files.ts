import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StepError } from 'espalier';
import { z } from 'zod';
import type { Package } from './contracts.js';

const Lock = z.object({
  name: z.string().optional(),
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.object({
      /** Where it is installed under another one. */
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

export async function readLock(path: string) {
  const file = resolve(path);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StepError('no_lock_file', `${file} can't be read: a package-lock.json was expected there`, { cause });
  });
  const lock = Lock.safeParse(parseJson(file, text));
  if (!lock.success) {
    throw new StepError('not_a_lock_file', `${file} is not a package-lock.json of version 2 or 3`, {
      cause: lock.error,
    });
  }
  const packages = Object.entries(lock.data.packages)
    .filter(([path, entry]) => path !== '' && !entry.link)
    .map(([path, entry]): Package => ({
      path,
      name: entry.name ?? path.replace(/^(.*\/)?node_modules\//, ''),
      version: entry.version ?? '?',
      ...(entry.license !== undefined && { license: entry.license }),
      dev: entry.dev ?? false,
      installScript: entry.hasInstallScript ?? false,
    }));
  return { project: lock.data.name ?? dirname(file), packages, folder: dirname(file) };
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StepError('not_a_lock_file', `${file} is not JSON`, { cause });
  }
}

/** Bytes of each package's own files, what is nested in it left out. A package that is not installed is not measured. */
export async function measure(
  packages: readonly Package[],
  folder: string,
  ctx: { readonly signal: AbortSignal; progress(done: number, total?: number): void },
) {
  const sizes: { path: string; bytes: number }[] = [];
  for (const [index, { path }] of packages.entries()) {
    ctx.signal.throwIfAborted();
    const bytes = await sizeOf(join(folder, path));
    if (bytes !== undefined) sizes.push({ path, bytes });
    ctx.progress(index + 1, packages.length);
  }
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes || a.path.localeCompare(b.path)).slice(0, 10);
  return { total: sizes.reduce((sum, { bytes }) => sum + bytes, 0), measured: sizes.length, largest };
}

async function sizeOf(folder: string): Promise<number | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  let bytes = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile()) bytes += (await stat(path)).size;
    else if (entry.isDirectory() && entry.name !== 'node_modules') bytes += (await sizeOf(path)) ?? 0;
  }
  return bytes;
}
