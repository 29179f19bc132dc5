import { isAbsolute, relative } from 'node:path';

/** A path as short as it can be said: from here, if it lies below. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  if (fromHere === '') return '.';
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}
