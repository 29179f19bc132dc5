import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidDocumentError, InvalidGraphError } from '../../src/document/document-error.js';
import type { Document } from '../../src/document/document.js';
import { formatIssues, type Issue } from '../../src/document/issue.js';
import { parseDocument } from '../../src/document/parse.js';
import { checkJson } from '../../src/value/legal.js';
import { anyJson } from '../value/any-json.js';
import { documents } from './arbitrary.js';

const issuesOf = (given: unknown, file?: string): readonly Issue[] => {
  const result = parseDocument(given, file === undefined ? {} : { file });
  return result.ok ? [] : result.issues;
};
/** `code path` of every issue. */
const found = (given: unknown): string[] => issuesOf(given).map(({ code, path }) => `${code} ${path}`);
const node = (written: object): object => ({ id: 'g', nodes: { n: written } });

const EVERYTHING = `
id: docs
title: Read documents
onFailure: continue
in: { pdf: { type: string }, lang: { type: string, default: en }, at: { type: [string, 'null'], optional: true }, ok: { type: boolean, awaited: true }, go: { awaited: { deadline: 2h }, default: 1 } }
returns: { text: { anyOf: [{ type: string }, { const: 3 }], description: all of it } }
nodes:
  split: { step: split, in: { pdf: $in.pdf }, options: { dpi: 300, deep: { list: [1, null] } }, timeout: 90s, deadline: 1h, heartbeat: false }
  hard: { graph: read, when: split.yes, in: { image: split.image } }
  easy:
    step: plain
    when: { expr: "not yes", in: { yes: split.yes } }
    in: { image: { first: [split.image, { value: { any: thing } }] }, all: { list: [split.image] }, flat: { flat: { list: [] } } }
    retry: { attempts: 5, backoff: jitter, initial: 0, max: 30s, except: [not_found] }
    limit: 2
    onFailure: { fallback: { text: "" } }
  pause: { sleep: 1.5h, in: { value: easy.text } }
  open: { sleep: 250 }
  other: { step: plain, onFailure: skip }
out: { text: { first: [hard.text, pause.value] } }
clusters: { mill: { nodes: [split, easy], queue: mill, limit: 1 } }
protect: { split.image: never, hard/$in.image: with-reason, $in.pdf: never }
steps:
  split: { title: Split, in: { pdf: { type: string } }, out: { image: {}, yes: { type: boolean } }, options: {}, pure: true, version: "3", cache: { ttl: 1d }, timeout: 5m }
  plain: { pure: true, cache: true }
graphs:
  read: { id: read, in: { image: {} }, out: { text: $in.image } }
`;

describe('a valid document', () => {
  test('may have every key there is', () => {
    const result = parseDocument(EVERYTHING);
    expect(result).toMatchObject({ ok: true });
    const { nodes, steps } = (result as { readonly document: Document }).document;
    expect(Object.keys(nodes ?? {})).toEqual(['split', 'hard', 'easy', 'pause', 'open', 'other']);
    expect(nodes?.['split']).toMatchObject({ options: { dpi: 300, deep: { list: [1, null] } }, heartbeat: false });
    expect(steps?.['plain']).toEqual({ pure: true, cache: true });
  });

  test('may be empty but for its id', () => {
    expect(parseDocument({ id: 'empty' })).toEqual({ ok: true, document: { id: 'empty' } });
  });

  test('shares nothing with the object it was read from', () => {
    fc.assert(
      fc.property(documents(), given => {
        const before = JSON.stringify(given);
        const result = parseDocument(deepFrozen(given));
        if (!result.ok) throw new Error(formatIssues(result.issues));
        const own = new Set(partsOf(result.document));
        expect(partsOf(given).some(part => own.has(part))).toBe(false);
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is wrong with a document', () => {
  test('is said all at once, in the order of the text, with its place in the file', () => {
    const text = [
      'id: docs',
      'onFialure: stop',
      'nodes:',
      '  split: { step: split, in: { pdf: in.pdf, size: 5 } }',
      '  hard: { graph: read, retry: { attempts: 2 } }',
      '  in: { stpe: plain }',
      'clusters: { mill: { queue: mill } }',
    ].join('\n');
    const issues = issuesOf(text, 'docs.yaml');
    expect(formatIssues(issues).split('\n')).toEqual([
      'docs.yaml:2:1  unknown_key  /onFialure  unknown key "onFialure"; did you mean `onFailure`?',
      'docs.yaml:4:36  bad_reference  /nodes/split/in/pdf  expected a reference such as `node.port` or `$in.port`, got "in.pdf" (literal text is { value: … })',
      'docs.yaml:4:50  wrong_type  /nodes/split/in/size  expected a reference such as `node.port` or `$in.port`, got the number 5 (a literal is { value: … })',
      'docs.yaml:5:24  unsupported_option  /nodes/hard/retry  a nested graph takes no `retry`',
      'docs.yaml:6:3  reserved_name  /nodes/in  "in" is reserved: it is a word of addresses',
      'docs.yaml:6:7  missing_key  /nodes/in  a node needs one of `step`, `graph`, `sleep`, `each`, `collect`, `loop`',
      'docs.yaml:6:9  unknown_key  /nodes/in/stpe  unknown key "stpe"; did you mean `step`?',
      'docs.yaml:7:19  missing_key  /clusters/mill  a cluster needs `nodes`',
    ]);
  });

  test('has the same code and path in YAML, in JSON and in an object, and a line and column in JSON too', () => {
    const given = { id: 'g', nodes: { n: { step: 'a b', 'x/y~z': 1 } }, out: { o: 'n' } };
    const expected = ['bad_id /nodes/n/step', 'unknown_key /nodes/n/x~1y~0z', 'bad_reference /out/o'];
    expect(found(given)).toEqual(expected);
    expect(found(JSON.stringify(given))).toEqual(expected);
    expect(found('id: g\nnodes: { n: { step: a b, x/y~z: 1 } }\nout: { o: n }')).toEqual(expected);
    expect(issuesOf(JSON.stringify(given, null, 2))).toMatchObject([
      { line: 5, column: 15 },
      { line: 6, column: 7 },
      { line: 10, column: 10 },
    ]);
  });

  test.each<[string, object, string]>([
    ['no id', {}, 'missing_key '],
    ['an id of the wrong type', { id: 5 }, 'wrong_type /id'],
    ['an id that is none', { id: 'a.b' }, 'bad_id /id'],
    ['an empty title', { id: 'g', title: '' }, 'wrong_type /title'],
    ['a policy that there is not', { id: 'g', onFailure: 'skip' }, 'wrong_type /onFailure'],
    ['nodes that are a list', { id: 'g', nodes: [] }, 'wrong_type /nodes'],
    ['a node that is text', { id: 'g', nodes: { n: 'step' } }, 'wrong_type /nodes/n'],
    ['a node of two kinds', node({ step: 'a', graph: 'b' }), 'ambiguous /nodes/n'],
    ['a node id with a slash', { id: 'g', nodes: { 'a/b': { step: 'a' } } }, 'bad_id /nodes/a~1b'],
    ['a node with a name that all objects have', node({ step: 'constructor' }), 'reserved_name /nodes/n/step'],
    [
      'a port that all objects have',
      node({ step: 'a', in: { constructor: 'b.c' } }),
      'reserved_name /nodes/n/in/constructor',
    ],
    ['a port with a dash', { id: 'g', in: { 'a-b': {} } }, 'bad_id /in/a-b'],
    ['a literal that is no form', node({ step: 'a', in: { p: 5 } }), 'wrong_type /nodes/n/in/p'],
    ['a form with a wrong key', node({ step: 'a', in: { p: { frist: [] } } }), 'unknown_key /nodes/n/in/p/frist'],
    ['a form of two kinds', node({ step: 'a', in: { p: { value: 1, flat: 'a.b' } } }), 'ambiguous /nodes/n/in/p'],
    ['a first of nothing', node({ step: 'a', in: { p: { first: [] } } }), 'bad_value /nodes/n/in/p/first'],
    [
      'a wrong reference deep inside',
      node({ step: 'a', in: { p: { flat: { list: ['a'] } } } }),
      'bad_reference /nodes/n/in/p/flat/list/0',
    ],
    [
      'an expression where a form is due',
      node({ step: 'a', in: { p: { expr: 'x' } } }),
      'unknown_key /nodes/n/in/p/expr',
    ],
    ['an expression that is no text', node({ step: 'a', when: { expr: 5 } }), 'wrong_type /nodes/n/when/expr'],
    [
      'a name of an expression that is none',
      node({ step: 'a', when: { expr: 'x', in: { 'a b': 'a.b' } } }),
      'bad_id /nodes/n/when/in/a b',
    ],
    ['a condition on a sleep', node({ sleep: 5, when: 'a.b' }), 'unsupported_option /nodes/n/when'],
    ['a wrong port of a sleep', node({ sleep: 5, in: { valeu: 'a.b' } }), 'unknown_key /nodes/n/in/valeu'],
    ['a duration without a unit', node({ sleep: '5' }), 'bad_duration /nodes/n/sleep'],
    ['a duration that is an object', node({ sleep: {} }), 'bad_duration /nodes/n/sleep'],
    ['a timeout of nothing', node({ step: 'a', timeout: 0 }), 'bad_duration /nodes/n/timeout'],
    ['a cache of false', { steps: { s: { cache: false } } }, 'wrong_type /steps/s/cache'],
    ['a cache without a time', { steps: { s: { cache: {} } } }, 'missing_key /steps/s/cache'],
    ['a cache for no time', { steps: { s: { cache: { ttl: 0 } } } }, 'bad_duration /steps/s/cache/ttl'],
    ['a heartbeat of true', node({ step: 'a', heartbeat: true }), 'bad_duration /nodes/n/heartbeat'],
    ['no attempts', node({ step: 'a', retry: { attempts: 0 } }), 'wrong_type /nodes/n/retry/attempts'],
    ['half a limit', node({ step: 'a', limit: 1.5 }), 'wrong_type /nodes/n/limit'],
    [
      'a backoff that there is not',
      node({ step: 'a', retry: { backoff: 'fast' } }),
      'wrong_type /nodes/n/retry/backoff',
    ],
    [
      'an exception that is no text',
      node({ step: 'a', retry: { except: [404] } }),
      'wrong_type /nodes/n/retry/except/0',
    ],
    ['an option with a bad name', node({ step: 'a', options: { 'x y': 1 } }), 'bad_id /nodes/n/options/x y'],
    ['a node that ignores failures', node({ step: 'a', onFailure: 'ignore' }), 'wrong_type /nodes/n/onFailure'],
    ['a fallback without values', node({ step: 'a', onFailure: {} }), 'missing_key /nodes/n/onFailure'],
    ['a cluster of numbers', { id: 'g', clusters: { c: { nodes: [1] } } }, 'wrong_type /clusters/c/nodes/0'],
    ['a manifest with a numeric version', { id: 'g', steps: { s: { version: 3 } } }, 'wrong_type /steps/s/version'],
    ['a manifest for a bad id', { id: 'g', steps: { 's s': {} } }, 'bad_id /steps/s s'],
    ['a schema that is the name of a type', { id: 'g', in: { p: 'string' } }, 'bad_schema /in/p'],
    ['a schema of a type that there is not', { id: 'g', in: { p: { type: 'int' } } }, 'bad_schema /in/p/type'],
    [
      'a schema that is wrong inside',
      { id: 'g', in: { p: { properties: { q: { items: { type: ['text'] } } } } } },
      'bad_schema /in/p/properties/q/items/type/0',
    ],
    ['a port awaited in another way', { id: 'g', in: { p: { awaited: 'yes' } } }, 'bad_schema /in/p/awaited'],
    ['a port awaited until nothing', { id: 'g', in: { p: { awaited: {} } } }, 'missing_key /in/p/awaited'],
    [
      'a port awaited until no time',
      { id: 'g', in: { p: { awaited: { deadline: 0 } } } },
      'bad_duration /in/p/awaited/deadline',
    ],
    ['a protection of no kind', { id: 'g', protect: { 'a.b': 'always' } }, 'wrong_type /protect/a.b'],
    ['protections that are a list', { id: 'g', protect: ['a.b'] }, 'wrong_type /protect'],
    ['a protected node', { id: 'g', protect: { a: 'never' } }, 'bad_reference /protect/a'],
    ['a protected output of the graph', { id: 'g', protect: { '$out.x': 'never' } }, 'bad_reference /protect/$out.x'],
    ['a protected port further in', { id: 'g', protect: { 'a/b.x': 'never' } }, 'bad_reference /protect/a~1b.x'],
    ['a schema with a bound that is text', { id: 'g', in: { p: { minimum: '3' } } }, 'bad_schema /in/p/minimum'],
    [
      'a wrong nested graph',
      { id: 'g', graphs: { h: { id: 'h', nodes: { n: {} } } } },
      'missing_key /graphs/h/nodes/n',
    ],
    ['a nested graph under another id', { id: 'g', graphs: { h: { id: 'i' } } }, 'bad_id /graphs/h/id'],
  ])('%s', (_, given, expected) => {
    expect(found(given)).toContain(expected);
  });

  test('includes what JSON has no word for, beside everything else', () => {
    const given = {
      id: 'g',
      title: undefined,
      nodes: new Map(),
      out: { o: { value: NaN }, p: { value: [2 ** 60] } },
      foo: 1,
    };
    expect(found(given).sort()).toEqual([
      'not_json /nodes',
      'not_json /out/o/value',
      'not_json /out/p/value/0',
      'not_json /title',
      'unknown_key /foo',
    ]);
  });

  test('is never lost: what is read equals what was given, or there is an issue', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(
      fc.property(fc.oneof(anything, fc.double(), anyJson), value => {
        const result = parseDocument({ id: 'g', out: { o: { value } } });
        expect(result.ok).toBe(checkJson(value).length === 0);
        const read = result.ok ? result.document.out?.['o'] : { value };
        expect(canonical(read)).toBe(canonical({ value }));
      }),
      { numRuns: 500 },
    );
  });

  test.each([null, undefined, 5, true, [], () => 1, Symbol('s'), new Date(), 5n])(
    'is that it is no object: %s',
    given => {
      expect(issuesOf(given)).toMatchObject([
        { path: '', message: expect.stringMatching(/^expected (a graph document|JSON), got/) },
      ]);
    },
  );

  test('refuses a key named __proto__, wherever it is, and keeps it from the prototype', () => {
    const given = JSON.parse(
      '{"id":"g","nodes":{"n":{"step":"a","in":{"p":{"value":{"__proto__":{"x":1}}}}}}}',
    ) as object;
    expect(found(given)).toEqual(['reserved_name /nodes/n/in/p/value/__proto__']);
    expect(found(JSON.stringify(given))).toEqual(['reserved_name /nodes/n/in/p/value/__proto__']);
    expect(found('id: g\nnodes: { __proto__: { step: a } }')).toEqual(['reserved_name /nodes/__proto__']);
    expect(({} as { readonly x?: number }).x).toBeUndefined();
  });

  test('is said of data that contains itself, is too deep, or would multiply without end', () => {
    const cyclic: Record<string, unknown> = { id: 'g' };
    cyclic['nodes'] = { n: cyclic };
    expect(found(cyclic)).toEqual(['not_json /nodes/n']);

    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) deep = { deep };
    expect(issuesOf({ id: 'g', out: { o: { value: deep } } }).map(({ code }) => code)).toEqual(['not_json']);

    let shared: unknown = 1;
    for (let level = 0; level < 60; level += 1) shared = [shared, shared];
    expect(found({ id: 'g', out: { o: { value: shared } } })).toEqual(['too_large ']);
  });
});

describe('the errors that carry issues', () => {
  const issues = Array.from({ length: 12 }, (_, at): Issue => ({
    code: 'cycle',
    path: `/nodes/n${at}`,
    message: 'a -> a',
  }));

  test('list ten of them in the message, and have them all', () => {
    const error = new InvalidGraphError('docs', issues);
    expect(error).toMatchObject({ name: 'InvalidGraphError', code: 'invalid_graph', issues });
    expect(error.message.split('\n')).toHaveLength(12);
    expect(error.message).toMatch(/^The graph "docs" is not valid:\n {2}cycle {2}\/nodes\/n0 {2}a -> a\n/);
    expect(error.message).toMatch(/… and 2 more$/);
  });

  test('say where in a file an issue is', () => {
    const error = new InvalidDocumentError(issuesOf('id: g\nnodes: 5', 'g.yaml'));
    expect(error.code).toBe('invalid_document');
    expect(error.message).toBe(
      'This is no valid graph document:\n  g.yaml:2:8  wrong_type  /nodes  expected an object of nodes by id, got the number 5',
    );
  });

  test('an issue of the whole document has the path /', () => {
    expect(formatIssues([{ code: 'too_large', path: '', message: 'too large' }], { file: 'a.json' })).toBe(
      'a.json  too_large  /  too large',
    );
  });
});

/** Of values that are no JSON a constant: only what was read is compared. */
const canonical = (value: unknown): string => (checkJson(value).length === 0 ? JSON.stringify(value) : 'none');

function partsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

function deepFrozen<T>(value: T): T {
  partsOf(value).forEach(Object.freeze);
  return value;
}
