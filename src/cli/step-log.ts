import type { LogLevel } from '../config/config.js';
import { createLogSink, type LogSink } from '../log/log-sink.js';
import type { Log } from '../step/ctx.js';
import type { Terminal } from './terminal.js';

/** What steps log that run in this process without a worker, from `level` on. */
export function createStepLog(level: LogLevel, terminal: Terminal): Log {
  const sink = createBriefSink(level, terminal);
  const at =
    (own: LogLevel) =>
    (message: string, fields: object = {}): void =>
      sink.write({ time: new Date(), level: own, message, fields: { ...fields } });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** As `createStepLog`, for a worker that has only one run. */
export const createBriefSink = (level: LogLevel, terminal: Terminal): LogSink =>
  createLogSink({
    level,
    format: ({ level: own, message, fields }) => logText(own, message, fields),
    write: line => terminal.say(line),
  });

/** `grind: warn: few beans left=3`: what a step said, where it is plain in which run. */
function logText(level: LogLevel, message: string, given: object): string {
  const { node, graph: _, runId: __, attempt: ___, ...fields } = given as Readonly<Record<string, unknown>>;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const parts = [...(typeof node === 'string' ? [node] : []), ...(level === 'info' ? [] : [level]), message];
  return parts.join(': ') + rest.join('');
}
