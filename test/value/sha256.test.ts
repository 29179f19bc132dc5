import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSha256, sha256 } from '../../src/value/sha256.js';
import { anyText } from './any-json.js';

const nodeSha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

describe('sha256', () => {
  test('gives the digests of the standard', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('agrees with node:crypto on any text, lone surrogates included', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(sha256(text)).toBe(nodeSha256(text));
      }),
      { numRuns: 500 },
    );
  });

  test('agrees with node:crypto however the text and bytes are cut into pieces', () => {
    const piece = fc.oneof(anyText, fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const hash = createSha256();
        for (const part of pieces) {
          if (typeof part === 'string') hash.update(part);
          else hash.updateBytes(part);
        }
        expect(hash.hex()).toBe(nodeSha256(...pieces));
      }),
      { numRuns: 500 },
    );
  });

  test.each(['a', 'é', '中', '😀', '\ud83d', '\ude00'])(
    'agrees when %j stands at any place around the borders of blocks',
    letter => {
      for (let before = 50; before <= 130; before += 1) {
        const text = 'x'.repeat(before) + letter;
        expect(sha256(text), `after ${before} letters`).toBe(nodeSha256(text));
        expect(
          createSha256()
            .updateBytes(Buffer.from('x'.repeat(before)))
            .update(letter)
            .hex(),
        ).toBe(nodeSha256(text));
      }
    },
  );

  test('a surrogate pair torn between two calls counts as two replacement characters', () => {
    expect(createSha256().update('\ud83d').update('\ude00').hex()).toBe(sha256('\ufffd\ufffd'));
  });

  test('tells the digest up to now, and goes on', () => {
    const hash = createSha256().update('ab');
    expect(hash.hex()).toBe(sha256('ab'));
    expect(hash.hex()).toBe(sha256('ab'));
    expect(hash.update('c').hex()).toBe(sha256('abc'));
  });

  test('two hashes in progress do not touch each other', () => {
    const one = createSha256().update('x'.repeat(100));
    const two = createSha256().update('y'.repeat(100));
    one.update('x'.repeat(100));
    expect([one.hex(), two.hex()]).toEqual([sha256('x'.repeat(200)), sha256('y'.repeat(100))]);
  });

  test('hashes megabytes', () => {
    const text = 'Zeichen: ä, 中, 😀. '.repeat(200_000);
    expect(sha256(text)).toBe(nodeSha256(text));
  });
});
