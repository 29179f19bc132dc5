import type { InterventionState } from '../engine/engine.js';
import { INPUT, OVERRIDE, type SentIntervention } from '../intervention/intervention.js';
import { isTarget, targetKey, targetOfSent } from '../intervention/target.js';
import { outputNames, type Plan } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import type { RunSource } from './source.js';

/** The interventions of a run that are effective at its end: the last one of each port. */
export function inEffect({ plan, interventions }: RunSource): readonly InterventionState[] {
  const byPort = new Map<string, InterventionState>();
  for (const state of interventions) {
    if (state.refused || state.outcome === 'too-late' || state.effect === 'superseded' || state.withdrawn) continue;
    byPort.set(portKey(plan, state), state);
  }
  return [...byPort.values()];
}

/** Text that is the same for two addresses of one port. */
export function portKey(plan: Plan, sent: Pick<SentIntervention, 'at' | 'kind'>): string {
  const target = targetOfSent(plan, sent);
  return isTarget(target) ? targetKey(target) : sent.at;
}

/** The slot of the graph whose value it changes, if it works at an output of a node. */
export function outputSlot(plan: Plan, sent: SentIntervention): number | undefined {
  const target = targetOfSent(plan, sent);
  // What is produced is not for an input to supply [I1].
  if (!isTarget(target) || target.body !== 0 || sent.kind === INPUT) return undefined;
  return target.place.kind === 'output' ? target.place.slot : undefined;
}

/**
 * As it was; what a resolver or a merge gave then in place of a node that was not executed is given now, so that nothing is
 * asked twice. Not where something else is given at a port of that node: it may then run. `given`: the slots of those.
 */
export function asRecorded(
  source: RunSource,
  state: InterventionState,
  given: ReadonlySet<number | undefined>,
): SentIntervention {
  const { id, at, kind, value, resolve, reason, by, onLate, shortCircuit } = state;
  const facts = { id, at, ...(reason !== undefined && { reason }), ...(by !== undefined && { by }) };
  const recorded = recordedAt(source, state, given);
  if (recorded) return { ...facts, kind: kind === INPUT ? INPUT : OVERRIDE, value: recorded };
  return {
    ...facts,
    kind,
    ...(value && { value }),
    ...(resolve && { resolve }),
    ...(onLate && { onLate }),
    ...(shortCircuit !== undefined && { shortCircuit }),
  };
}

/** What consumers saw at its port; undefined if that is to be worked out again. */
function recordedAt(
  source: RunSource,
  state: InterventionState,
  given: ReadonlySet<number | undefined>,
): Value | undefined {
  if (state.effect !== 'used') return undefined;
  if (source.settled[state.at] && state.resolve) return source.settled[state.at];
  const slot = outputSlot(source.plan, state);
  if (slot === undefined || (state.kind === OVERRIDE && state.value !== undefined)) return undefined;
  const index = source.plan.bodies[0]?.nodes.findLastIndex(({ out }) => out <= slot) ?? -1;
  const planned = source.plan.bodies[0]?.nodes[index];
  const node = source.nodes.find(found => found.scope === 0 && found.node === index);
  if (!planned || node?.status !== 'short-circuited') return undefined;
  const names = outputNames(source.plan, planned);
  return names.some((_, k) => given.has(planned.out + k)) ? undefined : node.outputs[names[slot - planned.out] ?? ''];
}
