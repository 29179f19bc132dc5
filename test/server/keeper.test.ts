import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startKept, type KeptProgram } from '../../src/server/keeper.js';
import { isGone, until } from './processes.js';

/** Keeps a Node program given as text; `log` is what it has written. */
async function keep(text: string, graceMs = 5_000): Promise<{ program: KeptProgram; log: () => Promise<string> }> {
  const dir = await mkdtemp(join(tmpdir(), 'espalier-keeper-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = await open(join(dir, 'log'), 'w');
  const env = { PATH: process.env['PATH'] ?? '' };
  const task = { command: process.execPath, args: ['-e', text], cwd: dir, env, logFd: file.fd, graceMs };
  const program = await startKept(task);
  await file.close();
  onTestFinished(() => program.stop());
  return { program, log: () => readFile(join(dir, 'log'), 'utf8') };
}

const IDLE = 'console.log("up"); setInterval(() => {}, 1000);';

describe('a kept program', () => {
  it('runs, writes into the log, and its end is told', async () => {
    const { program, log } = await keep('console.log("out"); console.error("err"); process.exitCode = 3');
    expect(await program.exited).toEqual({ code: 3, signal: null });
    expect(await log()).toBe('out\nerr\n');
  });

  it('ends on stop, which may be called again', async () => {
    const { program } = await keep(IDLE);
    await Promise.all([program.stop(), program.stop()]);
    await program.stop();
    expect(await program.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await isGone(program.process.pid)).toBe(true);
  });

  it('is killed when it does not listen', async () => {
    const { program, log } = await keep(`process.on('SIGTERM', () => console.log('no')); ${IDLE}`, 300);
    await until('start', 5_000, async () => (await log()).includes('up'));
    await program.stop();
    expect(await program.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await log()).toContain('no');
  });

  it('that is killed from outside is told with the signal', async () => {
    const { program } = await keep(IDLE);
    process.kill(program.process.pid, 'SIGKILL');
    expect(await program.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it.runIf(process.platform === 'linux')('ends with its keeper, when that is killed', async () => {
    const { program } = await keep(IDLE);
    const status = await readFile(`/proc/${program.process.pid}/status`, 'utf8');
    const keeper = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
    expect(keeper).not.toBe(process.pid);
    process.kill(keeper, 'SIGKILL');
    expect(await program.exited).toEqual({ code: null, signal: null });
    expect(await isGone(program.process.pid)).toBe(true);
  });

  it('that cannot be started is an error', async () => {
    const start = startKept({ command: '/nowhere/at/all', args: [], cwd: '/', env: {}, logFd: 2 });
    await expect(start).rejects.toThrow('cannot start /nowhere/at/all');
  });
});
