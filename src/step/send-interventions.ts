/** From interventions as users write them to those that a run receives. */
import { checkIntervention, checkInterventions, type InterventionIssue } from '../intervention/check.js';
import type { Intervention, InterventionFacts, Payload, SentIntervention } from '../intervention/intervention.js';
import { isTarget, namesOf, targetOf } from '../intervention/target.js';
import { outputNames, type Plan } from '../plan/plan.js';
import type { BlobStore } from '../store/blob-store.js';
import { literal } from '../value/leaf.js';
import { weight } from '../value/size.js';
import { INLINE_LIMIT, type Value } from '../value/value.js';
import { formIssues } from './intervention-form.js';
import { InvalidInterventionError } from './invalid-intervention-error.js';
import { makeValues } from './make-values.js';

/**
 * Those of a start. Throws `InvalidInterventionError` with everything that is wrong, before anything is stored.
 */
export async function sendInterventions(
  plan: Plan,
  given: readonly Intervention[],
  store: BlobStore,
): Promise<readonly SentIntervention[]> {
  if (!Array.isArray(given)) throw new InvalidInterventionError(formIssues(given, ''));
  const forms = given.map((intervention, k) => formIssues(intervention, `/${k}`));
  const drafts = given.map((intervention, k) =>
    forms[k]?.length === 0 ? draftOf(intervention, `start-${k + 1}`) : undefined,
  );
  const wellFormed = drafts.filter(draft => draft !== undefined);
  const issues =
    wellFormed.length === given.length
      ? checkInterventions(plan, wellFormed)
      : [...forms.flat(), ...drafts.flatMap((draft, k) => (draft ? checkIntervention(plan, draft, `/${k}`) : []))];
  if (issues.length > 0) throw new InvalidInterventionError(issues);
  return Promise.all(wellFormed.map(draft => storeValue(draft, store, peeksAt(plan, draft.at))));
}

/** One for a run whose plan is not at hand: what can't be seen without it is for the run to say. */
export async function sendIntervention(given: Intervention, store: BlobStore): Promise<SentIntervention> {
  const issues: readonly InterventionIssue[] = formIssues(given, '');
  if (issues.length > 0) throw new InvalidInterventionError(issues);
  return storeValue(draftOf(given, crypto.randomUUID()), store);
}

/** Its value inline, whatever its size: to be checked, not to be sent. `otherwise`: its id, if it has none. */
function draftOf(
  { at, kind, id, reason, by, onLate, shortCircuit, ...payload }: Intervention,
  otherwise: string,
): SentIntervention {
  const facts: InterventionFacts = {
    at,
    kind,
    ...(reason !== undefined && { reason }),
    ...(by !== undefined && { by }),
    ...(onLate !== undefined && { onLate }),
    ...(shortCircuit !== undefined && { shortCircuit }),
  };
  return { ...facts, id: id ?? otherwise, ...carried(payload) };
}

function carried(payload: Payload): Pick<SentIntervention, 'value' | 'resolve'> {
  if ('resolve' in payload) return { resolve: { name: payload.resolve.name, args: payload.resolve.args ?? {} } };
  if ('ref' in payload) {
    const { key, media } = payload.ref;
    return { value: { digest: key, size: 0, ...(media !== undefined && { media }) } };
  }
  return { value: literal(payload.value) };
}

async function storeValue(
  draft: SentIntervention,
  store: BlobStore,
  peeks: readonly string[] = [],
): Promise<SentIntervention> {
  const json = draft.value && inlineOf(draft.value);
  // One that travels inline needs no digest: no step made it.
  if (json === undefined || (draft.value && weight(draft.value) <= INLINE_LIMIT)) return draft;
  const { value } = await makeValues({ value: json }, store, { value: peeks });
  return value ? { ...draft, value } : draft;
}

const inlineOf = (value: Value) => ('inline' in value ? value.inline : undefined);

/** What conditions read of the port, should the value travel by ref. */
function peeksAt(plan: Plan, at: string): readonly string[] {
  const target = targetOf(namesOf(plan), at);
  if (!isTarget(target)) return [];
  const { place, body } = target;
  if (place.kind === 'input') return [...plan.inputs, ...plan.open][place.slot]?.peeks ?? [];
  const node = place.kind === 'output' ? plan.bodies[body]?.nodes[place.node] : undefined;
  if (place.kind !== 'output' || node?.kind !== 'step') return [];
  return node.peeks?.[outputNames(plan, node)[place.slot - node.out] ?? ''] ?? [];
}
