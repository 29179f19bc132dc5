/** A format of strings: `name` as messages call it, and a rough test that lets through whatever zod lets through. */
export interface Format {
  readonly name: string;
  test(text: string): boolean;
}

const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?`;
const DAY = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const HEX = '[0-9a-f]';

const byPattern = (name: string, pattern: string): Format => {
  const expression = new RegExp(`^${pattern}$`, 'i');
  return { name, test: text => expression.test(text) };
};

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['date', byPattern('a date (2024-12-31)', DAY)],
  ['time', byPattern('a time (23:59:00)', CLOCK)],
  ['date-time', byPattern('a date and time (2024-12-31T23:59:00Z)', `${DAY}T${CLOCK}`)],
  ['email', byPattern('an email address', String.raw`.+@[^\s@]+`)],
  ['uuid', byPattern('a UUID', `${HEX}{8}(-${HEX}{4}){3}-${HEX}{12}`)],
  ['uri', byPattern('a URL', String.raw`\s*[a-z][a-z\d+.\s-]*:[^]*`)],
  ['ipv4', byPattern('an IPv4 address', String.raw`(\d{1,3}\.){3}\d{1,3}`)],
  ['ipv6', { name: 'an IPv6 address', test: isIpv6 }],
]);

/** The format of that name; `undefined` for those that are not checked. */
export const formatOf = (name: string | undefined): Format | undefined =>
  name === undefined ? undefined : FORMATS.get(name);

/** Eight groups of hex digits, the last two maybe written as an IPv4 address; one `::` may stand for some of them. */
function isIpv6(text: string): boolean {
  const groups = text.replace(/(\d{1,3}\.){3}\d{1,3}$/, '0:0').split(':');
  const written = groups.filter(group => group !== '');
  if (!written.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const gaps = text.split('::').length - 1;
  return gaps === 0 ? groups.length === 8 && written.length === 8 : gaps === 1 && written.length < 8;
}
