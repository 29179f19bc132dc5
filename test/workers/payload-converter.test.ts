import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { payloadConverter } from '../../workers/workflows/payload-converter.js';

test.each([
  null,
  'ä 漢 😀 and half of one: \uD83D',
  { list: [1, { text: 'é' }], absent: undefined },
  new Uint8Array([1, 2]),
  undefined,
])('%j is written and read as by the SDK', given => {
  const payload = payloadConverter.toPayload(given);
  expect(payload).toEqual(defaultPayloadConverter.toPayload(given));
  expect(payloadConverter.fromPayload(payload)).toEqual(defaultPayloadConverter.fromPayload(payload));
});
