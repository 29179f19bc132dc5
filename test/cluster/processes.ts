/** Programs the trial starts: what they say goes into a file, and what is left of them at the end is stopped. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isPortTaken } from '../../src/server/free-ports.js';

export type Environment = Readonly<Record<string, string>>;

export interface Started {
  readonly ended: Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to stop, and kills it if it has not within `limit` milliseconds. Returns how long it took. */
  stop(signal?: NodeJS.Signals, limit?: number): Promise<number>;
}

export interface StartOptions {
  readonly env?: Environment;
  /** Takes what it writes. */
  readonly log: string;
  /** Whose process it is. Default: ours. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

const run = promisify(execFile);
const CALL_LIMIT = 120_000;

/** Runs a program to its end; throws with what it said if that is bad. */
export async function call(program: string, args: readonly string[], env: Environment = {}): Promise<string> {
  const { stdout } = await run(program, [...args], { env: environment(env), timeout: CALL_LIMIT, cwd: '/' });
  return stdout;
}

/** Starts a program that stays. */
export function start(program: string, args: readonly string[], { env = {}, log, owner }: StartOptions): Started {
  const file = openSync(log, 'a');
  const child = spawn(program, [...args], { env: environment(env), stdio: ['ignore', file, file], cwd: '/', ...owner });
  // A program that is not there ends at once too; who waits for it says so.
  const ended = new Promise<void>(done => {
    child.once('exit', () => done()).once('error', () => done());
  });
  return {
    ended,
    signal: signal => void child.kill(signal),
    stop: (signal = 'SIGTERM', limit = 60_000) => stop(child, ended, signal, limit),
  };
}

async function stop(child: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals, limit: number): Promise<number> {
  const since = performance.now();
  child.kill(signal);
  const late = new AbortController();
  const kill = wait(limit, undefined, { signal: late.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  await ended;
  late.abort();
  await kill;
  return performance.now() - since;
}

/** Asks again until the answer is yes; throws after `limit` milliseconds. Returns how long it took. */
export async function until(what: string, ask: () => Promise<boolean>, limit = 30_000): Promise<number> {
  const since = performance.now();
  while (!(await ask().catch(() => false))) {
    if (performance.now() - since > limit) throw new Error(`${what}: not within ${limit} ms`);
    await wait(50);
  }
  return performance.now() - since;
}

/** Whether a URL answers with 2xx. */
export const answers = async (url: string): Promise<boolean> =>
  (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;

/** Ports that are free now. Below 32,768, and so of nobody who takes any: Temporal keeps its ports in 16 signed bits. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let port = 20_000 + (process.pid % 10_000); found.length < count; port += 1) {
    if (!taken.has(port) && !(await isPortTaken(port))) found.push(port);
    taken.add(port);
  }
  return found;
}
const taken = new Set<number>();

/** Ours, without what would lead a program elsewhere. */
function environment(more: Environment): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL|ESPALIER|PG|SQL|NODE_OPTIONS)/.test(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...more };
}
