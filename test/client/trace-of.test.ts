import { expect, test } from 'vitest';
import { traceOf } from '../../src/client/trace-of.js';

const TRACE = 'abcdef0123456789abcdef0123456789';
const traceparent = (spanId: string): string => `00-${TRACE}-${spanId}-01`;
const [SPAN, PARENT] = ['0123456789abcdef', 'fedcba9876543210'];

test.each([
  [traceparent(SPAN), traceparent(PARENT), { traceId: TRACE, spanId: SPAN, parentId: PARENT }],
  [traceparent(SPAN), undefined, { traceId: TRACE, spanId: SPAN }],
  // What says nothing is nobody's parent: the attempt has begun a trace.
  [traceparent(SPAN), `00-${TRACE}-${'0'.repeat(16)}-01`, { traceId: TRACE, spanId: SPAN }],
  [undefined, traceparent(PARENT), undefined],
  ['nothing', traceparent(PARENT), undefined],
])('ST-19 the span of an attempt in %s of a run in %s', (own, run, trace) => {
  expect(traceOf(own, run)).toEqual(trace);
});
