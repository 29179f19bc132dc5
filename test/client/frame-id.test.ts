import { expect, test } from 'vitest';
import { isAfter, parseFrameId } from '../../src/client/frame-id.js';

test('ids are ordered by link, then task, then place, as numbers', () => {
  const ids = ['0.3.1', '0.3.2', '0.3.10', '0.20.1', '1.3.1'].map(parseFrameId);
  for (const [a, id] of ids.entries()) {
    for (const [b, other] of ids.entries()) expect(isAfter(id, other)).toBe(a > b);
  }
});

test.each(['', '1', '1.2', '1.2.3.4', '1.2.x', '1.2.-3', ' 1.2.3', '1.2.9999999999'])('%j is no frame id', text => {
  expect(() => parseFrameId(text)).toThrow(/expected the id of a frame/);
});
