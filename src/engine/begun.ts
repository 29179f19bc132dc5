import type { SentIntervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import type { Value } from '../value/value.js';
import type { RunOptions } from './options.js';

/** What a run is started with. */
export interface Begun {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly interventions?: readonly SentIntervention[];
  /** By address. */
  readonly inputs: Readonly<Record<string, Value>>;
}
