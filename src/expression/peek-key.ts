import type { Json } from '../value/json.js';
import type { StaticStep } from './ast.js';
import { keyOf } from './path.js';

/**
 * A **peek key** names what a condition needs of a value that travels by ref: a JSON pointer from the value ('' is the
 * value itself, `/pages/0/title`), or with `#len` only the length of what is there, with `#has` only whether it is
 * there. In a field's name `~`, `/` and `#` become `~0`, `~1` and `~2`; one that looks like an index begins with `~3`.
 */
export type PeekAsk = 'value' | 'len' | 'has';

const INDEX = /^(?:0|[1-9][0-9]*)$/;

export function peekKey(steps: readonly StaticStep[], ask: PeekAsk): string {
  const pointer = steps.map(step => `/${tokenOf(keyOf(step))}`).join('');
  return ask === 'value' ? pointer : `${pointer}#${ask}`;
}

function tokenOf(key: string | number): string {
  if (typeof key === 'number') return String(key);
  const escaped = key.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('#', '~2');
  return INDEX.test(escaped) ? `~3${escaped}` : escaped;
}

/** The opposite of `peekKey`; undefined for a text that it never makes. */
export function parsePeekKey(key: string): { readonly path: readonly Json[]; readonly ask: PeekAsk } | undefined {
  const [pointer = '', ask = 'value', ...rest] = key.split('#');
  if ((ask !== 'value' && ask !== 'len' && ask !== 'has') || rest.length > 0 || key.endsWith('#value'))
    return undefined;
  const [start, ...tokens] = pointer.split('/');
  return start === '' ? { path: tokens.map(keyFrom), ask } : undefined;
}

function keyFrom(token: string): string | number {
  if (INDEX.test(token)) return Number(token);
  const name = token.startsWith('~3') ? token.slice(2) : token;
  return name.replaceAll('~2', '#').replaceAll('~1', '/').replaceAll('~0', '~');
}
