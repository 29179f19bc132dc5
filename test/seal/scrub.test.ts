import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScrub } from '../../src/seal/scrub.js';

const SECRET = 'pä"ss\\w/o+r d?\n1';
const scrub = createScrub([['apiKey', SECRET]]);

describe('a secret [A5]', () => {
  test.each([
    ['itself', SECRET],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify([SECRET]))],
    ['in a URI', `https://x.example/?key=${encodeURIComponent(SECRET)}&b=1`],
    ['in a URI with small letters', encodeURIComponent(SECRET).replaceAll(/%../g, byte => byte.toLowerCase())],
    ['in a form', new URLSearchParams({ key: SECRET }).toString()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in a header of its own', `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`],
    ['behind another name', `Basic ${Buffer.from(`you:${SECRET}`).toString('base64url')}`],
  ])('is replaced %s', (_, text) => {
    expect(scrub?.text(text)).toContain('[context apiKey]');
    expect(scrub?.find({ deep: [{ [text]: 1 }] })).toBe('apiKey');
  });

  test('leaves nothing of itself in any text, wherever it begins', () => {
    const secrets = fc.string({ unit: 'binary', minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (secret, before, after) => {
        const own = createScrub([['key', secret]]);
        const around = before + secret + after;
        for (const text of [around, JSON.stringify(around), JSON.stringify({ [around]: [around] })]) {
          expect(own?.text(text).includes(secret)).toBe(false);
        }
        const decoded = Buffer.from(own?.text(Buffer.from(around).toString('base64')) ?? '', 'base64');
        expect(decoded.includes(Buffer.from(secret).subarray(2, -2))).toBe(false);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('of several lines is known by each longer one', () => {
    const pem = `-----BEGIN KEY-----\n${'MIIEvQIBADANBgkq'.repeat(3)}\nshort\n-----END KEY-----`;
    const own = createScrub([['pem', pem]]);
    expect(own?.text(inspect({ pem }))).not.toContain('MIIEvQ');
  });

  test('is any text in a value, however deep; shorter ones than four characters are too common', () => {
    const own = createScrub([
      ['login', { user: 'abc', list: [{ password: 'hunter2' }] }],
      ['n', 5],
    ]);
    expect(own?.text('abc:hunter2')).toBe('abc:[context login]');
    expect(createScrub([['n', [1, true, 'abc', null]]])).toBeUndefined();
  });

  test('is the longer one where two begin alike', () => {
    const own = createScrub([
      ['short', 'token'],
      ['long', 'token-of-mine'],
    ]);
    expect(own?.text('token token-of-mine')).toBe('[context short] [context long]');
  });
});

describe('whatever a step says', () => {
  test('is copied without its secrets: errors with their causes, maps, getters, cycles, bytes', () => {
    const cause = Object.assign(new TypeError(`no ${SECRET}`), { request: { headers: { authorization: SECRET } } });
    const error = new Error(`it says ${SECRET}`, { cause });
    const odd: Record<string, unknown> = { error, map: new Map([[SECRET, SECRET]]), bytes: Buffer.from(SECRET) };
    odd['self'] = odd;
    odd['fn'] = () => SECRET;
    odd['again'] = error;
    Object.defineProperty(odd, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error(SECRET);
      },
    });
    const copy = scrub?.value(odd) as { readonly error: Error; readonly self: unknown; readonly again: unknown };
    expect(inspect(copy, { depth: 20, showHidden: true })).not.toContain('w/o+r');
    expect(copy.error).toBeInstanceOf(Error);
    expect(copy.error.message).toBe('it says [context apiKey]');
    expect(copy.error.stack).toContain('[context apiKey]');
    expect((copy.error.cause as Error).message).toBe('no [context apiKey]');
    expect([copy.self, copy.again]).toEqual([copy, copy.error]);
    expect(error.message).toContain(SECRET);
  });

  test('is found in, and ends, however deep it is', () => {
    let deep: unknown = SECRET;
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    expect(scrub?.find(deep)).toBe('apiKey');
    expect(JSON.stringify(scrub?.value(deep))).toContain('[too much]');
    const wide = Array.from({ length: 50_000 }, () => [SECRET]);
    expect(JSON.stringify(scrub?.value(wide)).length).toBeLessThan(1_000_000);
    expect(scrub?.find({ nothing: ['here', 1, null, undefined] })).toBeUndefined();
  });
});
