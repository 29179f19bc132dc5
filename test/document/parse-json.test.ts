import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/document/parse-json.js';

const issuesOf = (json: string) => {
  const parsed = parseJson(json);
  return parsed.ok ? [] : parsed.issues.map(({ code, path, line, column }) => ({ code, path, line, column }));
};

test('gives what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.boolean(), (value, spaced) => {
      const json = JSON.stringify(value, undefined, spaced ? 2 : 0);
      if (json.includes('__proto__')) return;
      expect(parseJson(json)).toEqual({ ok: true, value: JSON.parse(json) });
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('ordinary keys of objects in JavaScript are ordinary', () => {
  const json = '{"constructor":1,"toString":2,"hasOwnProperty":3,"prototype":{"then":4}}';
  expect(parseJson(json)).toEqual({ ok: true, value: JSON.parse(json) });
});

describe('refuses, saying where', () => {
  test.each([
    ['text that breaks off', '{"a":\n [1,', [{ code: 'syntax', path: '', line: 2, column: 5 }]],
    ['nothing', '', [{ code: 'syntax', path: '', line: 1, column: 1 }]],
    ['two values', '1 2', [{ code: 'syntax', path: '', line: 1, column: 3 }]],
    [
      'a key that is there twice',
      '{"a":{"b":1,\n"b":2}}',
      [{ code: 'duplicate_key', path: '/a/b', line: 2, column: 1 }],
    ],
    [
      'a key that is there twice, once in escapes',
      '{"b":1,"\\u0062":2}',
      [{ code: 'duplicate_key', path: '/b', line: 1, column: 8 }],
    ],
    ['__proto__', '[{"__proto__":{}}]', [{ code: 'reserved_name', path: '/0/__proto__', line: 1, column: 3 }]],
    [
      '__proto__ in escapes',
      '{"a":{"\\u005f_proto\\u005F_":1}}',
      [{ code: 'reserved_name', path: '/a/__proto__', line: 1, column: 7 }],
    ],
    ['501 levels', '['.repeat(501) + ']'.repeat(501), [{ code: 'too_deep', path: '', line: 1, column: 501 }]],
  ])('%s', (_, json, issues) => {
    expect(issuesOf(json)).toEqual(issues);
  });

  test('all at once, in the order of the text', () => {
    expect(issuesOf('{"__proto__":1,"a":1,"a":{"__proto__":2}}').map(({ path, code }) => [path, code])).toEqual([
      ['/__proto__', 'reserved_name'],
      ['/a', 'duplicate_key'],
      ['/a/__proto__', 'reserved_name'],
    ]);
  });
});

test('500 levels are allowed', () => {
  expect(parseJson('['.repeat(500) + ']'.repeat(500)).ok).toBe(true);
});

test('"__proto__" as a value is ordinary', () => {
  expect(parseJson('{"a":"__proto__","b":["__proto__"]}').ok).toBe(true);
});
