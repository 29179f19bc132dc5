import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseDocument } from '../../src/document/parse.js';
import { check, graph, step, type Issue } from '../../src/index.js';

const n = z.number();
const add = step({ id: 'add', in: { a: n }, out: { n } });

/** What is wrong with a loop that is built so, and with the same in YAML. */
function issuesOf(options: { readonly until?: string; readonly max?: number }): readonly (readonly Issue[])[] {
  const built = graph({ id: 'g', in: { n }, out: { n } }, (g, i) => {
    const loop = g.loop({ as: 'loop', state: { n }, init: { n: i.n }, ...options }, (g, state) => ({
      next: { n: g.run(add, { a: state.n }).n },
    }));
    return { out: { n: loop.n } };
  });
  const text = `
id: g
in: { n: { type: number } }
steps: { add: { in: { a: { type: number } }, out: { n: { type: number } } } }
nodes:
  loop:
    loop:
      state: { n: { type: number } }
${options.until === undefined ? '' : `      until: { expr: ${JSON.stringify(options.until)} }\n`}${options.max === undefined ? '' : `      max: ${options.max}\n`}
    in: { n: $in.n }
    nodes: { add: { step: add, in: { a: $state.n } } }
    next: { n: add.n }
out: { n: loop.n }
`;
  const parsed = parseDocument(text);
  return [check(built), parsed.ok ? check(parsed.document) : parsed.issues];
}

describe('ST-16: an `until` that can never be answered is refused before a run, with its column', () => {
  test.each<[what: string, until: string, message: RegExp]>([
    ['an unknown name', 'n > 3 and counts > 1', /^column 11: .*"counts"/],
    ['a field of a number', 'n > 1 and n.x > 3', /^column 12: /],
    ['a wrong type', 'n > 1 or n == 2 and n > "a"', /^column 23: /],
    ['no boolean', 'n * 2', /^column 3: .*boolean/],
    ['a call', 'n > 1 or eval("1")', /^column 10: /],
    ['an assignment', 'n = 1', /^column 3: /],
    ['deep nesting', `${'('.repeat(120)}n > 1${')'.repeat(120)}`, /^column 102: too deep/],
    ['a mistake behind two KB', `n > 1${' and n > 1'.repeat(205)} and m > 1`, /^column 2061: .*"m"/],
    ['more than four KB', `n > 1${' and n > 1'.repeat(410)}`, /^column 4097: too long/],
  ])('%s', (_, until, message) => {
    for (const issues of issuesOf({ until })) {
      const [path, said] = ['/nodes/loop/loop/until/expr', expect.stringMatching(message) as string];
      expect(issues).toEqual([{ code: 'bad_expression', path, message: said }]);
    }
  });
});

test.each([0, -1, 2.5])('ST-14: a `max` of %d is refused, in YAML with its line', max => {
  const message = expect.stringMatching(`^expected a whole number from 1, got (the number )?${max}$`) as string;
  const issue = { code: 'wrong_type', path: '/nodes/loop/loop/max', message };
  expect(issuesOf({ max })).toEqual([[issue], [{ ...issue, line: 9, column: 12 }]]);
  expect(issuesOf({ max, until: 'n > 3' })).toEqual([[issue], [{ ...issue, line: 10, column: 12 }]]);
});
