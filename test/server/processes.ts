import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { identify, type ProcessIdentity } from '../../src/server/process-identity.js';

/** Waits until the condition holds; throws after the time. */
export async function until(what: string, withinMs: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export const isGone = async (pid: number): Promise<boolean> => (await identify(pid)) === undefined;

/** Whether nobody listens on the port. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
    socket.once('connect', () => socket.destroy());
  });
}

export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** A process that does nothing until it is killed, at the latest when the test ends. */
export async function startIdle(): Promise<{ readonly identity: ProcessIdentity; readonly kill: () => void }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = await identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('the idle process did not start');
  return { identity, kill: () => void child.kill('SIGKILL') };
}

/** Runs a script in a process group of its own, as a shell does; `line` waits for its next line. */
export function startScript(url: URL, ...args: string[]): { child: ChildProcess; line: () => Promise<string> } {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(url), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value) };
}
