/**
 * At most one server per data folder: a second one on the same SQLite file would start without complaint.
 * 1. The lock is the file `lock.N` with the highest N; it is free when it is empty of holders or all of them are dead.
 * 2. It is taken by creating `lock.N+1` whole and exclusively, so of two that find the same free lock only one gets it.
 *    (A lock that is removed or overwritten to take it over would let both through.)
 * 3. The highest file is never removed: N only grows, and who made a lower one after all sees that and backs off.
 */
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EspalierError } from '../value/espalier-error.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

/** The server that a lock protects. */
export interface LockedServer {
  readonly process: ProcessIdentity;
  readonly address: string;
}

interface LockContent {
  /** The process that started the server, or is about to. */
  readonly owner?: ProcessIdentity;
  readonly server?: LockedServer;
}

export interface ServerLock {
  /** Notes the server: from now on the lock holds as long as that lives, even when its owner is dead. */
  record(server: LockedServer): Promise<void>;
  release(): Promise<void>;
}

/** The folder has a server. Code `server_in_use`; `address` is absent while it is only starting, `keeper` when it is dead. */
export class ServerInUseError extends EspalierError {
  constructor(
    readonly dataDir: string,
    readonly pid: number,
    readonly address: string | undefined,
    keeper?: number,
  ) {
    const another = 'another espalier (dev or run)';
    const kept = keeper === undefined ? '' : `, kept by process ${keeper}, ${another}`;
    const state =
      address === undefined
        ? `is being started by process ${pid}, ${another}`
        : `runs at ${address} as process ${pid}${kept}`;
    const mend = 'use that one, stop it, or choose another data folder with --data';
    super('server_in_use', `a Temporal server on ${dataDir} ${state}; ${mend}`);
  }
}

/**
 * Takes the lock of a folder for this process, making the folder if need be; `ServerInUseError` when it is held. A server
 * whose owner is dead is about to end (keeper.ts): that is waited for.
 */
export async function acquireServerLock(dataDir: string, waitMs = 8_000): Promise<ServerLock> {
  await mkdir(dataDir, { recursive: true });
  const owner = await identify(process.pid);
  if (owner === undefined) throw new Error(`cannot tell when process ${process.pid} was started`);
  for (;;) {
    const newest = await newestLock(dataDir);
    if (newest.content) await waitUntilFree(dataDir, newest.content, waitMs);
    const number = newest.number + 1;
    if (!(await createExclusively(fileOf(dataDir, number), { owner }))) continue;
    const numbers = await lockNumbers(dataDir);
    if (Math.max(...numbers) > number) {
      await rm(fileOf(dataDir, number), { force: true });
      continue;
    }
    for (const older of numbers) if (older < number) await rm(fileOf(dataDir, older), { force: true });
    return {
      record: server => replace(fileOf(dataDir, number), { owner, server }),
      release: () => replace(fileOf(dataDir, number), {}),
    };
  }
}

async function waitUntilFree(dataDir: string, { owner, server }: LockContent, waitMs: number): Promise<void> {
  if (owner && (await isAlive(owner)))
    throw new ServerInUseError(dataDir, server?.process.pid ?? owner.pid, server?.address, owner.pid);
  if (server === undefined) return;
  const deadline = Date.now() + waitMs;
  while (await isAlive(server.process)) {
    if (Date.now() > deadline) throw new ServerInUseError(dataDir, server.process.pid, server.address);
    await sleep(50);
  }
}

async function newestLock(dataDir: string): Promise<{ readonly number: number; readonly content?: LockContent }> {
  const number = Math.max(0, ...(await lockNumbers(dataDir)));
  const text = await readFile(fileOf(dataDir, number), 'utf8').catch(() => '');
  try {
    return { number, content: JSON.parse(text) as LockContent };
  } catch {
    return { number };
  }
}

async function lockNumbers(dataDir: string): Promise<number[]> {
  return (await readdir(dataDir)).flatMap(name => /^lock\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
}

/** Creates the file with its content in one step; false when it is there. */
async function createExclusively(file: string, content: LockContent): Promise<boolean> {
  const draft = await writeDraft(file, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replace(file: string, content: LockContent): Promise<void> {
  await rename(await writeDraft(file, content), file);
}

async function writeDraft(file: string, content: LockContent): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(content));
  return draft;
}

const fileOf = (dataDir: string, number: number): string => join(dataDir, `lock.${number}`);
