import { DefaultLogger, type LogEntry, type Logger } from '@temporalio/worker';
import type { LogLevel } from '../src/config/config.js';

/** Told by every message of the SDK; `graph`, `runId`, `node` and `attempt` say it in our words. */
const SDK_FIELDS = new Set([
  ...['sdkComponent', 'isLocal', 'namespace', 'taskToken', 'taskQueue', 'activityId', 'activityType'],
  ...['workflowId', 'workflowRunId', 'workflowType'],
]);
const SEVERE: ReadonlySet<string> = new Set(['WARN', 'ERROR']);

/** A message as it is shown. */
export interface LogMessage {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  /** What it is about: `graph`, `runId`, `node`, `attempt`, and what the step added. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * A line per message on stderr: time, level, message, fields. What the SDK says about itself is shown only from WARN on,
 * unless `level` is debug or trace: a user wants to read what the steps say.
 */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = toStderr,
  format: (message: LogMessage) => string = formatMessage,
): Logger {
  const all = level === 'trace' || level === 'debug';
  return new DefaultLogger(level.toUpperCase() as Uppercase<LogLevel>, entry => {
    if (all || SEVERE.has(entry.level) || entry.meta?.['sdkComponent'] === 'activity')
      write(`${format(messageOf(entry))}\n`);
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

function formatMessage({ time, level, message, fields }: LogMessage): string {
  const text = Object.entries(fields).map(([name, value]) => ` ${name}=${formatField(value)}`);
  return `${time.toISOString()} ${level.padEnd(5)} ${message}${text.join('')}`;
}

function formatField(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  return typeof value === 'string' && /^[\w./:#@[\]-]+$/.test(value) ? value : (JSON.stringify(value) ?? String(value));
}

function toStderr(line: string): void {
  process.stderr.write(line);
}
