import { Logger } from '@nestjs/common';
import type { LogLevel } from '../config/config.js';
import type { LogMessage, LogSink } from '../log/log-sink.js';
import type { Log } from '../step/ctx.js';

const METHODS = { trace: 'verbose', debug: 'debug', info: 'log', warn: 'warn', error: 'error' } as const;

/** Everything goes where the application's own messages go, in the context `Espalier`, fields as Nest's parameters. */
export function createNestLog(level: LogLevel): LogSink {
  const logger = new Logger('Espalier');
  return {
    level,
    write({ level, message, fields }: LogMessage) {
      const parameters = Object.keys(fields).length > 0 ? [fields] : [];
      logger[METHODS[level]](message, ...parameters);
    },
  };
}

/** The same for steps that run in this process without a worker. */
export function createStepLog(): Log {
  const logger = new Logger('Espalier');
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.log(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
