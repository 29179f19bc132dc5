import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/value/json.js';
import { formatIssues } from '../../src/document/issue.js';
import { parseDocument } from '../../src/document/parse.js';

const EVERYTHING = `
id: docs
in: { pdf: { type: string } }
nodes:
  split: { step: split, in: { pdf: $in.pdf } }
  pages:
    each: { first: [split.pages, { value: [] }] }
    concurrency: 4
    ordered: false
    onFailure: stop
    nodes:
      scan: { step: scan, in: { image: $item.image, whole: $item, at: $index } }
      words:
        each: scan.words
        nodes:
          fix: { step: fix, when: { expr: "i > 0", in: { i: pages.$index } }, in: { word: $item, page: pages.$item.image } }
        out: { word: fix.word }
    out: { text: { list: [words.word] } }
  refine:
    loop: { state: { text: { type: string } }, until: { expr: "n > 2", in: { n: better.n } }, max: 5, onLimit: stop }
    in: { text: pages.text }
    nodes: { better: { step: better, in: { text: $state.text, i: $iteration, was: refine.$state.text, n: refine.$iteration } } }
    next: { text: better.text }
  twice: { loop: { state: {}, until: refine.ok } }
`;

const issuesOf = (node: Json): string[] => {
  const result = parseDocument({ id: 'g', nodes: { n: node } });
  return result.ok ? [] : formatIssues(result.issues).split('\n');
};
const loop = { state: { text: {} }, max: 3 };

describe('an each and a loop in a document', () => {
  test('may have every key there is', () => {
    expect(parseDocument(EVERYTHING)).toMatchObject({
      ok: true,
      document: { nodes: { pages: { nodes: { words: { each: 'scan.words' } } }, refine: { loop: { max: 5 } } } },
    });
  });

  test('may have nothing but what makes them one', () => {
    expect(issuesOf({ each: 'a.b' })).toEqual([]);
    expect(issuesOf({ loop: { state: {} } })).toEqual([]);
  });

  test.each<[string, Json, string]>([
    ['a list that is no form', { each: ['a.b'] }, 'wrong_type  /nodes/n/each  expected a reference'],
    ['a list that is a wrong reference', { each: 'a' }, 'bad_reference  /nodes/n/each'],
    [
      'no concurrency',
      { each: 'a.b', concurrency: 0 },
      'wrong_type  /nodes/n/concurrency  expected a whole number from 1',
    ],
    ['half a concurrency', { each: 'a.b', concurrency: 1.5 }, 'wrong_type  /nodes/n/concurrency'],
    ['an order that is text', { each: 'a.b', ordered: 'yes' }, 'wrong_type  /nodes/n/ordered'],
    ['a failure that is skipped', { each: 'a.b', onFailure: 'skip' }, 'wrong_type  /nodes/n/onFailure'],
    ['outputs that are no forms', { each: 'a.b', out: { x: 5 } }, 'wrong_type  /nodes/n/out/x'],
    [
      'a slip of the pen',
      { each: 'a.b', concurency: 2 },
      'unknown_key  /nodes/n/concurency  unknown key "concurency"; did you mean `concurrency`?',
    ],
    [
      'a condition of an each',
      { each: 'a.b', when: 'a.c' },
      'unsupported_option  /nodes/n/when  an each takes no `when`',
    ],
    ['inputs of an each', { each: 'a.b', in: {} }, 'unsupported_option  /nodes/n/in  an each takes no `in`'],
    ['a next of an each', { each: 'a.b', next: {} }, 'unsupported_option  /nodes/n/next  an each takes no `next`'],
    ['a condition of a loop', { loop, when: 'a.c' }, 'unsupported_option  /nodes/n/when  a loop takes no `when`'],
    ['outputs of a loop', { loop, out: {} }, 'unsupported_option  /nodes/n/out  a loop takes no `out`'],
    ['nodes of a step', { step: 'a', nodes: {} }, 'unsupported_option  /nodes/n/nodes  a step node takes no `nodes`'],
    ['an each that is a loop', { each: 'a.b', loop }, 'ambiguous  /nodes/n'],
    ['a loop that is a reference', { loop: 'a.b' }, 'wrong_type  /nodes/n/loop  expected `loop`'],
    ['a loop without a state', { loop: { max: 3 } }, 'missing_key  /nodes/n/loop  `loop` needs `state`'],
    ['a state that is no schema', { loop: { state: { text: 'string' } } }, 'bad_schema  /nodes/n/loop/state/text'],
    ['a key of a state that is none', { loop: { state: { 'a-b': {} } } }, 'bad_id  /nodes/n/loop/state/a-b'],
    ['no iterations', { loop: { ...loop, max: 0 } }, 'wrong_type  /nodes/n/loop/max  expected a whole number from 1'],
    ['an end that is no condition', { loop: { ...loop, until: true } }, 'wrong_type  /nodes/n/loop/until'],
    [
      'an end that is half an expression',
      { loop: { ...loop, until: { expr: 5 } } },
      'wrong_type  /nodes/n/loop/until/expr',
    ],
    [
      'a limit that there is not',
      { loop: { ...loop, onLimit: 'skip' } },
      'wrong_type  /nodes/n/loop/onLimit  expected `fail` or `stop`',
    ],
    [
      'an unknown key of a loop',
      { loop: { ...loop, untill: 'a.b' } },
      'unknown_key  /nodes/n/loop/untill  unknown key "untill"; did you mean `until`?',
    ],
    ['a wrong start', { loop, in: { text: 'a' } }, 'bad_reference  /nodes/n/in/text'],
    ['a wrong next state', { loop, next: { text: {} } }, 'missing_key  /nodes/n/next/text'],
    [
      'a wrong node inside',
      { each: 'a.b', nodes: { m: { loop, nodes: { 'a b': { stpe: 'x' } } } } },
      'bad_id  /nodes/n/nodes/m/nodes/a b',
    ],
    [
      'a wrong key inside',
      { each: 'a.b', nodes: { m: { loop, nodes: { o: { stpe: 'x' } } } } },
      'unknown_key  /nodes/n/nodes/m/nodes/o/stpe',
    ],
    ['nodes that are a list', { loop, nodes: [] }, 'wrong_type  /nodes/n/nodes'],
    [
      'a state without a key',
      { loop, next: { text: '$state' } },
      'bad_reference  /nodes/n/next/text  expected one of `$item`, `$item.key`, `$index`, `$state.key` and `$iteration`',
    ],
    [
      'an index with a key',
      { each: 'a.b', out: { x: 'n.$index.y' } },
      'bad_reference  /nodes/n/out/x  expected one of `$item`',
    ],
  ])('%s is wrong', (_, node, expected) => {
    expect(issuesOf(node)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
  });

  test('may nest no deeper than a document', () => {
    let nested: Json = { step: 'a' };
    for (let level = 0; level < 300; level += 1) nested = { each: 'a.b', nodes: { [`n${level}`]: nested } };
    expect(issuesOf(nested)).toEqual([expect.stringMatching(/^too_deep/)]);
  });
});
