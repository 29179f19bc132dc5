import type { CompareOp } from './ast.js';
import { type Kind, withArticle } from './kind.js';

/** Why two kinds (undefined: not known) can't be compared; undefined if they can. `null` may meet anything. */
export function wrongPair(op: CompareOp, a: Kind | undefined, b: Kind | undefined): string | undefined {
  if (op === 'in') return wrongIn(a, b);
  if (op === '==' || op === '!=') {
    if (a === undefined || b === undefined || a === b || a === 'null' || b === 'null') return undefined;
    return `${withArticle(a)} never equals ${withArticle(b)}`;
  }
  const strange = [a, b].find(kind => kind !== undefined && kind !== 'number' && kind !== 'string');
  if (strange !== undefined) return `"${op}" takes two numbers or two strings, not ${withArticle(strange)}`;
  if (a === undefined || b === undefined || a === b) return undefined;
  return `"${op}" takes two numbers or two strings, not ${withArticle(a)} and ${withArticle(b)}`;
}

function wrongIn(part: Kind | undefined, whole: Kind | undefined): string | undefined {
  if (whole === undefined || whole === 'list') return undefined;
  if (whole !== 'object' && whole !== 'string') {
    return `"in" looks into a list, an object or a string, not ${withArticle(whole)}`;
  }
  if (part === undefined || part === 'string') return undefined;
  return `only a string can be in ${withArticle(whole)}, not ${withArticle(part)}`;
}
