import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { parseDocument } from '../../src/document/parse.js';
import { toJson, toYaml } from '../../src/document/yaml.js';
import { documents } from './arbitrary.js';

describe('writing documents', () => {
  test('what is written as YAML or JSON, or given as an object, reads as the same document', () => {
    fc.assert(
      fc.property(documents(), document => {
        const read = { ok: true, document: JSON.parse(JSON.stringify(document)) };
        expect(parseDocument(toYaml(document))).toEqual(read);
        expect(parseDocument(toJson(document))).toEqual(read);
        expect(parseDocument(document)).toEqual(read);
      }),
    );
  });

  test('YAML keeps the order of keys, with nodes on their own lines and small lists and objects on one', () => {
    const document: Document = {
      id: 'coffee',
      title: 'Good\nmorning',
      in: { beans: { type: 'number' } },
      nodes: {
        grind: { step: 'grind', in: { beans: '$in.beans' } },
        brew: { step: 'brew', in: { powder: 'grind.powder', water: { first: ['$in.water', { value: 200 }] } } },
      },
      out: { coffee: 'brew.coffee' },
      steps: { grind: { version: '3' } },
    };
    expect(toYaml(document)).toBe(
      [
        'id: coffee',
        'title: |-',
        '  Good',
        '  morning',
        'in: { beans: { type: number } }',
        'nodes:',
        '  grind: { step: grind, in: { beans: $in.beans } }',
        '  brew:',
        '    step: brew',
        '    in:',
        '      powder: grind.powder',
        '      water:',
        '        first: [ $in.water, { value: 200 } ]',
        'out: { coffee: brew.coffee }',
        'steps:',
        '  grind: { version: "3" }',
        '',
      ].join('\n'),
    );
  });

  test('an object that occurs twice is written twice, without an anchor', () => {
    const schema = {
      type: 'string',
      description: 'used at two places, and too long to stand on one line with the other',
    } as const;
    const document: Document = { id: 'twice', in: { a: schema, b: schema } };
    expect(toYaml(document)).not.toContain('&');
    expect(parseDocument(toYaml(document))).toEqual({ ok: true, document });
  });
});
