import type { LogMessage } from '../../workers/logger.js';
import type { Registered } from '../step/registry.js';
import { readConfig } from '../config/config.js';
import { logText } from './step-log.js';
import type { Terminal } from './terminal.js';

export interface WorkerChoice {
  /** Without it that of TEMPORAL_* or a profile. */
  readonly address?: string;
  readonly namespace?: string;
  readonly taskQueue?: string;
  readonly queues?: readonly string[];
  readonly dataDir: string;
  readonly concurrency?: number;
  /** How long steps that run may go on when it is stopped, in milliseconds; then they are tried again elsewhere. */
  readonly shutdownGrace?: number;
  /** What steps log is said without time and run, where there is only one run. */
  readonly brief?: boolean;
}

export interface RunningWorker {
  /** Resolves when it has been stopped; rejects when it can't go on. */
  readonly done: Promise<void>;
  /** Takes no more work, and waits until what runs has ended or its grace is over. */
  stop(): Promise<void>;
}

/** A worker in this process. What its steps log is said on the terminal. */
export async function startWorker(
  registered: Registered,
  { brief = false, ...options }: WorkerChoice,
  terminal: Terminal,
): Promise<RunningWorker> {
  const [{ createWorker }, { createLogger }] = await Promise.all([
    import('../../workers/main.js'),
    import('../../workers/logger.js'),
  ]);
  const say = (line: string): void => terminal.say(line.trimEnd());
  const logger = createLogger(readConfig().logLevel, say, brief ? briefText : undefined);
  const worker = await createWorker(registered, { ...options, logger });
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

const briefText = ({ level, message, fields }: LogMessage): string => logText(level, message, fields);
