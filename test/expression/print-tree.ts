import type { Tree } from './random-tree.js';

/** How tightly a tree binds when printed: what stands where something tighter is wanted gets parentheses. */
const TIGHTNESS: Readonly<Record<string, number>> = {
  ...{
    or: 1,
    and: 2,
    '==': 4,
    '!=': 4,
    '<': 4,
    '<=': 4,
    '>': 4,
    '>=': 4,
    in: 4,
    '+': 5,
    '-': 5,
    '*': 6,
    '/': 6,
    '%': 6,
  },
};
const SYMBOLS: Readonly<Record<string, string>> = { or: '||', and: '&&' };

const has = (tree: Tree, bit: number): boolean => ((tree.style >> bit) & 1) === 1;

/** The text of a tree, with the parentheses it needs, and by its style some more; spaces and spellings vary. */
export function print(tree: Tree, least = 0): string {
  const space = has(tree, 0) ? ' ' : '';
  if (has(tree, 1) && has(tree, 2)) return `(${space}${printed(tree)}${space})`;
  return tightness(tree) < least ? `(${space}${printed(tree)}${space})` : printed(tree);
}

function tightness(tree: Tree): number {
  switch (tree.kind) {
    case 'if':
      return 0;
    case 'binary':
      return TIGHTNESS[tree.op] ?? 0;
    case 'not':
      return has(tree, 3) ? 3 : 7;
    case 'neg':
      return 7;
    case 'lit': // `-1.x` and `1.x` are not what they seem
      return typeof tree.value === 'number' ? 7 : 9;
    default:
      return 9;
  }
}

function printed(tree: Tree): string {
  const gap = has(tree, 4) ? ' ' : '';
  switch (tree.kind) {
    case 'lit':
      return literal(tree.value, tree);
    case 'name':
      return tree.name;
    case 'list':
      return `[${tree.of.map(item => print(item)).join(`,${gap}`)}]`;
    case 'call':
      return `${tree.name}${gap}(${tree.of.map(item => print(item)).join(`${gap},`)})`;
    case 'at':
      return print(tree.of, 8) + access(tree.key);
    case 'not':
      return has(tree, 3) ? `not ${print(tree.of, 3)}` : `!${gap}${print(tree.of, 7)}`;
    case 'neg':
      return `-${gap}${print(tree.of, 7)}`;
    case 'if':
      return `${print(tree.test, 1)}${gap}?${gap}${print(tree.a, 1)}${gap}:${gap}${print(tree.b)}`;
    case 'binary':
      return infix(tree);
  }
}

function infix(tree: Extract<Tree, { kind: 'binary' }>): string {
  const own = TIGHTNESS[tree.op] ?? 0;
  const chains = own !== 4;
  const sign = has(tree, 3) ? tree.op : (SYMBOLS[tree.op] ?? tree.op);
  const gap = has(tree, 4) || /[a-z]/.test(sign) ? ' ' : '';
  return `${print(tree.a, chains ? own : own + 1)}${gap}${sign}${gap}${print(tree.b, own + 1)}`;
}

function access(key: Tree): string {
  const dotted = key.kind === 'lit' && typeof key.value === 'string' && /^[a-z]+$/.test(key.value) && has(key, 3);
  return dotted ? `.${key.value}` : `[${print(key)}]`;
}

function literal(value: null | boolean | number | string, tree: Tree): string {
  if (typeof value === 'string') {
    return has(tree, 5) ? JSON.stringify(value) : `'${JSON.stringify(value).slice(1, -1).replaceAll("'", "\\'")}'`;
  }
  const text = JSON.stringify(value);
  if (typeof value === 'number' || has(tree, 3)) return text;
  return value === null ? 'None' : text.charAt(0).toUpperCase() + text.slice(1);
}
