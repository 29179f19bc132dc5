/** The JSON pointer (RFC 6901) of a path of keys: `''` for the whole value, `'/steps/0/a~1b'`. */
export const pointer = (keys: readonly (string | number)[]): string => keys.map(key => `/${escapeKey(key)}`).join('');

const escapeKey = (key: string | number): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');
