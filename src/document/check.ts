import { nearest } from '../schema/nearest.js';
import { isJsonList, isJsonObject, type Json } from '../value/json.js';
import type { Duration } from './document.js';
import { parseDuration } from './duration.js';
import { checkEntry, describe, report, reportKey, type Check, type Trail } from './finding.js';
import { isReserved } from './ids.js';

/** Checks that tables of a document are made of; each reports at the place where the trail is. */

export const anything: Check = () => undefined;

/** `what` completes "expected …". */
const expecting =
  (what: string, holds: (value: Json) => boolean): Check =>
  (value, trail) => {
    if (!holds(value)) report(trail, 'wrong_type', `expected ${what}, got ${describe(value)}`);
  };

export const bool = expecting('true or false', value => typeof value === 'boolean');
export const count = expecting('a whole number from 1', value => Number.isInteger(value) && Number(value) >= 1);
export const oneOf = (...words: readonly string[]): Check =>
  expecting(words.map(word => `\`${word}\``).join(' or '), value => words.includes(value as string));

export const text: Check = (value, trail) => {
  if (typeof value === 'string' && value !== '') return;
  const hint = typeof value === 'number' || typeof value === 'boolean' ? ` (in quotes it is text: "${value}")` : '';
  report(trail, 'wrong_type', `expected text, got ${describe(value)}${hint}`);
};

/** At least so many milliseconds. */
export const duration =
  (least: 0 | 1): Check =>
  (value, trail) => {
    const isWritten = typeof value === 'number' || typeof value === 'string';
    if (isWritten && (parseDuration(value as Duration) ?? -1) >= least) return;
    const expected = `expected a duration such as 250ms, 30s, 5m, 2h or 1d${least === 0 ? '' : ', longer than nothing'}`;
    report(trail, 'bad_duration', `${expected}, got ${describe(value)}`);
  };

/** Text that `problem` finds nothing wrong with. */
export const named =
  (problem: (name: string) => string | undefined): Check =>
  (value, trail) => {
    if (typeof value !== 'string') return text(value, trail);
    const message = problem(value);
    if (message !== undefined) report(trail, nameCode(value), message);
  };

export const listOf =
  (what: string, check: Check, least = 0): Check =>
  (value, trail) => {
    if (!isJsonList(value)) return report(trail, 'wrong_type', `expected a list of ${what}, got ${describe(value)}`);
    if (value.length < least) report(trail, 'bad_value', `expected at least one of ${what}`);
    value.forEach((item, index) => checkEntry(index, item, trail, check));
  };

/** An object with keys of the user's choice, all of which `problem` finds nothing wrong with. */
export const mapOf =
  (what: string, problem: (key: string) => string | undefined, check: Check): Check =>
  (value, trail) => {
    if (!isJsonObject(value))
      return report(trail, 'wrong_type', `expected an object of ${what}, got ${describe(value)}`);
    for (const key in value) {
      const message = problem(key);
      if (message !== undefined) reportKey(trail, key, nameCode(key), message);
      checkEntry(key, value[key] as Json, trail, check);
    }
  };

const nameCode = (name: string): string => (isReserved(name) ? 'reserved_name' : 'bad_id');

/** An object with keys of our choice. */
export interface Shape {
  /** Completes "expected …": `a retry policy`. */
  readonly what: string;
  readonly keys: Readonly<Record<string, Check>>;
  readonly required?: readonly string[];
}

/** Every key has its check; others are `unknown_key`, or `unsupported_option` if they are among `elsewhere`. */
export function shape({ what, keys, required = [] }: Shape, elsewhere: ReadonlySet<string> = new Set()): Check {
  const checks = new Map(Object.entries(keys));
  return (value, trail) => {
    if (!isJsonObject(value)) return report(trail, 'wrong_type', `expected ${what}, got ${describe(value)}`);
    for (const key in value) {
      const check = checks.get(key);
      if (check !== undefined) checkEntry(key, value[key] as Json, trail, check);
      else if (elsewhere.has(key)) reportKey(trail, key, 'unsupported_option', `${what} takes no \`${key}\``);
      else reportUnknown(key, checks.keys(), trail);
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key)) report(trail, 'missing_key', `${what} needs \`${key}\``);
    }
  };
}

/** One of several shapes: the one that has a key of the same name as `shapes` gives it. Not for what is no object. */
export function oneShape(what: string, shapes: Readonly<Record<string, Shape>>): Check {
  const names = Object.keys(shapes);
  const keys: ReadonlySet<string> = new Set(Object.values(shapes).flatMap(({ keys }) => Object.keys(keys)));
  const checks = new Map(names.map(name => [name, shape(shapes[name] as Shape, keys)]));
  const choice = names.map(name => `\`${name}\``).join(', ');
  return (value, trail) => {
    if (!isJsonObject(value)) return report(trail, 'wrong_type', `expected ${what}, got ${describe(value)}`);
    const [name, another] = names.filter(each => Object.hasOwn(value, each));
    if (name !== undefined && another === undefined) return checks.get(name)?.(value, trail);
    if (name !== undefined) {
      return report(trail, 'ambiguous', `${what} has one of ${choice}, got both \`${name}\` and \`${another}\``);
    }
    for (const key in value) if (!keys.has(key)) reportUnknown(key, keys, trail);
    report(trail, 'missing_key', `${what} needs one of ${choice}`);
  };
}

function reportUnknown(key: string, known: Iterable<string>, trail: Trail): void {
  const among = [...known];
  const meant = nearest(key, among);
  const hint =
    meant === undefined ? `expected ${among.map(each => `\`${each}\``).join(', ')}` : `did you mean \`${meant}\`?`;
  reportKey(trail, key, 'unknown_key', `unknown key ${JSON.stringify(key.slice(0, 80))}; ${hint}`);
}
