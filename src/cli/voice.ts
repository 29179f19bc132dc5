import { readConfig } from '../config/config.js';
import { createLogSink, type LogSink } from '../log/log-sink.js';
import type { Terminal } from './terminal.js';

/** What a command says that stays: with LOG_FORMAT=json nothing but log lines. */
export interface Voice {
  /** For everything that logs in this process. */
  readonly log: LogSink;
  /** A sentence for people; as JSON the message of a log line. */
  say(text: string): void;
  /** As text for people; as JSON a log line with this message and these fields. */
  announce(message: string, fields: Readonly<Record<string, unknown>>, text: string): void;
}

/** One stream, stderr, and one format for all of it. */
export function createVoice(terminal: Terminal): Voice {
  const { logLevel: level, logFormat: format } = readConfig();
  const log = createLogSink({ level, format, write: line => terminal.say(line) });
  if (format === 'text') {
    return { log, say: text => terminal.say(text), announce: (_message, _fields, text) => terminal.say(text) };
  }
  const write = (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
    log.write({ time: new Date(), level: 'info', message, fields });
  return { log, say: write, announce: write };
}
