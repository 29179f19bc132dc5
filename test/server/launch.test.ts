import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findServerBinary } from '../../src/server/binary.js';
import { launch, type LaunchOptions } from '../../src/server/launch.js';

/** Options for a program that stands for the server: a shell script. `tried` counts how often it was started. */
async function createLaunch(script: string): Promise<LaunchOptions & { tried: () => Promise<number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-launch-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const binary = join(dataDir, 'server');
  await writeFile(binary, `#!/bin/sh\necho try >> tries\n${script}\n`);
  await chmod(binary, 0o755);
  return {
    binary,
    dataDir,
    databaseFile: join(dataDir, 'temporal.db'),
    logFile: join(dataDir, 'temporal.log'),
    namespace: 'default',
    headless: true,
    port: undefined,
    uiPort: undefined,
    synchronous: 'normal',
    dynamicConfig: {},
    temporary: false,
    onSpawn: async () => {},
    tried: async () => (await readFile(join(dataDir, 'tries'), 'utf8')).trim().split('\n').length,
  };
}

const COLLISION = 'echo "listen tcp 127.0.0.1:1: bind: address already in use"; exit 1';

describe('launch', () => {
  it('tries other ports when another program was faster to take one', { timeout: 30_000 }, async () => {
    const real = await findServerBinary();
    const options = await createLaunch(`[ $(wc -l < tries) -lt 3 ] && { ${COLLISION}; }\nexec '${real}' "$@"`);
    const { program } = await launch(options);
    await program.stop();
    expect(await options.tried()).toBe(3);
  });

  it('gives up when that happens five times', { timeout: 30_000 }, async () => {
    const options = await createLaunch(COLLISION);
    await expect(launch(options)).rejects.toMatchObject({ code: 'server_start' });
    expect(await options.tried()).toBe(5);
  });

  it('shows the end of the log when the server ends instead of starting, and does not try again', async () => {
    const options = await createLaunch('for i in $(seq 30); do echo "line $i"; done; exit 7');
    const failure = await launch(options).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^the Temporal server ended with code 7 instead of starting; the end of its log:\nline 11\n/,
    );
    expect(failure).toMatch(/\nline 30$/);
    expect(await options.tried()).toBe(1);
  });

  it('refuses a port that is taken before it starts anything', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise(resolve => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const options = await createLaunch('exit 1');
    const message = `the Temporal server cannot have port ${port}: it is taken`;
    await expect(launch({ ...options, port })).rejects.toThrow(message);
    await expect(launch({ ...options, headless: false, uiPort: port })).rejects.toThrow(message);
    await expect(options.tried()).rejects.toThrow('ENOENT');
  });

  it('keeps the log of the start before', async () => {
    const options = await createLaunch('echo new; exit 1');
    await writeFile(options.logFile, 'of the crash');
    await expect(launch(options)).rejects.toThrow('new');
    expect(await readFile(`${options.logFile}.old`, 'utf8')).toBe('of the crash');
  });
});
