import type { Plan } from '../plan/plan.js';
import { check } from '../schema/check.js';
import { isTypingMistake } from '../schema/nearest.js';
import { inlineOf } from '../value/leaf.js';
import { quote } from '../value/quote.js';
import { INPUT, OVERRIDE, type SentIntervention } from './intervention.js';
import { protectionsOf } from './protection.js';
import { isTarget, namesOf, targetKey, targetOf, targetOfSent, type NoTarget, type Target } from './target.js';

/** One thing that is wrong with an intervention. */
export interface InterventionIssue {
  readonly code:
    | NoTarget['code']
    | 'bad_intervention'
    | 'bad_ref'
    | 'not_json'
    | 'invalid_value'
    | 'not_allowed'
    | 'forbidden'
    | 'duplicate_address'
    | 'duplicate_id';
  /** JSON pointer into the list: `/0/value/x`. */
  readonly path: string;
  /** As it was given. */
  readonly at: string;
  readonly message: string;
}

/** Everything that is wrong with a list of interventions for a plan, all at once [I10]. */
export function checkInterventions(plan: Plan, list: readonly SentIntervention[]): readonly InterventionIssue[] {
  const issues: InterventionIssue[] = [];
  for (const [k, sent] of list.entries()) {
    if (issues.length >= MOST_ISSUES) return issues;
    issues.push(...checkIntervention(plan, sent, `/${k}`));
  }
  return [...issues, ...duplicates(plan, list)].slice(0, MOST_ISSUES);
}

/** More help nobody, and each is looked for among all names of the plan. */
const MOST_ISSUES = 100;

/** What is wrong with one intervention, whatever the run is doing. `path`: where it stands. */
export function checkIntervention(plan: Plan, sent: SentIntervention, path = ''): readonly InterventionIssue[] {
  const target = targetOfSent(plan, sent);
  const issue = (code: InterventionIssue['code'], inside: string, message: string): InterventionIssue => ({
    code,
    path: path + inside,
    at: sent.at,
    message,
  });
  if (!isTarget(target)) return [issue(target.code, '/at', target.message)];
  const meant = [INPUT, OVERRIDE].find(kind => isTypingMistake(sent.kind, kind));
  if (meant !== undefined) return [issue('bad_intervention', '/kind', `${quote(sent.kind)}: did you mean "${meant}"?`)];
  const no = notAllowed(target, sent);
  if (no !== undefined) return [issue('not_allowed', '/kind', no)];
  const forbidden = forbids(plan, target, sent);
  if (forbidden !== undefined) return [issue('forbidden', '/at', forbidden)];
  const json = sent.value && (sent.kind === INPUT || sent.kind === OVERRIDE) ? inlineOf(sent.value) : undefined;
  if (json === undefined) return [];
  return check(target.schema, json).map(found => issue('invalid_value', `/value${found.path}`, found.message));
}

/** Why this kind of intervention can't work at this place. */
function notAllowed({ place }: Target, { kind, resolve }: SentIntervention): string | undefined {
  if (place.kind === 'input' && kind !== INPUT) {
    return `only kind "input" works at an input of the run, got ${JSON.stringify(kind)}; to change what one node reads, address its input`;
  }
  const isOperate = kind !== INPUT && kind !== OVERRIDE;
  if (place.kind === 'form' && isOperate) {
    return `an operate works at a port of a step; at a port of a nested graph only "override" does, got ${JSON.stringify(kind)}`;
  }
  if (place.kind === 'result' && (isOperate || resolve)) {
    return 'an output of the run takes an override with a value or a ref; for anything else address the port that feeds it';
  }
  return undefined;
}

function forbids(plan: Plan, target: Target, { reason }: SentIntervention): string | undefined {
  const marks = protectionsOf(plan, target);
  if (marks.includes('never')) return 'the graph protects this port: it is never changed from outside';
  if (!marks.includes('with-reason') || (reason !== undefined && reason.trim() !== '')) return undefined;
  return 'the graph protects this port: it is changed only with a reason (`reason`)';
}

function duplicates(plan: Plan, list: readonly SentIntervention[]): readonly InterventionIssue[] {
  const [seen, ids] = [new Map<string, number>(), new Map<string, number>()];
  const issues: InterventionIssue[] = [];
  for (const [k, { at, id }] of list.entries()) {
    const target = targetOf(namesOf(plan), at);
    const first = firstOf(seen, isTarget(target) ? targetKey(target) : at, k);
    if (first !== k) {
      const message = `the list has two interventions at ${at} (the other is number ${first + 1}): one port takes one`;
      issues.push({ code: 'duplicate_address', path: `/${k}/at`, at, message });
    }
    if (firstOf(ids, id, k) === k) continue;
    issues.push({ code: 'duplicate_id', path: `/${k}/id`, at, message: `the list has the id ${quote(id)} twice` });
  }
  return issues;
}

/** Who had the key first. */
function firstOf(known: Map<string, number>, key: string, k: number): number {
  const first = known.get(key);
  if (first === undefined) known.set(key, k);
  return first ?? k;
}
