import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

interface Line {
  readonly part: string;
  readonly side: string;
  readonly ms: { readonly p50: number };
}

test('the benchmark measures both sides, tells each result in a line of JSON, and writes tables', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'bench.md');
  const args = ['--import', 'tsx', 'bench/index.ts', '--quick', '--only', 'compile', '--markdown', file];
  const { stdout } = await run(process.execPath, args, { cwd: root });

  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
  const sides = (part: string) => lines.filter(line => line.part === part).map(({ side }) => side);
  expect(sides('compile')).toEqual(['graphology-dag', 'compile']);
  for (const { ms } of lines) expect(ms.p50).toBeGreaterThan(0);
  const tables = await readFile(file, 'utf8');
  expect(tables).toMatch(/^### compile\n\n\| bench \| side \| p50 ms \|.*\n.*\n\| .* \| graphology-dag \|/m);
});
