import { describe, expect, test } from 'vitest';
import { idProblem, nodeIdProblem, portProblem } from '../../src/document/ids.js';
import { parseReference } from '../../src/document/reference.js';

const longest = `a${'b'.repeat(63)}`;

describe('ids and port names', () => {
  test.each(['a', 'Z9', 'read-page_2', 'toString', 'in', longest])('%s is an id', id => {
    expect(idProblem(id)).toBeUndefined();
  });

  test.each(['', '1a', '_a', '-a', 'a b', 'a.b', 'a/b', 'a[0]', 'a@1', 'a#2', 'ä', 'a\n', `${longest}c`])(
    '%j is no id, and what is expected is said',
    id => {
      expect(idProblem(id)).toMatch(/^expected an id: a letter, then up to 63/);
    },
  );

  test.each(['__proto__', 'constructor', 'prototype', 'then'])('%s is neither an id nor a port', name => {
    expect(idProblem(name)).toBe(`"${name}" is reserved`);
    expect(portProblem(name)).toBe(`"${name}" is reserved`);
  });

  test.each(['in', 'out', 'item', 'items', 'yields', 'iteration'])('%s is an id, but not of a node', id => {
    expect(idProblem(id)).toBeUndefined();
    expect(nodeIdProblem(id)).toMatch(/reserved/);
  });

  test.each(['a', '_', '_1', 'snake_case', 'in', longest])('%s is a port name', name => {
    expect(portProblem(name)).toBeUndefined();
  });

  test.each(['', '1', 'a-b', 'a.b', 'é', `${longest}c`])('%j is no port name', name => {
    expect(portProblem(name)).toMatch(/^expected a port name/);
  });

  test('a message quotes a short name and only counts a long one', () => {
    expect(idProblem('a b')).toContain('got "a b"');
    expect(idProblem('x'.repeat(10_000))).toContain('got 10000 characters');
  });
});

describe('references', () => {
  test('name an output of a node or an input of the graph', () => {
    expect(parseReference('grind.powder')).toEqual({ node: 'grind', port: 'powder' });
    expect(parseReference('$in.water')).toEqual({ node: '$in', port: 'water' });
  });

  test.each(['', 'grind', '.powder', 'grind.', 'a.b.c', '$out.x', '$item.x', 'a b.c', 'a.b-c', 'grind.then', '$in'])(
    '%j is none',
    text => {
      expect(parseReference(text)).toBeUndefined();
    },
  );
});
