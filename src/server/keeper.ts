/**
 * Runs a program that must not outlive us, whatever becomes of us, and that must not hear our Ctrl-C.
 * 1. Between this process and the program stands a keeper, a small Node process in a session of its own: signals of our
 *    terminal reach neither it nor the program.
 * 2. The keeper ends the program when its channel to us closes, which the kernel does even on `kill -9`.
 * 3. When it is the keeper that is killed, we end the program. Only who kills both at once leaves it behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

export interface KeeperOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** An open file for what the program writes. */
  readonly logFd: number;
  /** The time between SIGTERM and SIGKILL when it has to end; 0: it is killed at once. Default 3 s. */
  readonly graceMs?: number;
  /** A folder that the keeper removes after the program if we are dead by then. */
  readonly removeWhenOrphaned?: string;
}

/** How a program ended; both null when that is not known. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface KeptProgram {
  readonly process: ProcessIdentity;
  /** Resolves when it has ended, by itself or not. */
  readonly exited: Promise<ProgramExit>;
  /** Asks it to end, kills it after the grace, and waits until it has. */
  readonly stop: () => Promise<void>;
}

type KeeperNotice =
  | { readonly kind: 'spawned'; readonly pid: number }
  | { readonly kind: 'failed'; readonly message: string }
  | ({ readonly kind: 'exited' } & ProgramExit);

/** The keeper's program: plain CommonJS for `node -e`, so that it starts fast and needs no file, built or not. */
const KEEPER = `
  const { spawn } = require('node:child_process');
  const { rmSync } = require('node:fs');
  const { command, args, graceMs, removeWhenOrphaned } = JSON.parse(process.argv[1]);

  const program = spawn(command, args, { stdio: ['ignore', 2, 2] });
  let killing;
  function stop() {
    if (killing) return;
    if (graceMs > 0) program.kill('SIGTERM');
    killing = setTimeout(() => program.kill('SIGKILL'), graceMs);
  }
  function finish(notice) {
    if (process.connected) process.send(notice, () => process.exit());
    else {
      if (removeWhenOrphaned) rmSync(removeWhenOrphaned, { recursive: true, force: true });
      process.exit();
    }
  }
  program.on('spawn', () => process.connected && process.send({ kind: 'spawned', pid: program.pid }, () => {}));
  program.on('error', error => program.pid === undefined && finish({ kind: 'failed', message: error.message }));
  program.on('exit', (code, signal) => finish({ kind: 'exited', code, signal }));
  process.on('message', stop);
  process.on('disconnect', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
`;

/** Starts a program under a keeper; rejects when it cannot be started at all. */
export async function startKept(options: KeeperOptions): Promise<KeptProgram> {
  const { command, args, cwd, env, logFd, graceMs = 3_000, removeWhenOrphaned } = options;
  const task = JSON.stringify({ command, args, graceMs, removeWhenOrphaned });
  const keeper = spawn(process.execPath, ['-e', KEEPER, task], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', logFd, 'ipc'],
  });
  const ended = endOf(keeper);
  const spawned = await pidOf(keeper, command);
  // A program that is gone already has no identity, and then needs none.
  const program = (await identify(spawned)) ?? { pid: spawned, born: '' };
  const exited = ended.then(exit => exit ?? endOrphan(program, graceMs));
  return {
    process: program,
    exited,
    async stop() {
      if (keeper.connected) keeper.send('stop', () => {});
      await exited;
    },
  };
}

/** Resolves when the keeper has ended: with the program's exit, or with nothing when it was killed before that. */
function endOf(keeper: ChildProcess): Promise<ProgramExit | undefined> {
  return new Promise(resolve => {
    let exit: ProgramExit | undefined;
    keeper.on('message', (notice: KeeperNotice) => {
      if (notice.kind === 'exited') exit = { code: notice.code, signal: notice.signal };
    });
    // Not 'exit': that may come before the last message.
    keeper.once('disconnect', () => resolve(exit));
    keeper.once('error', () => resolve(undefined));
  });
}

function pidOf(keeper: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`cannot start ${command}: ${why}`));
    keeper.once('message', (notice: KeeperNotice) => {
      if (notice.kind === 'spawned') resolve(notice.pid);
      else fail(notice.kind === 'failed' ? notice.message : 'it ended at once');
    });
    keeper.once('error', error => fail(error.message));
    keeper.once('disconnect', () => fail('its keeper ended'));
  });
}

async function endOrphan(program: ProcessIdentity, graceMs: number): Promise<ProgramExit> {
  const deadline = Date.now() + graceMs;
  while (await isAlive(program)) {
    process.kill(program.pid, Date.now() < deadline ? 'SIGTERM' : 'SIGKILL');
    await sleep(50);
  }
  return { code: null, signal: null };
}
