import { Logger, type LoggerService } from '@nestjs/common';
import { onTestFinished } from 'vitest';

export interface Logged {
  readonly level: string;
  readonly message: string;
  /** What came after the message, the context last. */
  readonly rest: readonly unknown[];
}

/** Everything that is logged until the test ends, as the application's own logger gets it. */
export function catchLogs(): readonly Logged[] {
  const logged: Logged[] = [];
  const take =
    (level: string) =>
    (message: unknown, ...rest: unknown[]): void =>
      void logged.push({ level, message: String(message), rest });
  const service: LoggerService = {
    ...{ log: take('log'), error: take('error'), warn: take('warn') },
    ...{ debug: take('debug'), verbose: take('verbose'), fatal: take('fatal') },
  };
  Logger.overrideLogger(service);
  onTestFinished(() => Logger.overrideLogger(false));
  return logged;
}
