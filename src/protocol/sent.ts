/** Whether what comes from outside is an intervention as a run receives it: who sends it may be anybody. */
import { MOST_ID_LENGTH, MOST_TEXT_LENGTH, type SentIntervention } from '../intervention/intervention.js';
import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { isMedia, isTextMedia } from '../value/media.js';
import { quote } from '../value/quote.js';
import { utf8Length } from '../value/size.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/** Of lists in lists: what is deeper could neither be sent on nor handed over. */
const MOST_NESTED = 100;

const isText: Check = value => isShort(value) && value !== '';
const isShort: Check = value => typeof value === 'string' && value.length <= MOST_TEXT_LENGTH;
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FIELDS: Readonly<Record<keyof SentIntervention, { readonly check: Check; readonly expected: string }>> = {
  at: { check: isText, expected: 'an address' },
  kind: { check: isText, expected: '"input", "override" or the name of an operate' },
  id: { check: isId, expected: `1 to ${MOST_ID_LENGTH} characters` },
  reason: { check: isShort, expected: `text of at most ${MOST_TEXT_LENGTH} characters` },
  by: { check: isShort, expected: `text of at most ${MOST_TEXT_LENGTH} characters` },
  onLate: { check: value => value === 'reject' || value === 'recompute', expected: '"reject" or "recompute"' },
  shortCircuit: { check: value => typeof value === 'boolean', expected: 'true or false' },
  value: { check: isValue, expected: 'a value as it travels ({"size":…,"inline":…} or {"size":…,"digest":…})' },
  resolve: { check: isResolve, expected: '{"name":…,"args":{…}}' },
};
const REQUIRED: ReadonlySet<string> = new Set(['at', 'kind', 'id']);

/** What is wrong with its form, for people; undefined if nothing is. What it says is for the engine to judge. */
export function interventionProblem(given: unknown): string | undefined {
  if (!isObject(given)) return `expected an intervention, got ${quote(given as Json)}`;
  for (const [name, { check, expected }] of Object.entries(FIELDS)) {
    const value = given[name];
    if (value === undefined ? REQUIRED.has(name) : !check(value)) {
      return `${name}: expected ${expected}, got ${value === undefined ? 'nothing' : quote(value as Json)}`;
    }
  }
  if ((given['value'] === undefined) === (given['resolve'] === undefined)) return 'expected either value or resolve';
  return undefined;
}

/** Without what is no field of it: the run keeps it. */
export function sentOf(given: unknown): SentIntervention {
  const own = given as Fields;
  const names = Object.keys(FIELDS).filter(name => own[name] !== undefined);
  return Object.fromEntries(names.map(name => [name, own[name]])) as unknown as SentIntervention;
}

/** What is wrong with the form of a runner's input; undefined if nothing is. */
export function fedProblem(given: unknown): string | undefined {
  if (!isObject(given) || !isId(given['id'])) return 'expected an input with an id';
  const { values, context, plan } = given;
  if (plan !== undefined && !isDigest(plan)) return 'plan: expected its hash';
  if (!Array.isArray(values) || !values.every(value => value === null || isValue(value))) {
    return 'values: expected a list of values as they travel';
  }
  return context === undefined || typeof context === 'string' ? undefined : 'context: expected sealed text';
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_ID_LENGTH;
}

function isResolve(value: unknown): boolean {
  return isObject(value) && isText(value['name']) && isObject(value['args']) && isLegal(value['args']);
}

/** Whether it is a value as it travels. No recursion: who sends it says how deep it is. */
export function isValue(value: unknown): boolean {
  const open: (readonly [part: unknown, depth: number])[] = [[value, 0]];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const [part, depth] = top;
    if (!isObject(part) || depth > MOST_NESTED) return false;
    if (Array.isArray(part['list'])) for (const inner of part['list']) open.push([inner, depth + 1]);
    else if (part['flat'] !== undefined) open.push([part['flat'], depth + 1]);
    else if (!isLeaf(part)) return false;
  }
  return true;
}

const isLegal = (json: unknown): boolean => checkJson(json).length === 0;

const DIGEST = /^[0-9a-f]{64}$/;

/** What a run may start in one go is reckoned with its size. */
function isLeaf({ size, digest, inline, peek, media }: Fields): boolean {
  if (typeof size !== 'number' || !(size >= 0)) return false;
  if (peek !== undefined && !(isObject(peek) && isLegal(peek))) return false;
  if (media !== undefined) return isMedia(media) && isDigest(digest) && isContent(inline, media, size);
  if (inline !== undefined && !(isLegal(inline) && size >= utf8Length(canonicalJson(inline as Json)))) return false;
  return digest === undefined ? inline !== undefined : isDigest(digest);
}

/** The JSON side of text, or of bytes: their base64, which is a third longer. */
function isContent(inline: unknown, media: string, size: number): boolean {
  if (inline === undefined) return true;
  return typeof inline === 'string' && size >= (isTextMedia(media) ? utf8Length(inline) : (inline.length * 3) / 4 - 2);
}

export const isDigest = (digest: unknown): boolean => typeof digest === 'string' && DIGEST.test(digest);
