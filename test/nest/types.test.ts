import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, typeCheck } from '../graph/type-check.js';

test('@Implements accepts and refuses what types.ts says, at the lines it says', { timeout: 60_000 }, async () => {
  expect((await typeCheck([join(ROOT, 'test/nest/types.ts')])).errors).toEqual([]);
});
