import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/expression/check.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';
import { parsed } from './expressions.js';

const names: ReadonlyMap<string, JsonSchema | undefined> = new Map<string, JsonSchema | undefined>([
  ['any', undefined],
  ['open', true],
  ['count', { type: 'integer' }],
  ['title', { type: 'string' }],
  ['ready', { type: 'boolean' }],
  ['maybe', { type: ['string', 'null'] }],
  ['either', { anyOf: [{ type: 'string' }, { type: 'number' }] }],
  ['colour', { enum: ['red', 'green'] }],
  ['mixed', { enum: ['red', 1] }],
  ['fixed', { const: 5 }],
  ['loose', { type: 'object', properties: { size: { type: 'number' } } }],
  ['tags', { type: 'array', items: { type: 'string' } }],
  ['pair', { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] }],
  ['tuple', { type: 'array', prefixItems: [{ type: 'number' }], items: { type: 'string' } }],
  [
    'order',
    {
      type: 'object',
      properties: {
        total: { type: 'number' },
        lines: {
          type: 'array',
          items: { type: 'object', properties: { sku: { type: 'string' } }, additionalProperties: false },
        },
      },
      additionalProperties: false,
    },
  ],
  ['counts', { type: 'object', additionalProperties: { type: 'number' } }],
  ['keyed', { type: 'object', patternProperties: { '^x': {} }, additionalProperties: false }],
]);

const issues = (text: string, expected?: 'boolean'): string[] =>
  checkExpression(parsed(text), names, expected).map(({ column, message }) => `${column}: ${message}`);

describe('checkExpression', () => {
  it.each([
    ['cuont > 1', '1: unknown name "cuont"; did you mean "count"?'],
    ['count > zzzzzz', '9: unknown name "zzzzzz"; there are any, open, count'],
    ['order.totl > 1', '6: there is no field "totl"; did you mean "total"?'],
    ['order.lines[0].sk == "a"', '15: there is no field "sk"; did you mean "sku"?'],
    ['order.lines[count].skew == "a"', '19: there is no field "skew"'],
    ['order.lines.length > 1', '12: a list has no field "length"; use len(…)'],
    ['count.x', '6: a number has no field "x"'],
    ['title[0]', '6: a string has no item 0'],
    ['order[0]', '6: an object has no item 0'],
    ['tags["a"]', '5: a list has no field "a"'],
    ['tags[title]', '5: an item of a list has a number, not a string'],
    ['order[count]', '6: a field of an object has a name, not a number'],
    ['count[any]', '6: a number has no fields or items'],
    ['any[tags]', '4: an index is a number or a string, not a list'],
    ['has(order.totl)', '10: there is no field "totl"'],
    ['title > 1', '7: "<"'.replace('<', '>')],
    ['tags[0] < 1', '9: "<" takes two numbers or two strings, not a string and a number'],
    ['pair[0] < pair[1]', '9: "<" takes two numbers or two strings'],
    ['counts.a == "x"', '10: a number never equals a string'],
    ['colour == 1', '8: a string never equals a number'],
    ['fixed + title', '9: "+" takes a number, not a string'],
    ['count and ready', '1: "and" takes a boolean, not a number'],
    ['ready or tags', '10: "or" takes a boolean, not a list'],
    ['not count', '5: "not" takes a boolean, not a number'],
    ['count ? 1 : 2', '1: "? :" takes a boolean, not a number'],
    ['-title', '2: "-" takes a number, not a string'],
    ['(ready ? 1 : 2) and ready', '8: "and" takes a boolean, not a number'],
    ['count in order', '7: only a string can be in an object, not a number'],
    ['title in count', '7: "in" looks into a list, an object or a string, not a number'],
    ['len(count)', '5: len takes a string, a list or an object, not a number'],
    ['abs(tags)', '5: abs takes a number, not a list'],
    ['max(title)', '5: max takes a number or a list, not a string'],
    ['max(tags, 1)', '5: max takes a number, not a list'],
    ['count / 0', '7: division by zero'],
    ['[1, [cuont]]', '6: unknown name "cuont"'],
  ])('refuses %s', (text, message) => {
    expect(issues(text)).toEqual([expect.stringContaining(message) as string]);
  });

  it.each([
    ...['any.a.b[0] > 1', 'any and open', 'open > "a"', 'maybe > "a"', 'maybe == 1', 'either + 1', 'mixed == 1'],
    ...['loose.other.x', 'loose.size > 1', 'counts.anything + 1', 'keyed.xa and ready', 'pair[2] and ready'],
    ...[
      'title == null',
      'null != count',
      'title in colour',
      'any in tags',
      '1 in tags',
      'count in any',
      'tags[count] > "a"',
    ],
    ...[
      'tags[any]',
      'order[title]',
      'has(loose.other)',
      'max(tags)',
      'len(order)',
      'count % 2 == 0',
      'order.lines[0].sku',
    ],
    ...[
      '(ready ? 1 : "a") > 1',
      '(ready ? "a" : 1) > 1',
      'tuple[count] > 1',
      'ready ? 1 : 2',
      'count == 1.5',
      '1 / count',
    ],
  ])('lets %s pass: it may be right', text => {
    expect(issues(text)).toEqual([]);
  });

  it('asks for a boolean where one is expected', () => {
    expect(issues('count + 1', 'boolean')).toEqual(['7: this must give a boolean, not a number']);
    expect(issues('ready ? "a" : "b"', 'boolean')).toEqual(['7: this must give a boolean, not a string']);
    expect(issues('null', 'boolean')).toEqual(['1: this must give a boolean, not null']);
    const fine = ['any', 'count > 1', 'ready', 'ready ? any : true', 'has(any)'];
    expect(fine.filter(text => issues(text, 'boolean').length > 0)).toEqual([]);
  });

  it('reports everything at once, in the order of the text', () => {
    expect(issues('nope1 and count and order.x > nope2').map(issue => Number.parseInt(issue, 10))).toEqual([
      1, 11, 26, 31,
    ]);
  });

  it('says that there are no names at all', () => {
    expect(checkExpression(parsed('x'), new Map())).toEqual([
      { column: 1, message: 'unknown name "x"; none is given' },
    ]);
  });
});
