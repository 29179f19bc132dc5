import { describe, expect, test } from 'vitest';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { WorkerLife } from '../../src/nest/worker-life.js';
import type { EspalierWorker } from '../../workers/main.js';

const SOON = { timeout: 10_000 };

/** What a life is told, in order. */
function watch() {
  const told: string[] = [];
  const watcher = {
    unreachable: ({ address }: NotReachableError) => void told.push(`unreachable ${address}`),
    working: () => void told.push('working'),
    failed: (error: unknown, stopping: boolean) =>
      void told.push(`failed${stopping ? ' to stop' : ''}: ${String(error)}`),
  };
  return { told, watcher };
}

/** A worker that ends when it is asked to, once its last step has ended. */
function worker(lastStep: Promise<void> = Promise.resolve()): EspalierWorker & { readonly asked: () => boolean } {
  let stop = (): void => {};
  let asked = false;
  const stopped = new Promise<void>(resolve => (stop = resolve));
  return {
    run: () => stopped.then(() => lastStep),
    shutdown() {
      asked = true;
      stop();
    },
    asked: () => asked,
  };
}
const unreachable = (address: string) => new NotReachableError(address, 'as given');

describe('a worker', () => {
  test('waits for a server, says so once for each reason, and works when it is there', async () => {
    const { told, watcher } = watch();
    const reasons = ['a', 'a', 'b'];
    const life = new WorkerLife(async () => {
      const reason = reasons.shift();
      if (reason !== undefined) throw unreachable(reason);
      return worker();
    }, watcher);
    life.start();
    await expect.poll(() => told, SOON).toEqual(['unreachable a', 'unreachable b', 'working']);
    await life.stop();
    expect(told).toHaveLength(3);
  });

  test('has drained when stop resolves', async () => {
    const { told, watcher } = watch();
    let end = (): void => {};
    const busy = worker(new Promise<void>(resolve => (end = resolve)));
    const life = new WorkerLife(async () => busy, watcher);
    life.start();
    await expect.poll(() => told, SOON).toEqual(['working']);
    let stopped = false;
    const stopping = life.stop().then(() => (stopped = true));
    expect(busy.asked()).toBe(true);
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    end();
    await stopping;
    expect(told).toEqual(['working']);
  });

  test('that is stopped while it is launched ends when it is there, and one that waits for a server at once', async () => {
    const { told, watcher } = watch();
    const late = worker();
    let arrive = (_: EspalierWorker): void => {};
    const launching = new WorkerLife(() => new Promise(resolve => (arrive = resolve)), watcher);
    launching.start();
    const stopping = launching.stop();
    arrive(late);
    await stopping;
    expect(late.asked()).toBe(true);

    const waiting = new WorkerLife(
      signal => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      watcher,
    );
    waiting.start();
    await waiting.stop();
    const pausing = new WorkerLife(() => Promise.reject(unreachable('a')), watcher);
    pausing.start();
    await expect.poll(() => told.at(-1), SOON).toBe('unreachable a');
    await pausing.stop();
    expect(told.filter(text => text.startsWith('failed'))).toEqual([]);
  });

  test('that can not be launched, or ends by itself, has failed', async () => {
    const { told, watcher } = watch();
    new WorkerLife(() => Promise.reject(new Error('no such bundle')), watcher).start();
    await expect.poll(() => told, SOON).toEqual(['failed: Error: no such bundle']);
    const dying = { run: () => Promise.reject(new Error('no such namespace')), shutdown: () => {} };
    const life = new WorkerLife(async () => dying, watcher);
    life.start();
    await expect.poll(() => told.slice(1), SOON).toEqual(['working', 'failed: Error: no such namespace']);
    await life.stop();
  });

  test('that ends badly when it is stopped says so, and stop resolves', async () => {
    const { told, watcher } = watch();
    const life = new WorkerLife(async () => worker(Promise.reject(new Error('steps were left'))), watcher);
    life.start();
    await expect.poll(() => told, SOON).toEqual(['working']);
    await life.stop();
    expect(told).toEqual(['working', 'failed to stop: Error: steps were left']);
  });

  test('that was never started can be stopped', async () => {
    await new WorkerLife(async () => worker(), watch().watcher).stop();
  });
});
