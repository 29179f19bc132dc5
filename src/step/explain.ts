import { explain as explainPlan, type Explanation } from '../intervention/explain.js';
import type { Intervention } from '../intervention/intervention.js';
import { createMemoryStore } from '../store/memory-store.js';
import { prepare, type Runnable } from './runnable.js';
import { sendInterventions } from './send-interventions.js';

export interface ExplainSettings {
  /** Code side of a typed graph, else JSON. What is left out is named by the explanation. */
  readonly input?: object;
  readonly interventions?: readonly Intervention[];
  readonly prune?: boolean;
}

/**
 * What a run would do that is started like this: nothing is executed or kept. Throws `InvalidGraphError`,
 * `InvalidInputError`, `InvalidInterventionError`.
 */
export async function explain(source: Runnable, settings: ExplainSettings = {}): Promise<Explanation> {
  const { input = {}, interventions: given = [], prune = false } = settings;
  const { plan, encode } = prepare(source);
  const store = createMemoryStore();
  const interventions = await sendInterventions(plan, given, store);
  const inputs = await encode({ ...input }, store, { interventions, prune, partial: true });
  return explainPlan(plan, inputs, interventions, { prune });
}
