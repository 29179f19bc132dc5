import type { LogSink } from '../log/log-sink.js';
import type { Registered } from '../step/registry.js';

export interface WorkerChoice {
  /** Without it that of TEMPORAL_* or a profile. */
  readonly address?: string;
  readonly namespace?: string;
  readonly taskQueue?: string;
  readonly queues?: readonly string[];
  readonly dataDir: string;
  /** Folders and files that the code was loaded from. */
  readonly folders: readonly string[];
  readonly concurrency?: number;
  /** How long steps that run may go on when it is stopped, in milliseconds; then they are tried again elsewhere. */
  readonly shutdownGrace?: number;
  /** `host:port` at which the SDK's metrics are told to Prometheus. */
  readonly metricsAddress?: string;
  readonly tracing?: boolean;
}

export interface RunningWorker {
  /** Resolves when it has been stopped; rejects when it can't go on. */
  readonly done: Promise<void>;
  /** Takes no more work, and waits until what runs has ended or its grace is over. */
  stop(): Promise<void>;
}

/** A worker in this process; `log` takes what its steps and the SDK log. */
export async function startWorker(registered: Registered, choice: WorkerChoice, log: LogSink): Promise<RunningWorker> {
  const [{ createWorker }, { createLogger }] = await Promise.all([
    import('../../workers/main.js'),
    import('../../workers/logger.js'),
  ]);
  const worker = await createWorker(registered, { ...choice, logger: createLogger(log) });
  const done = worker.run();
  // Nobody may be waiting for it yet.
  done.catch(() => {});
  return {
    done,
    async stop() {
      worker.shutdown();
      await done;
    },
  };
}
