import type { z } from 'zod';
import type { ExplainRun } from '../../api/interventions.js';
import { explain, type Explanation } from '../../intervention/explain.js';
import type { Plan } from '../../plan/plan.js';
import { planInputs } from '../../step/plan-inputs.js';
import { sendInterventions } from '../../step/send-interventions.js';
import { createMemoryStore } from '../../store/memory-store.js';

type Asked = Pick<z.output<typeof ExplainRun>, 'input' | 'interventions' | 'prune'>;

/** What a run would do that is started like this. Keeps nothing. Throws `InvalidInputError`, `InvalidInterventionError`. */
export async function explainRun(
  plan: Plan,
  { input, interventions: given, prune = false }: Asked,
): Promise<Explanation> {
  const store = createMemoryStore();
  const interventions = await sendInterventions(plan, given, store);
  const inputs = await planInputs(plan, input, store, { interventions, prune, partial: true });
  return explain(plan, inputs, interventions, { prune });
}
