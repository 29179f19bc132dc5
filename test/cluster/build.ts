/** Temporal's server and schema tool, built from the Go module: the version is that of the images in docker-compose.yml. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServerBinary } from '../../src/server/binary.js';
import { imageTag, ROOT } from './compose.js';

/** A folder for PATH with what the images have: `temporal-server`, `temporal-sql-tool` and `temporal`. Built once, in minutes. */
export async function buildTemporal(): Promise<string> {
  const version = imageTag('temporal');
  const folder = join(ROOT, 'node_modules/.cache/espalier-cluster', version);
  // The server is built last.
  if (existsSync(join(folder, 'temporal-server'))) return folder;
  mkdirSync(folder, { recursive: true });
  copyFileSync(await findServerBinary(), join(folder, 'temporal'));
  build(version, folder);
  return folder;
}

function build(version: string, folder: string): void {
  // `go install …@version` would do, but for modules with `replace` directives: a module of our own takes those too.
  const module = mkdtempSync(join(tmpdir(), 'espalier-cluster-build-'));
  const go = (...args: readonly string[]): void => {
    console.log(`go ${args.join(' ')}`);
    execFileSync('nice', ['-n', '10', 'go', ...args], { cwd: module, stdio: ['ignore', 'inherit', 'inherit'] });
  };
  try {
    writeFileSync(join(module, 'go.mod'), 'module cluster\n\ngo 1.26\n');
    go('get', `go.temporal.io/server/cmd/server@v${version}`, `go.temporal.io/server/cmd/tools/sql@v${version}`);
    go('build', '-o', join(folder, 'temporal-sql-tool'), 'go.temporal.io/server/cmd/tools/sql');
    go('build', '-o', join(folder, 'temporal-server'), 'go.temporal.io/server/cmd/server');
  } finally {
    rmSync(module, { recursive: true, force: true });
  }
}
