import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { MAIN, plainEnvironment, ROOT, type CommandOptions, type Ended } from './espalier.js';

const CHILD = join(import.meta.dirname, 'commands-child.mjs');

/**
 * As `espalier`, but all commands of a file are run by one process, one after the other: starting Node and loading the
 * program takes several times as long as most commands. For files with many of them; others show that processes end.
 */
export function useOneProcess(): (args: readonly string[], options?: Pick<CommandOptions, 'cwd'>) => Promise<Ended> {
  let child: ChildProcess;
  let gone: Promise<never>;
  let last: Promise<unknown> = Promise.resolve();
  beforeAll(() => {
    child = fork(CHILD, [MAIN], { env: plainEnvironment() });
    gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the process ended with ${code}`)));
    gone.catch(() => {});
  });
  afterAll(() => void child.kill('SIGKILL'));

  async function run(args: readonly string[], cwd: string): Promise<Ended> {
    child.send({ args, cwd });
    const [ended] = (await Promise.race([once(child, 'message'), gone])) as [Ended];
    return ended;
  }

  return (args, { cwd = ROOT } = {}) => {
    const ended = last.then(() => run(args, cwd));
    last = ended.catch(() => undefined);
    return ended;
  };
}
