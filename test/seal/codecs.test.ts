import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { createCompression } from '../../src/seal/compression.js';
import { defaultCodecs } from '../../src/seal/defaults.js';
import { createEncryption } from '../../src/seal/encryption.js';
import { encodingOf, packed } from '../../src/seal/packed.js';
import { keysOf, someKey, thrownBy } from './kit.js';

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const valueOf = (payload: Payload | undefined): unknown => payload && defaultPayloadConverter.fromPayload(payload);

describe('compression of payloads', () => {
  const codec = createCompression(512, 10_000);

  test('makes large ones smaller and gives them back as they were', async () => {
    const payloads = [payloadOf('x'.repeat(5000)), payloadOf('small'), payloadOf(undefined)];
    const encoded = await codec.encode(payloads);
    expect(encoded.map(encodingOf)).toEqual(['binary/gzip', 'json/plain', 'binary/null']);
    expect(encoded[0]?.data?.length).toBeLessThan(200);
    expect((await codec.decode(encoded)).map(valueOf)).toEqual(['x'.repeat(5000), 'small', undefined]);
  });

  test('leaves what it would make larger', async () => {
    const [encoded] = await codec.encode([payloadOf(randomBytes(5000))]);
    expect(encodingOf(encoded ?? {})).toBe('binary/plain');
  });

  test('refuses what is damaged, or would fill the memory', async () => {
    const metadata = { encoding: Buffer.from('binary/gzip') };
    for (const data of [Buffer.from('nothing'), gzipSync('no payload'), gzipSync(Buffer.alloc(20_000))]) {
      expect(await thrownBy(codec.decode([{ metadata, data }]))).toMatchObject({ code: 'not_opened' });
    }
  });
});

describe('encryption of payloads [A5] [A6]', () => {
  test('leaves nothing to be read, and opens with the key, also after it was replaced', async () => {
    const [old, now] = [someKey(), someKey()];
    const encoded = await createEncryption(keysOf(old), 'acme').encode([payloadOf({ plain: 'words' })]);
    expect(Buffer.from(packed(encoded[0] ?? {})).toString('latin1')).not.toMatch(/plain|words|json/);
    for (const keys of [keysOf(old), keysOf(now, old)]) {
      expect((await createEncryption(keys, 'acme').decode(encoded)).map(valueOf)).toEqual([{ plain: 'words' }]);
    }
    expect(await thrownBy(createEncryption(keysOf(now), 'acme').decode(encoded))).toMatchObject({
      code: 'unknown_key',
    });
  });

  test('is for one tenant: another one with the same key opens nothing', async () => {
    const keys = keysOf();
    const encoded = await createEncryption(keys, 'acme').encode([payloadOf(1)]);
    expect(await thrownBy(createEncryption(keys, 'other').decode(encoded))).toMatchObject({ code: 'not_opened' });
  });

  test('reads what was written before it was switched on', async () => {
    expect((await createEncryption(keysOf(), 'acme').decode([payloadOf(1)])).map(valueOf)).toEqual([1]);
  });
});

test('what is both compressed and encrypted is compressed first, in whatever order they are named', async () => {
  const [compress, encrypt, ...others] = defaultCodecs({ codecs: ['encrypt', 'compress'] }, keysOf(), 'acme');
  expect(others).toEqual([]);
  const large = [payloadOf('x'.repeat(5000))];
  const [sealed] = (await encrypt?.encode((await compress?.encode(large)) ?? [])) ?? [];
  expect(encodingOf(sealed ?? {})).toBe('binary/encrypted');
  expect(sealed?.data?.length).toBeLessThan(300);
  expect(defaultCodecs({ codecs: [] }, keysOf(), 'acme')).toEqual([]);
});
