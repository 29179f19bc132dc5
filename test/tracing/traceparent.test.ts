import { expect, test } from 'vitest';
import { formatTraceparent, parseTraceparent } from '../../src/tracing/traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('a traceparent is read and written', () => {
  const read = parseTraceparent(`00-${TRACE}-${SPAN}-01`);
  expect(read).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
  expect(read && formatTraceparent(read)).toBe(`00-${TRACE}-${SPAN}-01`);
});

test('of a later version what this one knows is read', () => {
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-more`)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
});

test.each([
  '',
  'active',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-0x`,
])('%j says nothing', text => {
  expect(parseTraceparent(text)).toBeUndefined();
});
