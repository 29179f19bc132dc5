import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../src/config/config.js';
import type { Closer } from './closer.js';

/** `espalier`, as built, in a process of its own. */
export interface Program {
  /** Resolves when `check` says so, asking every ten milliseconds. Throws when the program ends before, or after a minute. */
  until(check: () => Promise<boolean>): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** As Ctrl-C does; by force after ten seconds. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const LIMIT = 60_000;
const STOP_LIMIT = 10_000;
const INTERVAL = 10;

export const isBuilt = (): boolean => existsSync(MAIN);

export function startProgram(
  args: readonly string[],
  closer: Closer,
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...childEnvironment(), LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let end: number | string | undefined;
  const ended = once(child, 'exit').then(([code, signal]) => (end = (code ?? signal) as number | string));
  const until = async (check: () => Promise<boolean>): Promise<void> => {
    for (const since = Date.now(); !(await check().catch(() => false)); await wait(INTERVAL)) {
      const why =
        end !== undefined ? `ended with ${end}` : Date.now() - since > LIMIT ? 'was not ready in time' : undefined;
      if (why !== undefined) throw new Error(`espalier ${args.join(' ')} ${why}: ${log}`);
    }
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
    await ended;
    clearTimeout(killing);
  };
  closer.add(stop);
  return { until, ended, stop };
}
