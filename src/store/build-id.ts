/**
 * What the code of a worker is called where its steps have no version: a digest of the package that it lies in. It changes
 * with every file that may be code, never with a function's text alone; so it may change too often, and never too seldom
 * unless the code lies elsewhere (in linked packages outside the workspace).
 */
import { createHash, type Hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';

export interface BuildIdOptions {
  /** Folders with no code in them: where values are kept. */
  readonly without?: readonly string[];
  /** Hears why there is none. */
  readonly warn: (message: string) => void;
}

const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
const MOST_FILES = 10_000;
const MOST_BYTES = 100 * 1_048_576;
/** What code is made of, and what is often read beside it. */
const SHIPPED = new Set(
  [
    ...['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx', 'wasm', 'node', 'py', 'sh', 'sql', 'graphql', 'proto'],
    ...['json', 'json5', 'yaml', 'yml', 'toml', 'xml', 'html', 'hbs', 'ejs', 'txt', 'md', 'csv'],
  ].map(extension => `.${extension}`),
);

/** Of all folders together: 16 hex digits; `undefined`, and a warning, if the code is too much to read or is not there. */
export async function buildIdOf(places: readonly string[], options: BuildIdOptions): Promise<string | undefined> {
  const hash = createHash('sha256');
  const without = new Set((options.without ?? []).map(folder => resolve(folder)));
  try {
    if (places.length === 0) throw new Error('the folder of their code is not known');
    const own = await Promise.all(places.map(folderOf));
    for (const root of [...new Set(own.map(rootOf))].sort()) {
      const lock = lockOf(root);
      if (lock !== undefined) await addFile(hash, lock, relative(root, lock));
      await addFiles(hash, root, await filesIn(root, { own, without }));
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const mend = 'give the contracts a `version`, or the worker a `buildId`';
    options.warn(`results of steps without a version are not cached: ${why}; ${mend}`);
    return undefined;
  }
  return hash.digest('hex').slice(0, 16);
}

/** The folder of this process's program, unless that is an installed one, which runs code that lies elsewhere. */
export function programFolders(program: string | undefined = process.argv[1]): readonly string[] {
  return program === undefined || program.split(sep).includes('node_modules') ? [] : [dirname(resolve(program))];
}

async function folderOf(place: string): Promise<string> {
  const path = resolve(place);
  return (await stat(path)).isDirectory() ? path : dirname(path);
}

/** The workspace that the folder's package is in, else the package, else the folder. */
function rootOf(folder: string): string {
  const home = upwards(folder).find(isPackage) ?? folder;
  const lock = lockOf(home);
  return lock !== undefined && isWorkspace(dirname(lock)) ? dirname(lock) : home;
}

const isPackage = (folder: string): boolean => existsSync(join(folder, 'package.json'));

function isWorkspace(folder: string): boolean {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return true;
  return isPackage(folder) && /"workspaces"\s*:/.test(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function lockOf(folder: string): string | undefined {
  const candidates = upwards(folder).flatMap(each => LOCKS.map(name => join(each, name)));
  return candidates.find(file => existsSync(file));
}

function upwards(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

interface Walk {
  /** Where the code was said to be: what is built lies there if it is what runs. */
  readonly own: readonly string[];
  readonly without: ReadonlySet<string>;
}

async function filesIn(root: string, walk: Walk): Promise<readonly string[]> {
  const files: string[] = [];
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && isSource(path, walk)) open.push(path);
      if (entry.isFile()) files.push(path);
    }
    if (files.length > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files in ${root}`);
  }
  return files.filter(file => SHIPPED.has(extname(file))).sort();
}

function isSource(folder: string, { own, without }: Walk): boolean {
  const name = folder.slice(folder.lastIndexOf(sep) + 1);
  if (own.some(each => (each + sep).startsWith(folder + sep))) return true;
  if (name === 'node_modules' || name.startsWith('.') || without.has(folder)) return false;
  return !((name === 'dist' || name === 'coverage') && isPackage(dirname(folder)));
}

async function addFiles(hash: Hash, root: string, files: readonly string[]): Promise<void> {
  let bytes = 0;
  for (const file of files) {
    bytes += (await stat(file)).size;
    if (bytes > MOST_BYTES) throw new Error(`the files in ${root} have more than ${MOST_BYTES} bytes`);
    await addFile(hash, file, relative(root, file));
  }
}

async function addFile(hash: Hash, file: string, name: string): Promise<void> {
  const content = await readFile(file);
  hash.update(JSON.stringify([name, content.length])).update(content);
}
