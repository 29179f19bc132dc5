import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer, type EmbeddedServer, type ServerOptions } from '../../src/server/embedded.js';
import { answers, knowsNamespace } from '../../src/server/readiness.js';
import { readServerFile } from '../../src/server/server-file.js';
import { isGone, isPortFree, portOf, startIdle, startScript, until } from './processes.js';

const START_CHILD = new URL('start-child.ts', import.meta.url);

const TIMEOUT = { timeout: 60_000 };

async function createDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'espalier-data-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts a server that is stopped at the latest when the test ends. */
async function start(options: ServerOptions = {}): Promise<EmbeddedServer> {
  const server = await startServer({ headless: true, ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function connect(address: string, namespace = 'default'): Promise<Client> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return new Client({ connection, namespace });
}

/** Starts a workflow that no worker will ever take up, with our search attributes; its id. */
async function leaveWorkflow(client: Client): Promise<string> {
  const workflowId = randomUUID();
  await client.workflow.start('nobody', {
    workflowId,
    taskQueue: 'none',
    typedSearchAttributes: [{ key: defineSearchAttributeKey('EspalierStatus', 'KEYWORD'), value: 'running' }],
  });
  return workflowId;
}

const statusOf = async (address: string, workflowId: string): Promise<string> =>
  (await (await connect(address)).workflow.getHandle(workflowId).describe()).status.name;

describe('an embedded server', () => {
  it('is usable at once, page, namespace and search attributes included', TIMEOUT, async () => {
    const server = await start({ headless: false, namespace: 'acme' });
    const client = await connect(server.address, 'acme');
    const workflowId = await leaveWorkflow(client);
    const query = `EspalierStatus = 'running'`;
    await until('visibility', 5_000, async () => (await client.workflow.count(query)).count === 1);
    expect((await client.workflow.getHandle(workflowId).describe()).type).toBe('nobody');
    expect((await fetch(server.uiUrl ?? '')).status).toBe(200);
  });

  it('leaves nothing behind when it stops, and may be stopped again', TIMEOUT, async () => {
    const server = await start({ headless: false });
    expect(existsSync(join(server.dataDir, 'temporal.db'))).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await server.exited;
    expect(await isGone(server.pid)).toBe(true);
    expect(await isPortFree(portOf(server.address))).toBe(true);
    expect(await isPortFree(portOf(server.uiUrl ?? ''))).toBe(true);
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('does not mind another one that starts at the same time, or stops', TIMEOUT, async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.address).not.toBe(other.address);
    const workflowId = await leaveWorkflow(await connect(one.address));
    await expect(statusOf(other.address, workflowId)).rejects.toThrow('not found');
    await other.stop();
    expect(await statusOf(one.address, workflowId)).toBe('RUNNING');
  });

  it('goes on with its data after a stop and another start', TIMEOUT, async () => {
    const dataDir = await createDir();
    const before = await start({ dataDir });
    const workflowId = await leaveWorkflow(await connect(before.address));
    await before.stop();
    expect(await before.exited).toEqual({ code: 0, signal: null });
    const after = await start({ dataDir, namespace: 'added-later' });
    expect(await statusOf(after.address, workflowId)).toBe('RUNNING');
    await leaveWorkflow(await connect(after.address, 'added-later'));
  });

  it('that is killed says so, and the next on its folder and port goes on', TIMEOUT, async () => {
    const dataDir = await createDir();
    const killed = await start({ dataDir });
    const workflowId = await leaveWorkflow(await connect(killed.address));
    process.kill(killed.pid, 'SIGKILL');
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await readServerFile(dataDir)).toBeUndefined();
    await killed.stop();
    const next = await start({ dataDir, port: portOf(killed.address) });
    expect(next.address).toBe(killed.address);
    expect(await statusOf(next.address, workflowId)).toBe('RUNNING');
  });

  it('that cannot use its file shows its log, and leaves the folder free', TIMEOUT, async () => {
    const dataDir = await createDir();
    await writeFile(join(dataDir, 'temporal.db'), 'this is no database at all, but long enough to be read as one');
    const failure = await start({ dataDir }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'server_start' });
    expect(String(failure)).toMatch(/the end of its log:\n[^]*file is not a database/);
    await rm(join(dataDir, 'temporal.db'));
    await start({ dataDir });
  });
});

describe('the data folder of an embedded server', () => {
  it('has a second server refused, with pid and address of the first', TIMEOUT, async () => {
    const dataDir = await createDir();
    const first = await start({ dataDir });
    const refusal = { code: 'server_in_use', pid: first.pid, address: first.address };
    await expect(start({ dataDir })).rejects.toMatchObject(refusal);
    expect(await answers(first.address)).toBe(true);
  });

  it('has a server.json while it runs', TIMEOUT, async () => {
    const dataDir = await createDir();
    expect(await readServerFile(dataDir)).toBeUndefined();
    const { address, uiUrl, pid, stop } = await start({ dataDir, headless: false });
    expect(await readServerFile(dataDir)).toEqual({ address, ui: uiUrl, pid });
    expect(JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8'))).toEqual({ address, ui: uiUrl, pid });
    await stop();
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
  });

  it('has a server.json that is not believed unless process and address are alive', TIMEOUT, async () => {
    const dataDir = await createDir();
    const server = await start();
    const idle = await startIdle();
    const leave = (content: unknown): Promise<void> => writeFile(join(dataDir, 'server.json'), JSON.stringify(content));
    await leave({ address: server.address, pid: idle.identity.pid });
    expect(await readServerFile(dataDir)).toEqual({ address: server.address, pid: idle.identity.pid });
    await leave({ address: '127.0.0.1:1', pid: idle.identity.pid });
    expect(await readServerFile(dataDir)).toBeUndefined();
    idle.kill();
    await until('death', 5_000, () => isGone(idle.identity.pid));
    await leave({ address: server.address, pid: idle.identity.pid });
    expect(await readServerFile(dataDir)).toBeUndefined();
    for (const nonsense of [null, 7, {}, { address: 1, pid: 1 }, { address: 'a', pid: '1' }]) {
      await leave(nonsense);
      expect(await readServerFile(dataDir)).toBeUndefined();
    }
  });

  it('may name a process that is no server of ours: it is not touched', TIMEOUT, async () => {
    const dataDir = await createDir();
    const stranger = await startIdle();
    const foreign = await start();
    await writeFile(
      join(dataDir, 'server.json'),
      JSON.stringify({ address: foreign.address, pid: stranger.identity.pid }),
    );
    await (await start({ dataDir })).stop();
    expect(await isGone(stranger.identity.pid)).toBe(false);
    expect(await answers(foreign.address)).toBe(true);
  });
});

describe('the process that started a server', () => {
  interface Started {
    readonly address: string;
    readonly uiUrl: string;
    readonly pid: number;
    readonly dataDir: string;
  }

  it('may be killed with kill -9: within 5 s nothing is left', TIMEOUT, async () => {
    const { child, line } = startScript(START_CHILD);
    const { address, uiUrl, pid, dataDir } = JSON.parse(await line()) as Started;
    expect(await answers(address)).toBe(true);
    child.kill('SIGKILL');
    await until('the end of the server', 5_000, () => isGone(pid));
    expect(await isPortFree(portOf(address))).toBe(true);
    expect(await isPortFree(portOf(uiUrl))).toBe(true);
    await until('the end of the folder', 1_000, async () => !existsSync(dataDir));
  });

  it('may be killed, and the next one takes over its folder at once', TIMEOUT, async () => {
    const dataDir = await createDir();
    const { child, line } = startScript(START_CHILD, JSON.stringify({ dataDir, headless: true }));
    const before = JSON.parse(await line()) as Started;
    const workflowId = await leaveWorkflow(await connect(before.address));
    child.kill('SIGKILL');
    const after = await start({ dataDir });
    expect(await isGone(before.pid)).toBe(true);
    expect(await statusOf(after.address, workflowId)).toBe('RUNNING');
  });

  it('may hear Ctrl-C and still has its server until it stops it', TIMEOUT, async () => {
    const { child, line } = startScript(START_CHILD);
    const { address, pid } = JSON.parse(await line()) as Started;
    // What a terminal does: the signal goes to the whole process group.
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await line()).toBe('interrupted');
    expect(await knowsNamespace(address, 'default')).toBe(true);
    child.stdin?.end();
    expect(await line()).toBe('stopped');
    expect(await isGone(pid)).toBe(true);
  });
});
