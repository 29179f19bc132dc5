/** What `--interventions` and `--pin` ask for, before a run of the graph begins. */
import { formatIssues, type Issue } from '../document/issue.js';
import { locate } from '../document/locate.js';
import type { AnyOperate } from '../graph/operate.js';
import { INPUT, OVERRIDE, type Intervention, type SentIntervention } from '../intervention/intervention.js';
import { isTarget, namesOf, targetOf } from '../intervention/target.js';
import type { Plan } from '../plan/plan.js';
import { InvalidInterventionError } from '../step/invalid-intervention-error.js';
import { sendInterventions } from '../step/send-interventions.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonList, isJsonObject, type Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { readGiven, type GivenText } from './given-text.js';
import type { LoadedGraph } from './load/load-graph.js';
import { looseValueOf, splitEntry, valueOf } from './run-input.js';
import { userName } from './user-name.js';

export interface InterventionOptions {
  readonly pin?: readonly string[];
  readonly interventions?: string;
}
export interface GivenInterventions {
  readonly given: readonly Intervention[];
  /** The same as a run receives them: checked. */
  readonly sent: readonly SentIntervention[];
}

/** Those of `--interventions`, then those of `--pin`. Throws `invalid_intervention` with all that is wrong, and where. */
export async function readInterventions(
  { plan, registered }: Pick<LoadedGraph, 'plan' | 'registered'>,
  { pin = [], interventions }: InterventionOptions,
): Promise<GivenInterventions> {
  const source = interventions === undefined ? undefined : await readList(interventions);
  const pinned = await Promise.all(pin.map(entry => readPin(entry, plan)));
  const given = [...(source?.list ?? []), ...pinned].map(each => withShortCircuit(each, registered.operates));
  try {
    return { given, sent: await sendInterventions(plan, given, createMemoryStore()) };
  } catch (cause) {
    if (!(cause instanceof InvalidInterventionError)) throw cause;
    const issues = formatIssues([...inSource(cause.issues, source), ...inPins(cause.issues, source, pin)]);
    throw new EspalierError(cause.code, `interventions:\n${issues.replace(/^/gm, '  ')}`, { cause });
  }
}

interface Source extends GivenText {
  /** As written: whether they are interventions is checked with all else. */
  readonly list: readonly Intervention[];
}

/** Throws `usage` unless it is a list. */
export async function readList(given: string): Promise<Source> {
  const source = await readGiven(given, '--interventions', 'the interventions');
  const { name, value } = source;
  if (isJsonList(value)) return { ...source, list: value as unknown as readonly Intervention[] };
  const hint = name === '--interventions' ? ' (a file is given as @file)' : '';
  throw new EspalierError('usage', `${name}: expected a list of interventions, got ${quote(value)}${hint}`);
}

/** `grind.powder=25`: at an input of the run it supplies that, anywhere else it overrides. */
async function readPin(entry: string, plan: Plan): Promise<Intervention> {
  const [at, text] = splitEntry(entry, '--pin', 'address=value');
  const isOpen = at.startsWith('$in.') || plan.open.some(({ address }) => address === at);
  const target = targetOf(namesOf(plan), at);
  const value = await readValue(text, isTarget(target) ? text => valueOf(text, target.schema) : looseValueOf);
  return { at, kind: isOpen ? INPUT : OVERRIDE, value, by: userName() };
}

/** The value of a pin: what `read` makes of its text, or the content of `@file`. */
export async function readValue(text: string, read: (text: string) => Json): Promise<Json> {
  return text.startsWith('@') ? (await readGiven(text, 'the value', 'the value')).value : read(text);
}

/** What a typed operate says of itself is known where it is defined. */
function withShortCircuit(given: Intervention, operates: readonly AnyOperate[]): Intervention {
  if (!isJsonObject(given as unknown as Json) || given.shortCircuit !== undefined) return given;
  const operate = operates.find(({ name }) => name === given.kind);
  return operate ? { ...given, shortCircuit: operate.shortCircuit } : given;
}

type Found = InvalidInterventionError['issues'];
const indexOf = (path: string): number => Number(path.split('/')[1]);

function inSource(issues: Found, source: Source | undefined): readonly Issue[] {
  if (!source) return [];
  const { list, value, text, read, name } = source;
  const own = issues.filter(({ path }) => indexOf(path) < list.length);
  return locate(
    own.map(issue => ({ ...issue, path: present(value, issue.path) })),
    text,
    read,
    name,
  );
}

function inPins(issues: Found, source: Source | undefined, pins: readonly string[]): readonly Issue[] {
  const before = source?.list.length ?? 0;
  return issues.flatMap(({ code, path, message }) => {
    const pin = pins[indexOf(path) - before];
    return pin === undefined ? [] : [{ code, path: '', message, file: `--pin ${pin}` }];
  });
}

/** The path, or as much of it as the value has: what is missing is shown where it is missing. */
function present(value: Json, path: string): string {
  let inner: Json | undefined = value;
  let found = '';
  for (const part of path.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    inner = isJsonList(inner) || isJsonObject(inner) ? (inner as Readonly<Record<string, Json>>)[key] : undefined;
    if (inner === undefined) return found;
    found += `/${part}`;
  }
  return found;
}
