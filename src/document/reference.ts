import { nodeIdProblem, portProblem } from './ids.js';

/** What a form reads. */
export type Reference = PortReference | WordReference;

/** An output of a node, or (`$in`) an input of the graph itself. */
export interface PortReference {
  readonly node: string;
  readonly port: string;
}

/** Something that only the nodes of an each or a loop have: `$item`, `$state.text`, `pages.$index`. */
export interface WordReference {
  /** The each or the loop; without it, the innermost one around that has such a thing. */
  readonly node?: string;
  readonly word: Word;
  /** A key of the item or the state. */
  readonly key?: string;
}
export type Word = '$item' | '$index' | '$state' | '$iteration';

/** The kind of node whose own nodes may read each of the words. */
export const READ_IN: Readonly<Record<Word, 'each' | 'loop'>> = {
  $item: 'each',
  $index: 'each',
  $state: 'loop',
  $iteration: 'loop',
};

/** Whether a key follows each of the words. */
const KEYS: Readonly<Record<Word, 'may' | 'must' | 'never'>> = {
  $item: 'may',
  $index: 'never',
  $state: 'must',
  $iteration: 'never',
};
const WORD = /^(?:([^.]*)\.)?(\$(?:item|index|state|iteration))(?:\.(.*))?$/s;

/** Between a node and the name of its input, in an address. */
export const NODE_INPUT = '/$in.';

/** The `node` of a reference to an input of the graph. */
export const GRAPH_INPUT = '$in';

/**
 * Reads `node.port`, `$in.port`, or what only the nodes of an each or a loop have (`$item`, `$item.key`, `$index`,
 * `$state.key`, `$iteration`, each maybe after `node.`); undefined if the text is none of them. Whether they exist is for
 * compile to say.
 */
export function parseReference(text: string): Reference | undefined {
  const [, owner, word, key] = WORD.exec(text) ?? [];
  if (word !== undefined) return wordReference(owner, word as Word, key);
  const dot = text.indexOf('.');
  const node = text.slice(0, dot);
  const port = text.slice(dot + 1);
  if (dot < 0 || portProblem(port) !== undefined) return undefined;
  if (node !== GRAPH_INPUT && nodeIdProblem(node) !== undefined) return undefined;
  return { node, port };
}

function wordReference(node: string | undefined, word: Word, key: string | undefined): WordReference | undefined {
  if (node !== undefined && nodeIdProblem(node) !== undefined) return undefined;
  if (key === undefined ? KEYS[word] === 'must' : KEYS[word] === 'never') return undefined;
  if (key !== undefined && portProblem(key) !== undefined) return undefined;
  return { ...(node !== undefined && { node }), word, ...(key !== undefined && { key }) };
}

/** Reads a reference to a port; undefined for every other text, `$item` too. */
export function parsePortReference(text: string): PortReference | undefined {
  const reference = parseReference(text);
  return reference !== undefined && 'port' in reference ? reference : undefined;
}

/** What a text that is no reference should have been; completes "expected …". */
export const expectedReference = (text: string): string =>
  /\$(item|index|state|iteration)/.test(text)
    ? 'one of `$item`, `$item.key`, `$index`, `$state.key` and `$iteration`, of another each or loop `node.$item`'
    : 'a reference such as `node.port` or `$in.port`';
