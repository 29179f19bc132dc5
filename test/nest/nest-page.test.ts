/** The snippets of docs/nest.md, as its readers would save them: they compile, and the test among them passes. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../graph/type-check.js';

const page = readFileSync(join(ROOT, 'docs/nest.md'), 'utf8');
const files = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)];

// Here, so that its imports find what the project has installed.
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = mkdtempSync(join(ROOT, '.cache/nest-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const [, name = '', text = ''] of files) writeFileSync(join(folder, name), text);
const settings = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: { noUnusedLocals: true }, include: ['*.ts'] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));

test('the snippets compile', async () => {
  expect(files.map(([, name]) => name)).toEqual(['mill.ts', 'app.ts', 'app.test.ts']);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const compile = promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: ROOT });
  const { stdout } = await compile.catch((error: { readonly stdout: string }) => error);
  expect(stdout.split('\n').filter(line => line.includes('nest-page-'))).toEqual([]);
});

await import(join(folder, 'app.test.ts'));
