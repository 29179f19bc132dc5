import { describe, expect, it } from 'vitest';
import type { Form } from '../../src/document/document.js';
import { qualify, type Place } from '../../src/graph/qualify.js';

const within = (around: Place, kind: 'each' | 'loop', id: string): Place => ({ opener: { kind, id, around } });
const top: Place = {};
const pages = within(top, 'each', 'pages');
const words = within(pages, 'each', 'words');
const refine = within(pages, 'loop', 'refine');
const again = within(refine, 'loop', 'again');
const parts = within(again, 'each', 'parts');

describe('a form of one body, used in another', () => {
  it.each<[string, Form, Place, Place, Form]>([
    ['in the body itself', '$item', pages, pages, '$item'],
    ['in a loop in an each: the item is still the nearest', '$item', pages, refine, '$item'],
    ['two loops down, too', '$index', pages, again, '$index'],
    ['in an each in an each', '$item', pages, words, 'pages.$item'],
    ['a key of it', '$item.name', pages, words, 'pages.$item.name'],
    ['the index', '$index', pages, words, 'pages.$index'],
    ['three levels down', '$item', pages, parts, 'pages.$item'],
    ['a state in a loop in the loop', '$state.text', refine, again, 'refine.$state.text'],
    ['an iteration in it', '$iteration', refine, again, 'refine.$iteration'],
    ['of the inner loop, in an each in it', '$state.text', again, parts, '$state.text'],
    ['of the outer loop, in an each in the inner', '$iteration', refine, parts, 'refine.$iteration'],
    ['an item that was read in a loop, in an each in it', '$item', refine, parts, 'pages.$item'],
    ['one that is qualified', 'pages.$item', words, parts, 'pages.$item'],
    ['an input of the graph', '$in.text', top, parts, '$in.text'],
    ['an output of a node', 'scan.yes', pages, parts, 'scan.yes'],
    ['a literal that reads like a reference', { value: '$item' }, pages, words, { value: '$item' }],
    [
      'all parts of a derived one',
      { first: ['$item', { flat: { list: ['$index', 'scan.yes'] } }, { value: 1 }] },
      pages,
      words,
      { first: ['pages.$item', { flat: { list: ['pages.$index', 'scan.yes'] } }, { value: 1 }] },
    ],
  ])('%s', (_, form, from, to, expected) => {
    expect(qualify(form, from, to)).toEqual(expected);
  });
});
