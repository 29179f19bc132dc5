/** What the options of `espalier runner start` mean. */
import type { Duration } from '../document/document.js';
import { fedPlan } from '../plan/fed.js';
import { PRESETS, type PolicyRule } from '../runner/policies.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { StartWorkflowOptions } from './commands/runner.js';
import { readInterventions } from './given-interventions.js';
import type { LoadedGraph } from './load/load-graph.js';
import type { Beginning } from './open-runner.js';
import { splitEntry } from './run-input.js';

/** Throws `usage` and `invalid_intervention`; what is no hook or duration is told by whoever starts it. */
export async function beginningOf(
  { plan, registered }: LoadedGraph,
  options: StartWorkflowOptions,
): Promise<Beginning> {
  const { many, concurrency, checkpoint, policy, hook, cancelGrace, taskQueue } = options;
  const { given } = await readInterventions({ plan: fedPlan(plan), registered }, options);
  return {
    ...(many && { many: [...many] }),
    ...(concurrency !== undefined && { concurrency }),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(policy && { policies: policy.map(policyOf) }),
    ...(hook && { hooks: Object.fromEntries(hook.map(entry => splitEntry(entry, '--hook', 'event=name'))) }),
    ...(cancelGrace !== undefined && { cancelGrace: cancelGrace as Duration }),
    ...(taskQueue !== undefined && { taskQueue }),
    ...(given.length > 0 && { interventions: given }),
  };
}

const STEP = 'step:';

/** `hard/*=llm`, `step:ocr=io` */
function policyOf(entry: string): PolicyRule & { readonly match: string | { readonly step: string } } {
  const [match, preset] = splitEntry(entry, '--policy', 'match=preset');
  if (!isPreset(preset)) {
    const expected = Object.keys(PRESETS).join(', ');
    throw new EspalierError('usage', `--policy ${quote(entry)}: expected one of ${expected}, got ${quote(preset)}`);
  }
  return { match: match.startsWith(STEP) ? { step: match.slice(STEP.length) } : match, policy: preset };
}

const isPreset = (name: string): name is keyof typeof PRESETS => Object.hasOwn(PRESETS, name);
