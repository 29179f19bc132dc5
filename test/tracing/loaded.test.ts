import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const execute = promisify(execFile);

test.each([
  ['off', []],
  ['on', ['@opentelemetry/api']],
])('of OpenTelemetry client and worker load with tracing %s: %j', async (tracing, loaded) => {
  const ESPALIER_DATA = await mkdtemp(join(tmpdir(), 'espalier-loaded-'));
  onTestFinished(() => rm(ESPALIER_DATA, { recursive: true, force: true }));
  const child = fileURLToPath(new URL('loaded-child.ts', import.meta.url));
  const env = { ...process.env, ESPALIER_DATA };
  const { stdout } = await execute(process.execPath, ['--import', 'tsx', child, tracing], { env });
  expect(JSON.parse(stdout)).toEqual(loaded);
});
