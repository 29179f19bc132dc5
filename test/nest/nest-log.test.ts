import { ConsoleLogger, Logger } from '@nestjs/common';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createNestLog } from '../../src/nest/nest-log.js';
import { LOG_LEVELS } from '../../src/config/config.js';
import { catchLogs } from './logged.js';

const time = new Date(0);
const fields = { runId: 'r', node: 'brew', attempt: 2 };

test("messages reach the application's logger at their level, with their fields, in the context Espalier", () => {
  const logs = catchLogs();
  const sink = createNestLog('trace');
  for (const level of LOG_LEVELS) sink.write({ time, level, message: `at ${level}`, fields });
  expect(logs).toEqual(
    ['verbose', 'debug', 'log', 'warn', 'error'].map((level, index) => ({
      level,
      message: `at ${LOG_LEVELS[index]}`,
      rest: [fields, 'Espalier'],
    })),
  );
});

test("Nest's own logger writes the fields into the same line", () => {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation(text => lines.push(String(text)) > 0);
    onTestFinished(() => spy.mockRestore());
  }
  Logger.overrideLogger(new ConsoleLogger({ json: true, flattenParams: true }));
  onTestFinished(() => Logger.overrideLogger(false));
  const sink = createNestLog('info');
  for (const level of ['info', 'error'] as const) sink.write({ time, level, message: 'brewing', fields });
  sink.write({ time, level: 'warn', message: 'plain', fields: {} });
  expect(lines.map(line => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 'log', message: 'brewing', context: 'Espalier', ...fields }),
    expect.objectContaining({ level: 'error', message: 'brewing', context: 'Espalier', ...fields }),
    expect.objectContaining({ level: 'warn', message: 'plain', context: 'Espalier' }),
  ]);
});
