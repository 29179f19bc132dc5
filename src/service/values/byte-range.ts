import type { ByteRange } from '../../store/blob-store.js';
import { ProblemError } from '../problem/problem-error.js';

/** The part of `size` bytes that is asked for: `end` is not in it. */
export type Part = Required<ByteRange>;

/**
 * What a `Range` header asks for (RFC 9110): one part, `bytes=0-99`, `bytes=100-` or `bytes=-100`. What is several parts, in
 * another unit, or nonsense asks for the whole: `undefined`. Throws a problem 416 where there is nothing of the part.
 */
export function rangeOf(header: string | undefined, size: number): Part | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start < end) return { start, end };
  throw new ProblemError(416, 'range_not_satisfiable', `expected a range within ${size} bytes, got ${header}`);
}
