import { DefaultLogger, type LogEntry, type Logger } from '@temporalio/worker';
import type { LogLevel } from '../src/config/config.js';
import type { LogMessage, LogSink } from '../src/log/log-sink.js';

/** Told by every message of the SDK; `graph`, `runId`, `node` and `attempt` say it in our words. */
const SDK_FIELDS = new Set([
  ...['sdkComponent', 'isLocal', 'namespace', 'taskToken', 'taskQueue', 'activityId', 'activityType'],
  ...['workflowId', 'workflowRunId', 'workflowType'],
]);
const SEVERE: ReadonlySet<string> = new Set(['WARN', 'ERROR']);

/**
 * For the SDK's runtime. What the SDK says about itself is let through only from WARN on, unless the level is debug or
 * trace: a user wants to read what the steps say.
 */
export function createLogger(sink: LogSink): Logger {
  const all = sink.level === 'trace' || sink.level === 'debug';
  return new DefaultLogger(sink.level.toUpperCase() as Uppercase<LogLevel>, entry => {
    if (all || SEVERE.has(entry.level) || entry.meta?.['sdkComponent'] === 'activity') sink.write(messageOf(entry));
  });
}

function messageOf({ level, message, meta = {}, timestampNanos }: LogEntry): LogMessage {
  const fields = Object.entries(meta).filter(([name]) => !SDK_FIELDS.has(name));
  return {
    time: new Date(Number(timestampNanos / 1_000_000n)),
    level: level.toLowerCase() as LogLevel,
    message,
    fields: Object.fromEntries(fields),
  };
}
