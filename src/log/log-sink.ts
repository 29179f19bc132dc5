/**
 * One stream of log lines for everything in a process: steps, the Temporal SDK, Nest, the service. Whatever has a logging
 * interface of its own is adapted to a `LogSink` where it is used. The same fields have the same names everywhere:
 * `graph`, `runId`, `node`, `attempt`; further ones are the sender's.
 */
import { LOG_LEVELS, type LogFormat, type LogLevel } from '../config/config.js';

export interface LogMessage {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogSink {
  /** What is less severe goes nowhere. */
  readonly level: LogLevel;
  write(message: LogMessage): void;
}

export interface LogSinkOptions {
  readonly level: LogLevel;
  /** `text` (the default): time, level, message, fields. `json`: one object per line. Or a format of one's own. */
  readonly format?: LogFormat | ((message: LogMessage) => string);
  /** Takes a line without its end. Default: stderr. */
  readonly write?: (line: string) => void;
}

export function createLogSink({ level, format = 'text', write = toStderr }: LogSinkOptions): LogSink {
  const least = LOG_LEVELS.indexOf(level);
  const lineOf = typeof format === 'function' ? format : format === 'json' ? jsonLine : textLine;
  return {
    level,
    write(message) {
      if (LOG_LEVELS.indexOf(message.level) >= least) write(lineOf(message));
    },
  };
}

function textLine({ time, level, message, fields }: LogMessage): string {
  const text = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
  return `${time.toISOString()} ${level.padEnd(5)} ${message}${text.join('')}`;
}

function textOf(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  return typeof value === 'string' && /^[\w./:#@[\]-]+$/.test(value) ? value : jsonText(value);
}

function jsonLine({ time, level, message, fields }: LogMessage): string {
  return jsonText({ ...fields, time: time.toISOString(), level, message });
}

/** A log line is never a reason to fail, whatever a step put into it. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, plain) ?? String(value);
  } catch {
    return JSON.stringify(String(value));
  }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? String(value) : value;
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
