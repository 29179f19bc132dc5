/**
 * Who uses the server of a data folder without having started it: a file `attached/PID` each. A `run` that started the
 * server for its own time waits for them before it stops it, so that runs side by side do not end with the first.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../server/process-identity.js';

const folderOf = (dataDir: string): string => join(dataDir, 'attached');

/** Says that this process uses the server. What is returned takes it back. */
export async function attach(dataDir: string): Promise<() => Promise<void>> {
  const file = join(folderOf(dataDir), String(process.pid));
  await mkdir(folderOf(dataDir), { recursive: true });
  const draft = join(dataDir, `.attached.${process.pid}`);
  await writeFile(draft, JSON.stringify(await identify(process.pid)));
  await rename(draft, file);
  return () => rm(file, { force: true });
}

/** Whether another process that is alive uses the server. Forgets those that died. */
export async function isAttached(dataDir: string): Promise<boolean> {
  for (const name of await readdir(folderOf(dataDir)).catch(() => [])) {
    const file = join(folderOf(dataDir), name);
    const identity = await readIdentity(file);
    if (identity && (await isAlive(identity))) return true;
    await rm(file, { force: true });
  }
  return false;
}

async function readIdentity(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
