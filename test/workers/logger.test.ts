import { expect, test } from 'vitest';
import { createLogSink } from '../../src/log/log-sink.js';
import { createLogger } from '../../workers/logger.js';

function logged(level: 'debug' | 'info'): { readonly lines: string[]; readonly log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  return { lines, log: createLogger(createLogSink({ level, write: line => lines.push(line) })) };
}

test('shows what steps say, in our words and without the fields of the SDK', () => {
  const { lines, log } = logged('info');
  const sdk = { sdkComponent: 'activity', taskToken: 'x', workflowId: 'run-1', activityType: 'brew' };
  log.info('brewing', { ...sdk, runId: 'run-1', node: 'brew', attempt: 1, grams: 12, style: 'very strong' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\S+Z info {2}brewing runId=run-1 node=brew attempt=1 grams=12 style="very strong"$/);
});

test('of what the SDK says about itself only warnings and errors are shown, or all at `debug`', () => {
  const info = logged('info');
  info.log.info('Worker state changed', { sdkComponent: 'worker' });
  info.log.warn('Activity failed', { sdkComponent: 'worker', error: new Error('no water') });
  expect(info.lines.map(line => line.slice(25))).toEqual(['warn  Activity failed error="no water"']);
  const debug = logged('debug');
  debug.log.info('Worker state changed', { sdkComponent: 'worker' });
  expect(debug.lines).toHaveLength(1);
});
