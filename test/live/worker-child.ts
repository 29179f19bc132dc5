import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Live } from './harness.js';

/** A worker in a process of its own. */
export interface WorkerChild {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Lines it has printed. */
  readonly lines: readonly string[];
  /** What it has written to stderr. */
  log(): string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): Promise<number | string>;
}

const PROGRAM = fileURLToPath(new URL('./fixtures/worker-process.ts', import.meta.url));

/** Starts one on the queue and the folder of `live`, and waits until it takes work. */
export async function startWorkerChild(
  live: Pick<Live, 'address' | 'queue' | 'dataDir' | 'bundleFile'>,
  options: object = {},
  program = PROGRAM,
): Promise<WorkerChild> {
  const settings = {
    address: live.address,
    taskQueue: live.queue,
    dataDir: live.dataDir,
    workflowBundle: { codePath: live.bundleFile },
    ...options,
  };
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const lines: string[] = [];
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', line => {
      lines.push(line);
      if (line === 'ready') resolve();
    });
    void ended.then(end => reject(new Error(`the worker ended (${end}): ${log}`)));
  });
  await ready;
  const kill = (signal: NodeJS.Signals): Promise<number | string> => {
    child.kill(signal);
    return ended;
  };
  return { process: child, pid: child.pid ?? 0, lines, log: () => log, ended, kill };
}
