import type { HookEvent } from '../engine/command.js';
import type { CheckpointStrategy, RunOptions } from '../engine/options.js';
import type { Intervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import type { LinkLimits } from '../protocol/start.js';
import { runOptionsOf, type RunSettings } from '../run/run-settings.js';
import { EspalierError } from '../value/espalier-error.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { PolicyRule } from './policies.js';

/** `M`: names of outputs. */
export interface WorkflowOptions<M extends string = string> extends Pick<
  RunSettings,
  'concurrency' | 'cancelGrace' | 'baggage' | 'prune'
> {
  /** Outputs of which `getResults` gives a list, one value per input, not only that of the latest. */
  readonly many?: readonly M[];
  /** When the state is saved beside the stop. Default `on_complete`: when nothing is left to do. */
  readonly checkpoint?: CheckpointStrategy;
  /** Of components; the first that matches counts, over what the graph says. */
  readonly policies?: readonly PolicyRule[];
  /** Name of the hook that is called when nothing is left to do: the same as `hooks.idle`. */
  readonly onComplete?: string;
  /** Names of hooks that workers have (`Registered.hooks`), by what they hear of. */
  readonly hooks?: { readonly [K in HookEvent['kind']]?: string };
  /** An address that names no input stands for all of them. */
  readonly interventions?: readonly Intervention[];
  readonly taskQueue?: string;
  /** Lowers the limits at which it continues as new; for tests. */
  readonly linkLimits?: LinkLimits;
}

const HOOKS: readonly string[] = ['input', 'completed', 'failed', 'idle', 'stop'] satisfies HookEvent['kind'][];
const MOST_NAME_LENGTH = 200;

/** Throws `invalid_option`. */
export function workflowOptionsOf(options: WorkflowOptions, plan: Plan): RunOptions {
  const { concurrency, cancelGrace, baggage, prune, checkpoint } = options;
  const settings = { concurrency, cancelGrace, baggage, prune };
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const hooks = hooksOf(options);
  checkMany(options.many ?? [], plan);
  if (checkpoint !== undefined && !isStrategy(checkpoint)) {
    throw invalid('checkpoint', '"every_cycle", "on_complete", "manual" or { every_n: 3 }', checkpoint);
  }
  return {
    ...runOptionsOf(given, plan),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(Object.keys(hooks).length > 0 && { hooks }),
  };
}

function hooksOf({ hooks = {}, onComplete }: WorkflowOptions): NonNullable<RunOptions['hooks']> {
  if (onComplete !== undefined && hooks.idle !== undefined && hooks.idle !== onComplete) {
    throw invalid('onComplete', 'the same as hooks.idle, or only one of them', onComplete);
  }
  const all = { ...hooks, ...(onComplete !== undefined && { idle: onComplete }) };
  for (const [kind, name] of Object.entries(all)) {
    if (!HOOKS.includes(kind)) throw invalid('hooks', HOOKS.join(', '), kind);
    const isName = typeof name === 'string' && name !== '' && name.length <= MOST_NAME_LENGTH;
    if (!isName) throw invalid(`hooks.${kind}`, 'the name of a hook', name);
  }
  return all;
}

function checkMany(many: readonly string[], plan: Plan): void {
  const outputs = (plan.bodies[0]?.outputs ?? []).map(({ name }) => name);
  const unknown = many.find(name => !outputs.includes(name));
  if (unknown !== undefined)
    throw invalid('many', `outputs of the graph (${outputs.join(', ') || 'it has none'})`, unknown);
}

const isStrategy = (strategy: CheckpointStrategy): boolean =>
  strategy === 'every_cycle' ||
  strategy === 'on_complete' ||
  strategy === 'manual' ||
  (typeof strategy === 'object' && strategy !== null && Number.isInteger(strategy.every_n) && strategy.every_n >= 1);

const invalid = (name: string, expected: string, got: unknown): EspalierError =>
  new EspalierError('invalid_option', `${name}: expected ${expected}, got ${quote(got as Json)}`);
