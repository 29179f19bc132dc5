import type { CacheUse } from '../engine/known.js';
import type { Explanation } from '../intervention/explain.js';
import type { Intervention } from '../intervention/intervention.js';
import { createMemoryStore } from '../store/memory-store.js';
import { explainCached, type CacheSeen } from './explain-cached.js';
import { prepare, type Runnable } from './runnable.js';
import { sendInterventions } from './send-interventions.js';

export interface ExplainSettings {
  /** Code side of a typed graph, else JSON. What is left out is named by the explanation. */
  readonly input?: object;
  readonly interventions?: readonly Intervention[];
  readonly prune?: boolean;
  /** How the run would use the step cache, where that is asked. */
  readonly cache?: CacheUse;
}

/**
 * What a run would do that is started like this, held against the step cache in `seen`: nothing is executed or kept.
 * Throws `InvalidGraphError`, `InvalidInputError`, `InvalidInterventionError`.
 */
export async function explain(
  source: Runnable,
  settings: ExplainSettings = {},
  seen?: CacheSeen,
): Promise<Explanation> {
  const { input = {}, interventions: given = [], prune = false, cache } = settings;
  const { plan, encode } = prepare(source);
  const store = createMemoryStore();
  const interventions = await sendInterventions(plan, given, store);
  const inputs = await encode({ ...input }, store, { interventions, prune, partial: true });
  return explainCached({ plan, inputs, interventions, options: { prune, ...(cache && { cache }) } }, seen);
}
