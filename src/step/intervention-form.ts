import type { InterventionIssue } from '../intervention/check.js';
import { MOST_ID_LENGTH, MOST_TEXT_LENGTH } from '../intervention/intervention.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { isMedia } from '../value/media.js';
import { quote } from '../value/quote.js';

type Fields = Readonly<Record<string, unknown>>;
type Code = InterventionIssue['code'];
type Check = readonly [expected: string, holds: (value: unknown) => boolean];

/** What a resolver is given travels with the intervention. */
const MOST_ARGS = 64 * 1024;
const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FACTS: Readonly<Record<string, Check>> = {
  at: ['an address', isName],
  kind: ['"input", "override" or the name of an operate', isName],
  id: [
    `1 to ${MOST_ID_LENGTH} characters`,
    value => value === undefined || (isText(value) && value !== '' && value.length <= MOST_ID_LENGTH),
  ],
  reason: [`text of at most ${MOST_TEXT_LENGTH} characters`, isShortText],
  by: [`text of at most ${MOST_TEXT_LENGTH} characters`, isShortText],
  onLate: ['"reject" or "recompute"', value => value === undefined || value === 'reject' || value === 'recompute'],
  shortCircuit: ['true or false', value => value === undefined || typeof value === 'boolean'],
};
const PAYLOADS = ['value', 'ref', 'resolve'] as const;
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(FACTS), ...PAYLOADS]);

/** What is wrong with the form of an intervention, as far as no plan is needed to see it. `path`: where it stands. */
export function formIssues(given: unknown, path: string): readonly InterventionIssue[] {
  const at = isObject(given) && isText(given['at']) ? given['at'] : '';
  const issue = (code: Code, inside: string, message: string): InterventionIssue => ({
    code,
    path: path + inside,
    at,
    message,
  });
  if (!isObject(given)) return [issue('bad_intervention', '', `expected an intervention, got ${quote(given as Json)}`)];
  const facts = Object.entries(FACTS)
    .filter(([name, [, holds]]) => !holds(given[name]))
    .map(([name, [expected]]) =>
      issue('bad_intervention', `/${name}`, `expected ${expected}, got ${shown(given[name])}`),
    );
  const unknown = Object.keys(given)
    .filter(name => !KNOWN.has(name))
    .map(name => issue('bad_intervention', `/${name}`, `there is no such field; there are ${[...KNOWN].join(', ')}`));
  return [...facts, ...unknown, ...payloadIssues(given, issue)];
}

type Issue = (code: Code, inside: string, message: string) => InterventionIssue;

function payloadIssues(given: Fields, issue: Issue): readonly InterventionIssue[] {
  const names = PAYLOADS.filter(name => given[name] !== undefined);
  if (names.length !== 1) {
    return [
      issue('bad_intervention', '', `expected one of value, ref and resolve, got ${names.join(' and ') || 'none'}`),
    ];
  }
  const [name = 'value'] = names;
  if (name === 'ref') return refIssues(given['ref'], issue);
  if (name === 'resolve') return resolveIssues(given['resolve'], issue);
  return checkJson(given['value']).map(problem => issue('not_json', `/value${problem.path}`, problem.message));
}

function refIssues(ref: unknown, issue: Issue): readonly InterventionIssue[] {
  const { store, key, media } = isObject(ref) ? ref : {};
  const isNamed = store === 'blobs' && isText(key) && /^[0-9a-f]{64}$/.test(key);
  if (isNamed && (media === undefined || isMedia(media))) return [];
  const expected = 'expected { "store": "blobs", "key": <64 lower-case hexadecimal digits>, "media"?: "image/png" }';
  return [issue('bad_ref', '/ref', `${expected}, got ${shown(ref)}`)];
}

function resolveIssues(resolve: unknown, issue: Issue): readonly InterventionIssue[] {
  const { name, args = {} } = isObject(resolve) ? resolve : {};
  if (!isName(name) || !isObject(args)) {
    return [issue('bad_intervention', '/resolve', `expected { "name": …, "args": {…} }, got ${shown(resolve)}`)];
  }
  const illegal = checkJson(args).map(problem => issue('not_json', `/resolve/args${problem.path}`, problem.message));
  if (illegal.length > 0 || JSON.stringify(args).length <= MOST_ARGS) return illegal;
  return [issue('bad_intervention', '/resolve/args', `expected at most ${MOST_ARGS} characters of JSON`)];
}

function isName(value: unknown): value is string {
  return isText(value) && value !== '' && value.length <= MOST_TEXT_LENGTH;
}

function isShortText(value: unknown): boolean {
  return value === undefined || (isText(value) && value.length <= MOST_TEXT_LENGTH);
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : quote(value as Json));
