import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CachedResult } from '../../src/step/cached-step.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import type { Task } from './cached-step-child.js';

const CHILD = fileURLToPath(new URL('./cached-step-child.ts', import.meta.url));

/** A folder that processes share, and how often the step was executed in which of them. */
async function createPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-cached-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [database, blobs, ledger] = ['espalier.db', 'blobs', 'ledger'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const executedBy = (): string[] =>
    existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').filter(Boolean) : [];
  return {
    start: (task: Pick<Task, 'runs' | 'ms'>) => startChild({ database, blobs, ledger, ...task }),
    blobs,
    executedBy,
  };
}

function startChild(task: Task) {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close');
  const results = async (): Promise<CachedResult[]> => {
    await ended;
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as CachedResult);
  };
  return { pid: String(child.pid), results, kill: () => (child.kill('SIGKILL'), ended) };
}

test('100 equal runs at once in two processes execute their step once, and all get what it gave', async () => {
  const { start, executedBy, blobs } = await createPlace();
  const children = [start({ runs: 50, ms: 300 }), start({ runs: 50, ms: 300 })];
  const results = (await Promise.all(children.map(child => child.results()))).flat();
  expect(results).toHaveLength(100);
  expect(executedBy()).toHaveLength(1);
  expect(new Set(results.map(({ out }) => JSON.stringify(out))).size).toBe(1);
  expect(results.filter(({ from }) => from === undefined)).toHaveLength(1);
  expect(await createFolderStore(blobs).has(results[0]?.out['powder']?.digest ?? '')).toBe(true);
});

test('after kill -9 of the process that computes, exactly one of those that wait takes over', async () => {
  const { start, executedBy } = await createPlace();
  const holder = start({ runs: 3, ms: 600_000 });
  await vi.waitFor(() => expect(executedBy()).toEqual([holder.pid]), { timeout: 20_000 });
  const others = [start({ runs: 20, ms: 100 }), start({ runs: 20, ms: 100 })];
  await holder.kill();
  const results = (await Promise.all(others.map(child => child.results()))).flat();
  expect(results).toHaveLength(40);
  expect(executedBy()).toHaveLength(2);
  expect(others.map(({ pid }) => pid)).toContain(executedBy()[1]);
});
