import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'vitest';

test('the lock file has every platform, or npm ci refuses it', () => {
  execFileSync(process.execPath, [resolve(import.meta.dirname, '../../scripts/complete-lock.mjs'), '--check']);
});
