import { join } from 'node:path';
import { expect, test } from 'vitest';
import { espalier, processesWith, ROOT, temporaryFolder } from '../cli/espalier.js';

test('orders are fed, stopped, resumed lazily and asked for by port; a failed one is seen, and harms no other (RN-06, RN-09, RN-12, RN-16, RN-19)', async () => {
  const folder = await temporaryFolder();
  const program = [join(ROOT, 'node_modules/.bin/tsx'), join(ROOT, 'examples/orders/main.ts')] as const;
  const { code, stdout, stderr } = await espalier([], { program, env: { ESPALIER_DATA: folder } });
  expect(code, stderr).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.filter(line => line.startsWith('hook'))).toHaveLength(2);
  expect(lines.filter(line => !line.startsWith('hook'))).toEqual([
    expect.stringMatching(/^stopped, saved as \w+$/),
    'resumed: 0 values loaded, 7 left in the store',
    'results { total: [ 12, 475.2, 6, 1.2 ] }',
    'by port {',
    "  receipt: [ '1 for Ann: 12.00', '2 for Cleo: 6.00', '1 for Dan: 1.20' ],",
    '  total: 1.2',
    '}',
    'order 1 failed at $[1]/check: only 10 are in stock, not 99',
  ]);
  expect(await processesWith(folder)).toEqual([]);
});
