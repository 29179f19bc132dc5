import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bytes, byteStream, text } from '../../src/graph/bytes.js';
import { compile } from '../../src/graph/compile.js';
import { graph } from '../../src/graph/graph.js';
import { portSchemas } from '../../src/graph/port-schema.js';
import { encodePort } from '../../src/graph/port-codec.js';
import { step } from '../../src/graph/step.js';

const BASE64 = { type: 'string', contentEncoding: 'base64' };
const take = (schema: z.ZodType) => step({ id: 'take', in: { it: schema }, out: {} });

test('the JSON side of bytes and streams is base64, that of text the text, whatever stands around them', () => {
  const png = { ...BASE64, contentMediaType: 'image/png' };
  const octets = { ...BASE64, contentMediaType: 'application/octet-stream' };
  const image = bytes({ media: 'image/png' });
  const ports = { image, stream: byteStream(), text: text({ media: 'text/csv' }), plain: text() };
  expect(portSchemas(ports)).toEqual({
    image: png,
    stream: octets,
    text: { type: 'string', contentMediaType: 'text/csv' },
    plain: { type: 'string', contentMediaType: 'text/plain' },
  });
  const around = { may: byteStream().optional(), usual: bytes().default(Uint8Array.of(1)), all: z.array(image) };
  expect(portSchemas(around)).toEqual({
    may: { ...octets, optional: true },
    usual: { ...octets, default: 'AQ==' },
    all: { type: 'array', items: png },
  });
});

test('bytes that are part of a value are base64 in its JSON', () => {
  const schema = z.object({ pages: z.array(bytes()), cover: bytes().nullable(), note: z.string().optional() });
  const value = { pages: [Uint8Array.of(1, 2, 3), Uint8Array.of()], cover: Buffer.from('a'), note: undefined };
  expect(encodePort(schema, value)).toEqual({ ok: true, json: { pages: ['AQID', ''], cover: 'YQ==' } });
  expect(encodePort(z.unknown(), value)).toMatchObject({ ok: false, kind: 'not_json' });
});

test.each<[string, () => unknown, string]>([
  ['a stream in a list', () => take(z.array(byteStream())), 'byteStream() is for a port as a whole'],
  ['a stream that may be null', () => take(byteStream().nullable()), 'byteStream() is for a port as a whole'],
  ['no media type', () => bytes({ media: 'png' }), 'expected a media type without parameters, such as image/png'],
  ['a charset', () => bytes({ media: 'text/csv; charset=utf-8' }), 'got "text/csv; charset=utf-8"'],
])('%s is refused where it is defined', (_, define, message) => {
  expect(define).toThrow(message);
});

describe('what is wired', () => {
  const make = step({
    id: 'make',
    in: {},
    out: { bytes: bytes(), stream: byteStream(), text: text(), json: z.string() },
  });
  const wired = (from: 'bytes' | 'stream' | 'text' | 'json', to: z.ZodType) => () =>
    compile(
      graph({ id: 'g', in: {}, out: {} }, g => {
        g.run(take(to), { it: g.run(make, {})[from] });
        return { out: {} };
      }),
    );

  test('bytes fit a stream and the other way round, and both fit JSON text', () => {
    for (const from of ['bytes', 'stream'] as const) {
      for (const to of [bytes({ media: 'image/png' }), byteStream(), z.string(), z.unknown()]) {
        expect(wired(from, to)).not.toThrow();
      }
    }
  });

  test('JSON text fits text and may be bytes; text and bytes never fit each other', () => {
    for (const to of [text(), bytes(), byteStream()]) expect(wired('json', to)).not.toThrow();
    expect(wired('text', z.string())).not.toThrow();
    expect(wired('text', bytes())).toThrow(
      '"make.text" gives text (text/plain), expected bytes (application/octet-stream, as base64)',
    );
    expect(wired('stream', text())).toThrow('type_mismatch');
  });

  test('a literal is checked, and a condition can ask no more than whether bytes are there', () => {
    const condition = (expr: string) => () =>
      compile(
        graph({ id: 'g', in: { it: bytes() }, out: {} }, (g, i) => {
          g.run(take(bytes()), { it: 'AQID' }, { when: { expr, in: { it: i.it } } });
          return { out: {} };
        }),
      );
    expect(condition('has(it)')).not.toThrow();
    expect(condition('it == "AQID"')).toThrow("bytes can't be read by a condition");
    expect(condition('len(it) > 2')).toThrow("bytes can't be read by a condition");
    const literal = () =>
      graph({ id: 'g', in: {}, out: {} }, g => {
        g.run(take(bytes()), { it: 'AQI' });
        return { out: {} };
      });
    expect(literal).toThrow('expected base64 text, got "AQI"');
  });
});
