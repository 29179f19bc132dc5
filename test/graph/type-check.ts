import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Checked {
  /** One entry per error, its continuation lines included. */
  readonly errors: readonly string[];
  readonly instantiations: number;
}

/** What the project's own TypeScript says of some files, with the project's settings. */
export function typeCheck(files: readonly string[]): Promise<Checked> {
  return inTemporaryFolder(folder => check(folder, files, ['node']));
}

/** As `typeCheck`, of the text of one module; `SRC` in it stands for the project's sources, and `z` is zod as they see it. */
export function typeCheckText(text: string): Promise<Checked> {
  return inTemporaryFolder(async folder => {
    const file = join(folder, 'module.mts');
    await writeFile(
      file,
      `import { z } from '${ROOT}node_modules/zod/index.cjs';\n${text.replaceAll('SRC', `${ROOT}src`)}`,
    );
    return check(folder, [file], []);
  });
}

async function check(folder: string, files: readonly string[], types: readonly string[]): Promise<Checked> {
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = { rootDir: '/', types, typeRoots: [join(ROOT, 'node_modules/@types')] };
  await writeFile(
    config,
    JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files }),
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const output = await run([tsc, '-p', config, '--singleThreaded', '--extendedDiagnostics', '--pretty', 'false']);
  const end = output.search(/^Files:/m);
  const errors = output
    .slice(0, end)
    .split(/\n(?! )/)
    .filter(error => files.some(file => isOf(error, file)));
  return { errors, instantiations: Number(/^Instantiations:\s*(\d+)/m.exec(output.slice(end))?.[1]) };
}

/** What is wrong elsewhere is told by the check of the whole project. */
const isOf = (error: string, file: string): boolean =>
  (error.split('(')[0] ?? '').endsWith(file.split('/').slice(-2).join('/'));

/** The output; that there are errors is no failure. */
function run(args: readonly string[]): Promise<string> {
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd: ROOT, maxBuffer: 2 ** 26 }, (_, stdout) => resolve(stdout));
  });
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-types-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
