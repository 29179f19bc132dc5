import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodecPayloads } from '../../src/api/codec.js';
import { createCompression } from '../../src/seal/compression.js';
import { createEncryption } from '../../src/seal/encryption.js';
import { keysOf } from '../seal/kit.js';
import { NOBODY, openService, type TestService } from './service-harness.js';

const UI = 'http://127.0.0.1:8233';
const keys = keysOf();
let service: TestService;
beforeAll(async () => {
  const codecs = [createCompression(), createEncryption(keys, 'default')];
  service = await openService({ address: NOBODY, codecs, uiOrigin: UI });
});
afterAll(() => service.stop());

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const plain = (value: unknown): CodecPayloads['payloads'][number] => ({
  metadata: { encoding: base64('json/plain') },
  data: base64(JSON.stringify(value)),
});

async function ask(path: 'encode' | 'decode', payloads: CodecPayloads['payloads']): Promise<CodecPayloads['payloads']> {
  const response = await service.send('POST', `/codec/${path}`, { payloads }, { 'X-Namespace': 'default' });
  expect(response.status).toBe(200);
  return ((await response.json()) as CodecPayloads).payloads;
}

describe('the codec endpoint', () => {
  test('encodes what a person types, and decodes it again, in order', async () => {
    const payloads = [plain({ a: 1 }), plain('x'.repeat(3000)), { metadata: { encoding: base64('binary/null') } }];
    const encoded = await ask('encode', payloads);
    expect(encoded.map(({ metadata }) => metadata?.['encoding'])).toEqual(Array(3).fill(base64('binary/encrypted')));
    expect(encoded[1]?.data?.length).toBeLessThan(400);
    expect(await ask('decode', encoded)).toEqual([payloads[0], payloads[1], { ...payloads[2], data: '' }]);
  });

  test('leaves what needs no codec, and what is sent without payloads', async () => {
    expect(await ask('decode', [plain(1)])).toEqual([plain(1)]);
    for (const body of [{}, { payloads: null }, { payloads: [] }]) {
      expect(await (await service.send('POST', '/codec/decode', body)).json()).toEqual({ payloads: [] });
    }
  });

  test('says what it can not open, and is for its own namespace only [A6]', async () => {
    const foreign = await createEncryption(keysOf(), 'default').encode([defaultPayloadConverter.toPayload(1) ?? {}]);
    const [{ metadata = {}, data } = {}] = foreign;
    const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
    const payloads = [{ metadata: Object.fromEntries(texts) as Record<string, string>, data: base64(data ?? '') }];
    const refused = await service.send('POST', '/codec/decode', { payloads });
    expect([refused.status, await refused.json()]).toMatchObject([422, { type: 'urn:espalier:unknown_key' }]);
    const other = await service.send('POST', '/codec/decode', { payloads: [] }, { 'X-Namespace': 'other' });
    expect(other.status).toBe(404);
  });
});

describe('the page of the Temporal UI', () => {
  const browser = { Origin: UI, 'Sec-Fetch-Site': 'same-site' };
  const decode = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    service.send('POST', '/codec/decode', { payloads: [plain(1)] }, headers);

  test('may ask, and its browser shows it the answer, problems too', async () => {
    const asked = { ...browser, 'Access-Control-Request-Method': 'POST' };
    const preflight = await service.fetch('/codec/decode', { method: 'OPTIONS', headers: asked });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': UI,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('X-Namespace') as string,
      vary: 'Origin',
    });
    for (const [headers, status] of [
      [browser, 200],
      [{ ...browser, 'X-Namespace': 'other' }, 404],
    ] as const) {
      const answer = await decode(headers);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, UI]);
    }
  });

  test.each(['http://127.0.0.1:8234', 'https://127.0.0.1:8233', `${UI}.evil.example`, 'null'])(
    'is not that of %s',
    async origin => {
      const answer = await decode({ ...browser, Origin: origin });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    },
  );

  test('may ask for nothing else', async () => {
    for (const path of ['/api/v1/runs/x/cancel', '/api/v1/values', '/codec/decode/../../api/v1/values']) {
      const answer = await service.send('POST', path, {}, browser);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });
});
