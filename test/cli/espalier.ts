/** The command line as users have it: the built program, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT = resolve(import.meta.dirname, '../..');
export const MAIN = join(ROOT, 'dist/src/cli/main.js');
export const SHOP = join(import.meta.dirname, 'folders/shop');
export const PRESS = join(import.meta.dirname, 'folders/press');
export const VAULT = join(import.meta.dirname, 'folders/vault');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Command {
  readonly ended: Promise<Ended>;
  /** Waits until stderr has what is looked for; throws if the command ends before. */
  said(what: RegExp): Promise<RegExpExecArray>;
  /** What a terminal does: the signal goes to the command and to what it started. */
  interrupt(): void;
  /** What an operator does: only the command hears it. */
  terminate(): void;
  kill(): Promise<void>;
}
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Stdin stays open after the input. */
  readonly stdinStaysOpen?: true;
  readonly program?: readonly [command: string, ...args: string[]];
}

/** Runs it to its end. */
export const espalier = (args: readonly string[], options: CommandOptions = {}): Promise<Ended> =>
  start(args, options).ended;

/** Starts it; whatever of it is left when the test ends is killed. */
export function start(args: readonly string[], options: CommandOptions = {}): Command {
  const command = launch(args, options);
  onTestFinished(command.kill);
  return command;
}

/** As `start`, for those who kill it themselves. */
export function launch(args: readonly string[], options: CommandOptions = {}): Command {
  const { cwd = ROOT, env = {}, input, stdinStaysOpen, program = [process.execPath, MAIN] } = options;
  const [command, ...before] = program;
  const child = spawn(command, [...before, ...args], { cwd, env: { ...plainEnvironment(), ...env }, detached: true });
  child.stdin.on('error', () => {});
  if (stdinStaysOpen) child.stdin.write(input ?? '');
  else child.stdin.end(input);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  const ended = new Promise<Ended>(done => child.once('close', code => done({ code, ...text })));
  return {
    ended,
    said: what => said(child, text, what),
    interrupt: () => signalGroup(child, 'SIGINT'),
    terminate: () => void child.kill('SIGTERM'),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGKILL');
      await ended;
    },
  };
}

function said(child: ChildProcess, text: { readonly stderr: string }, what: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = what.exec(text.stderr);
      if (found) resolve(found);
    };
    child.stderr?.on('data', look);
    child.once('close', code => reject(new Error(`ended with ${code} before it said ${what}:\n${text.stderr}`)));
    look();
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal);
}

/** That of the tests, without what would lead a command elsewhere or change what it writes. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ESPALIER_DATA: ____, ...rest } = process.env;
  const kept = Object.entries(rest).filter(([name]) => !/^(TEMPORAL|VITEST|NODE_OPTIONS)/.test(name));
  return Object.fromEntries(kept);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Processes that have the text in their command line, such as a folder that is nobody else's. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter(line => line.includes(text)).map(line => line.replaceAll('\0', ' '));
}
