import { nearest } from '../schema/nearest.js';

/**
 * A frozen object with the given properties, each made when it is first read. Reading another name throws what `unknown`
 * makes of it, so that a misspelt one is told where it stands and not as `undefined` later.
 */
export function named<T>(
  properties: ReadonlyMap<string | symbol, () => T>,
  unknown: (name: string) => Error,
): Readonly<Record<string | symbol, T>> {
  const target: Record<string | symbol, T> = {};
  for (const [name, make] of properties) {
    let made: { readonly value: T } | undefined;
    const get = (): T => (made ??= { value: make() }).value;
    Object.defineProperty(target, name, { get, enumerable: typeof name === 'string' });
  }
  return new Proxy(Object.freeze(target), {
    get(_, name) {
      const own = Object.hasOwn(target, name);
      if (!own && typeof name === 'string' && !ASKED_BY_THE_LANGUAGE.has(name)) throw unknown(name);
      return own ? target[name] : undefined;
    },
  });
}

/** `await` and `JSON.stringify` ask any object for these. */
const ASKED_BY_THE_LANGUAGE = new Set(['then', 'toJSON']);

const MOST_NAMES = 12;

/** For the error about a name that is not there: the one that was probably meant, or those there are. */
export function suggest(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  if (names.length === 0) return '; it has none';
  return `; it has ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`;
}
