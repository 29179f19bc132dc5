import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/document/issue.js';
import { jsonMistake } from '../../src/document/json-mistake.js';
import { parseDocument } from '../../src/document/parse.js';

const issuesOf = (text: string): readonly Issue[] => {
  const result = parseDocument(text);
  return result.ok ? [] : result.issues;
};
/** `line:column code path` of every issue. */
const found = (text: string): string[] =>
  issuesOf(text).map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`);
const messageOf = (text: string): string | undefined => issuesOf(text)[0]?.message;

describe('YAML', () => {
  test('is read with comments, quoted and bare words, block and flow style', () => {
    const text =
      '# a graph\nid: "g" # its id\ntitle: yes\nsteps:\n  s: {version: \'3\', in: {n: {default: 0x1F}, m: {default: ~}}}\n';
    expect(parseDocument(text)).toEqual({
      ok: true,
      document: {
        id: 'g',
        title: 'yes',
        steps: { s: { version: '3', in: { n: { default: 31 }, m: { default: null } } } },
      },
    });
  });

  test('keys that look like numbers or words of YAML are text', () => {
    const text = 'id: g\nout: { o: { value: { 1: a, 1.0: b, true: c, ~: d } } }';
    const value = { 1: 'a', '1.0': 'b', true: 'c', '~': 'd' };
    expect(parseDocument(text)).toEqual({ ok: true, document: { id: 'g', out: { o: { value } } } });
  });

  test.each([
    ['an anchor', 'id: &a g', '1:8 unsupported_yaml /id'],
    ['an anchor on a map', 'id: g\nin: &a\n  p: {}', '3:3 unsupported_yaml /in'],
    ['an anchor on a key', '&a id: g', '1:4 unsupported_yaml '],
    ['a tag', 'id: !!str g', '1:11 unsupported_yaml /id'],
    ['a tag that runs code elsewhere', 'id: g\ntitle: !!js/function "f()"', '2:22 unsupported_yaml /title'],
    ['a tag on a list', 'id: g\nout: { o: { value: !!set { a } } }', '2:26 unsupported_yaml /out/o/value'],
    ['a merge key', 'id: g\nout: { <<: { a: b.c } }', '2:8 unsupported_yaml /out'],
    ['a directive', '%YAML 1.1\n---\nid: g', '1:1 unsupported_yaml '],
    ['a key that is a list', 'id: g\nout: { [a]: b.c }', '2:8 syntax /out'],
    [
      'a key twice',
      'id: g\nnodes:\n  a: { step: s }\n  b: { step: s }\n  a: { step: t }',
      '5:3 duplicate_key /nodes/a',
    ],
    ['a second document', 'id: g\n---\nid: h', '2:1 syntax '],
    ['tabs as indentation', 'id: g\nin:\n\tp: {}', '3:1 syntax '],
    ['a bracket too many', 'id: g\nin: {}}', '2:7 syntax '],
  ])('%s is refused', (_, text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  test('an alias is refused, and what it stands for is not expanded', () => {
    const bomb = ['id: g', 'title: &a x', ...Array.from({ length: 30 }, (_, at) => `k${at}: &k${at} [*a, *a]`)].join(
      '\n',
    );
    expect(found(bomb)).toContain('3:10 unsupported_yaml /k0/0');
    expect(messageOf('id: *a')).toBe('aliases are not supported: write out what `*a` stands for');
  });

  test('not a number, and numbers that lost digits, are refused', () => {
    expect(found('id: g\nout: { o: { value: [.nan, -.inf, 12345678901234567890] } }')).toEqual([
      '2:21 not_json /out/o/value/0',
      '2:27 not_json /out/o/value/1',
      '2:34 not_json /out/o/value/2',
    ]);
  });

  test('a thousand syntax errors are no more than twenty issues', () => {
    expect(issuesOf('}\n'.repeat(1000))).toHaveLength(20);
  });
});

describe('JSON', () => {
  test('with a key twice is refused, as often as there is one, whatever way it is written', () => {
    const text = '{"id": "g", "id": "h",\n "out": {"a": {"value": {"x": 1, "\\u0078": 2}},\n "a": "b.c"}}';
    expect(found(text)).toEqual([
      '1:13 duplicate_key /id',
      '2:34 duplicate_key /out/a/value/x',
      '3:2 duplicate_key /out/a',
    ]);
  });

  test('with the same key in different objects is fine', () => {
    expect(parseDocument('{"id":"g","in":{"id":{}},"nodes":{"a":{"step":"id"},"b":{"step":"id"}}}').ok).toBe(true);
  });

  test.each([
    ['{"id": "g" "in": {}}', '1:12', 'expected `,` or the end of the list or object, got `"in"`'],
    ['{"id": "g", "in": ]', '1:19', 'expected a value, got `]`'],
    ['{"id": "g", "in": {"p": {]', '1:26', 'expected a key in double quotes or `}`, got `]`'],
    ['{"id": "g"', '1:11', 'expected `,` or the end of the list or object, got the end of the text'],
    ['{"id":\n"g"}}', '2:5', 'expected the end of the text, got `}`'],
    ['{"id": "g', '1:8', 'expected a value, got `"g`'],
    ['{"id" "g"}', '1:7', 'expected `:`, got `"g"`'],
  ])('%j is no JSON, and where and why is said', (text, place, message) => {
    expect(found(text)).toEqual([`${place} syntax `]);
    expect(messageOf(text)).toBe(message);
  });

  test('that only YAML can read is read as YAML', () => {
    expect(parseDocument('{"id": "g", "out": {o: a.b,},}')).toMatchObject({ ok: true });
  });

  test('is found wrong where JSON.parse finds it wrong', () => {
    const tokens = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"a":', '1', 'null', '"\\u0061"');
    let placed = 0;
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 8 }), chosen => {
        const text = `{ "k": ${chosen.join(' ')}`;
        const mistake = mistakeOf(text);
        if (mistake === undefined) return !found(text).some(issue => issue.includes('syntax'));
        const at = /at position (\d+)/.exec(mistake)?.[1];
        if (at !== undefined) placed += 1;
        const { offset, message } = jsonMistake(text);
        return at === undefined ? !message.includes('the end of the text, got the end') : offset === Number(at);
      }),
      { numRuns: 2000 },
    );
    expect(placed).toBeGreaterThan(100);
  });

  test('has a byte order mark that counts for nothing', () => {
    expect(found('\uFEFF{"id": 5}')).toEqual(['1:8 wrong_type /id']);
  });
});

describe('any text', () => {
  test.each([
    ['', '1:1 empty '],
    [' \n\t ', '1:1 empty '],
    ['# nothing', '1:1 wrong_type '],
    ['null', '1:1 wrong_type '],
    ['5', '1:1 wrong_type '],
    ['just text', '1:1 wrong_type '],
    ['[]', '1:1 wrong_type '],
    ['- a', '1:1 wrong_type '],
  ])('%j holds no document', (text, expected) => {
    expect(found(text)).toEqual([expected]);
    expect(messageOf(text)).toMatch(/^expected a graph document/);
  });

  test('more than 16 Mi characters are refused unread, and YAML from 4 Mi on', () => {
    const large = (text: string, size: number): string => text + ' '.repeat(size * 1_048_576);
    expect(messageOf(large('{"id":"g"}', 16))).toMatch(/^expected a text of at most 16 Mi characters, got 16777226/);
    expect(messageOf(large('id: g', 4))).toMatch(/^expected YAML of at most 4 Mi characters/);
    expect(parseDocument(large('{"id":"g"}', 15)).ok).toBe(true);
    expect(found(large('{"id":"g" x', 4))).toEqual(['1:11 syntax ']);
  });

  test('500 levels are read, and one more is refused', () => {
    // The document, `out`, the form: three levels around the literal.
    const withLists = (levels: number): string =>
      `{"id":"g","out":{"o":{"value":${'['.repeat(levels)}${']'.repeat(levels)}}}}`;
    const inYaml = (levels: number): string =>
      `id: g\nout:\n  o:\n    value: ${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(parseDocument(withLists(497)).ok).toBe(true);
    expect(parseDocument(inYaml(497)).ok).toBe(true);
    expect(found(withLists(498))).toEqual(['1:528 too_deep ']);
    expect(issuesOf(inYaml(498)).map(({ code }) => code)).toEqual(['too_deep']);
  });

  test('50,000 levels are refused, twice in one process, in every way to write them', () => {
    const levels = 50_000;
    const ways = [
      '['.repeat(levels),
      `{"id":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`,
      `id: ${'['.repeat(levels)}${']'.repeat(levels)}`,
      `id: ${'{a: '.repeat(levels)}`,
      '- '.repeat(levels),
      '? '.repeat(levels),
      `id: ${'[a: '.repeat(levels)}`,
      `${'a: '.repeat(600)}\n`.repeat(80),
    ];
    for (const text of [...ways, ...ways]) {
      const codes = issuesOf(text).map(({ code }) => code);
      expect(codes).not.toEqual([]);
      expect(codes.filter(code => code !== 'too_deep' && code !== 'syntax')).toEqual([]);
    }
  });

  test('block levels are counted as flow levels are', () => {
    const text = Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    expect(found(text)).toEqual(['501:503 too_deep ']);
  });

  test('gives a document or issues with a code, a path and a message, and never throws', () => {
    const pieces = fc.constantFrom(
      ...['id', ': ', '- ', '? ', '\n', '  ', '[', ']', '{', '}', ', ', '"', "'", '#', '&a ', '*a', '!t ', '!!set '],
      ...['|', '>', '%', '---\n', '...\n', '\t', '\\', '<<', '__proto__', '\u0000', '\uFEFF', '\ud800', '1', 'nodes'],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map(chosen => chosen.join('')),
      fc.array(pieces, { maxLength: 20 }).map(chosen => `{"id":"g",${chosen.join('')}`),
      fc.array(pieces, { maxLength: 20 }).map(chosen => `id: g\nnodes: ${chosen.join('')}`),
    );
    fc.assert(
      fc.property(texts, text => {
        const result = parseDocument(text);
        return (
          result.ok ||
          (result.issues.length > 0 &&
            result.issues.every(({ code, path, message }) => code !== '' && /^(\/|$)/.test(path) && message !== ''))
        );
      }),
      { numRuns: 1500 },
    );
  });
});

/** Why the text is no JSON. */
function mistakeOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
