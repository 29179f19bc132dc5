/** Before the tests of the command line: what they start is what users start, the build, and it is that of today's sources. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export default function setUp(): void {
  if (newest('src', 'workers', 'scripts', 'package.json') < builtAt()) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The last file the build writes. */
function builtAt(): number {
  return statSync(join(root, 'dist/workflow-bundle.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newest(...paths: readonly string[]): number {
  const files = paths.flatMap(path => [
    path,
    ...(path.includes('.')
      ? []
      : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map(file => join(path, file))),
  ]);
  return Math.max(...files.map(file => statSync(join(root, file)).mtimeMs));
}
