import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { BinaryWay } from './binary-way.js';
import { runCommand } from './command.js';

/** The user's own `temporal`, if it is the pinned version. */
export const fromPath: BinaryWay = {
  name: 'PATH',
  async find({ release, env }) {
    const program = await findProgram('temporal', env['PATH'] ?? '');
    if (program === undefined) throw new Error('no `temporal` there');
    const shown = await runCommand(program, ['--version'], { env, timeoutMs: 10_000 });
    const version = /\bversion (\S+)/.exec(shown)?.[1];
    if (version !== release.version) {
      throw new Error(`${program} is version ${version ?? JSON.stringify(shown.trim())}, expected ${release.version}`);
    }
    return program;
  },
};

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const dir of path.split(delimiter)) {
    const file = resolve(join(dir, name));
    const runnable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (dir !== '' && runnable) return file;
  }
  return undefined;
}
