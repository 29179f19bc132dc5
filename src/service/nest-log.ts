import type { LoggerService } from '@nestjs/common';
import type { LogLevel } from '../config/config.js';
import type { LogSink } from '../log/log-sink.js';

/** Nest's messages in the one stream of the process. Its accounts of its own start are for `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly sink: LogSink) {}

  log(message: unknown, ...rest: readonly unknown[]): void {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: readonly unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: readonly unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: readonly unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: readonly unknown[]): void {
    this.write('error', message, rest);
  }

  /** Nest gives the context last, and the stack of an error before it. */
  private write(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest.at(-2) : undefined;
    this.sink.write({
      time: new Date(),
      level,
      message: message instanceof Error ? message.message : String(message),
      fields: { ...(context !== undefined && { context }), ...(stack !== undefined && { stack }) },
    });
  }
}
