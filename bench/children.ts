import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../src/config/config.js';
import type { Closer } from './closer.js';

export interface ChildOptions {
  /** Options of Node itself. */
  readonly node?: readonly string[];
  /** How long it may take to say something, in milliseconds. Default a minute. */
  readonly limit?: number;
}

/** A program of this folder in a process of its own. */
export interface Child<T> {
  readonly pid: number;
  /** The first thing it said. */
  readonly told: T;
  /** Ends it, by force after ten seconds. */
  stop(): Promise<void>;
}

const LIMIT = 60_000;
const STOP_LIMIT = 10_000;

/** Starts one and waits until it says something (`child.ts`); it is stopped with the others. Throws when it ends first. */
export async function startChild<T>(
  file: string,
  settings: object,
  closer: Closer,
  { node = [], limit = LIMIT }: ChildOptions = {},
): Promise<Child<T>> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(program, [JSON.stringify(settings)], {
    execArgv: ['--import', 'tsx', ...node],
    env: { ...childEnvironment(), LOG_LEVEL: 'error' },
    // Our own stdout is for results.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
    await exited;
    clearTimeout(killing);
  };
  closer.add(stop);
  const late = new AbortController();
  const end = await Promise.race([
    once(child, 'message').then(([told]) => ({ told: told as T })),
    exited.then(([code, signal]) => `ended with ${signal ?? `code ${code}`}`),
    wait(limit, `said nothing within ${limit / 1000} s`, { signal: late.signal }),
  ]);
  late.abort();
  if (typeof end !== 'string') return { pid: child.pid ?? 0, told: end.told, stop };
  child.kill('SIGKILL');
  throw new Error(`${file} ${end}`);
}
