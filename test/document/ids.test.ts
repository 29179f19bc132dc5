import { describe, expect, test } from 'vitest';
import { idProblem, nodeIdProblem, portProblem } from '../../src/document/ids.js';
import { parsePortReference, parseReference } from '../../src/document/reference.js';

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

  test.each([
    ['$item', { word: '$item' }],
    ['$item.image', { word: '$item', key: 'image' }],
    ['$index', { word: '$index' }],
    ['$state.text', { word: '$state', key: 'text' }],
    ['$iteration', { word: '$iteration' }],
    ['pages.$item', { node: 'pages', word: '$item' }],
    ['pages.$item.image', { node: 'pages', word: '$item', key: 'image' }],
    ['pages.$index', { node: 'pages', word: '$index' }],
    ['refine.$state.text', { node: 'refine', word: '$state', key: 'text' }],
    ['refine.$iteration', { node: 'refine', word: '$iteration' }],
  ])('%s names what the nodes of an each or a loop have', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
    expect(parsePortReference(text)).toBeUndefined();
  });

  test.each([
    ...['', 'grind', '.powder', 'grind.', 'a.b.c', '$out.x', 'a b.c', 'a.b-c', 'grind.then', '$in'],
    ...['$item.', '$item.a.b', '$item.a-b', '$item.then', '$items', '$index.x', '$state', '$state.', '$iteration.x'],
    ...['.$item', '$in.$item', '$item.$item', 'a.b.$item', 'a b.$item', 'items.$item', 'pages.$state', '$item\n'],
  ])('%j is none', text => {
    expect(parseReference(text)).toBeUndefined();
  });
});
