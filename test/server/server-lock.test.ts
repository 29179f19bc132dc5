import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identify, type ProcessIdentity } from '../../src/server/process-identity.js';
import { acquireServerLock, ServerInUseError } from '../../src/server/server-lock.js';
import { isGone, startIdle, until } from './processes.js';

async function createDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'espalier-lock-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A lock as a process leaves it that is killed. */
async function leaveLock(dir: string, owner: ProcessIdentity, server?: ProcessIdentity): Promise<void> {
  const content = { owner, ...(server && { server: { process: server, address: '127.0.0.1:7233' } }) };
  await writeFile(join(dir, 'lock.1'), JSON.stringify(content));
}

const own = async (): Promise<ProcessIdentity> => (await identify(process.pid)) as ProcessIdentity;

/** Our own pid, as if it had belonged to another program before. */
const someoneBefore = async (): Promise<ProcessIdentity> => ({ ...(await own()), born: 'long ago' });

describe('the lock of a data folder', () => {
  it('is refused while a live process holds it, naming its pid, then server and address', async () => {
    const dir = await createDir();
    const lock = await acquireServerLock(dir);
    await expect(acquireServerLock(dir)).rejects.toMatchObject({
      code: 'server_in_use',
      pid: process.pid,
      dataDir: dir,
    });
    await expect(acquireServerLock(dir)).rejects.toThrow(`on ${dir} is being started by process ${process.pid}`);

    const server = await startIdle();
    await lock.record({ process: server.identity, address: '127.0.0.1:4711' });
    await expect(acquireServerLock(dir)).rejects.toThrow(
      `runs at 127.0.0.1:4711 as process ${server.identity.pid}, kept by process ${process.pid}, another espalier (dev or run)`,
    );
  });

  it('can be had again after its release, in a folder made for it', async () => {
    const dir = join(await createDir(), 'deep', 'down');
    await (await acquireServerLock(dir)).release();
    await (await acquireServerLock(dir)).release();
    expect(await readdir(dir)).toEqual(['lock.2']);
  });

  it('is taken over from the dead', async () => {
    const dir = await createDir();
    const { identity, kill } = await startIdle();
    kill();
    await until('death', 5_000, () => isGone(identity.pid));
    await leaveLock(dir, identity, identity);
    await acquireServerLock(dir);
  });

  it('is taken over when the pid belongs to another program now', async () => {
    const dir = await createDir();
    await leaveLock(dir, await someoneBefore(), await someoneBefore());
    await acquireServerLock(dir);
  });

  it('is taken over when the file makes no sense', async () => {
    const dir = await createDir();
    await writeFile(join(dir, 'lock.7'), '{"owner":');
    await acquireServerLock(dir);
    expect(await readdir(dir)).toEqual(['lock.8']);
  });

  it('waits for a server whose owner is dead, which is about to end', async () => {
    const dir = await createDir();
    const server = await startIdle();
    await leaveLock(dir, await someoneBefore(), server.identity);
    setTimeout(server.kill, 200);
    await acquireServerLock(dir);
    expect(await isGone(server.identity.pid)).toBe(true);
  });

  it('is refused when such a server does not end, naming it', async () => {
    const dir = await createDir();
    const { identity } = await startIdle();
    await leaveLock(dir, await someoneBefore(), identity);
    const refusal = await acquireServerLock(dir, 300).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ServerInUseError);
    expect(refusal).toMatchObject({ pid: identity.pid, address: '127.0.0.1:7233' });
    expect(await isGone(identity.pid)).toBe(false);
  });

  it('goes to exactly one of many who find it stale at once', async () => {
    for (let round = 0; round < 20; round++) {
      const dir = await createDir();
      await leaveLock(dir, await someoneBefore());
      const answers = await Promise.allSettled(Array.from({ length: 10 }, () => acquireServerLock(dir)));
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refusals = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
      expect(refusals.every(refusal => refusal instanceof ServerInUseError)).toBe(true);
      expect(await readdir(dir)).toHaveLength(1);
    }
  });
});
