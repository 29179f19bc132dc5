import { setTimeout as wait } from 'node:timers/promises';
import type { EspalierWorker } from '../../workers/main.js';
import { NotReachableError } from '../client/not-reachable-error.js';

/** What a worker's life is told to. */
export interface WorkerWatcher {
  /** No server answers; said once for each reason. It is tried again. */
  unreachable(error: NotReachableError): void;
  /** It takes work. */
  working(): void;
  /** It can't go on, and nothing will mend that; `stopping`: it was to end anyway. */
  failed(error: unknown, stopping: boolean): void;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/**
 * A worker beside an application: it waits in the background until a server is there, works, and drains when it is stopped.
 * `start` and what follows never throw.
 */
export class WorkerLife {
  readonly #stop = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly launch: (stopping: AbortSignal) => Promise<EspalierWorker>,
    private readonly watcher: WorkerWatcher,
  ) {}

  start(): void {
    this.#ended = this.#live().catch(error => {
      const { aborted, reason } = this.#stop.signal;
      if (error !== reason) this.watcher.failed(error, aborted);
    });
  }

  /** Takes no more work; resolves when what ran has ended, at once if it never worked. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the worker is stopped'));
    await this.#ended;
  }

  async #live(): Promise<void> {
    const { signal } = this.#stop;
    const worker = await this.#launched(signal);
    this.watcher.working();
    signal.addEventListener('abort', () => worker.shutdown(), { once: true });
    if (signal.aborted) worker.shutdown();
    await worker.run();
  }

  async #launched(signal: AbortSignal): Promise<EspalierWorker> {
    let said: string | undefined;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      signal.throwIfAborted();
      try {
        return await this.launch(signal);
      } catch (error) {
        if (!(error instanceof NotReachableError)) throw error;
        if (error.message !== said) this.watcher.unreachable(error);
        said = error.message;
      }
      await pauseFor(pause, signal);
    }
  }
}

/** Rejects with the signal's reason. */
async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
