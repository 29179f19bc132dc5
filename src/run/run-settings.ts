import { parseDuration } from '../document/duration.js';
import type { Duration, OnRunFailure } from '../document/document.js';
import type { Breakpoint } from '../engine/breakpoint.js';
import { CACHE_USES, type CacheUse } from '../engine/known.js';
import type { RunOptions, Schedule } from '../engine/options.js';
import type { Plan } from '../plan/plan.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonObject, type Json, type JsonObject } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { quote } from '../value/quote.js';
import { breakpointsProblem } from '../engine/breakpoints-problem.js';

/** How a run is to behave, as code says it; the same for a run on Temporal and for one in this process. */
export interface RunSettings {
  /** The most executions in flight at once. */
  readonly concurrency?: number;
  /** Of the run, from its start. */
  readonly deadline?: Duration;
  /** Over the graph's own. */
  readonly onFailure?: OnRunFailure;
  /** How long the end waits for what was cancelled. Default 15 s. */
  readonly cancelGrace?: Duration;
  /** `stages`: nothing of a stage starts before all of the one before has ended. Default `dataflow`. */
  readonly schedule?: Schedule;
  /** Leave out whatever nothing needs that will run, not only steps declared `pure`. */
  readonly prune?: boolean;
  /** Where the run holds until it is continued. */
  readonly breakpoints?: readonly Breakpoint[];
  /** `use` (the default), not at all (`bypass`), or compute everything anew and keep that (`refresh`). */
  readonly cache?: CacheUse;
  /** JSON that every step sees as `ctx.baggage`. */
  readonly baggage?: JsonObject;
}

/** Throws `invalid_option`, naming the setting and what was expected; breakpoints have to be at nodes of the plan. */
export function runOptionsOf(settings: RunSettings, plan?: Plan): RunOptions {
  const { concurrency, deadline, onFailure, cancelGrace } = settings;
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw invalid('concurrency', 'a whole number from 1', concurrency);
  }
  if (onFailure !== undefined && onFailure !== 'stop' && onFailure !== 'continue') {
    throw invalid('onFailure', '"stop" or "continue"', onFailure);
  }
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(onFailure !== undefined && { onFailure }),
    ...milliseconds('deadline', deadline),
    ...milliseconds('cancelGrace', cancelGrace),
    ...wayOptions(settings),
    ...companions(settings, plan),
  };
}

function wayOptions({ schedule, prune, cache }: RunSettings): Pick<RunOptions, 'schedule' | 'prune' | 'cache'> {
  if (schedule !== undefined && schedule !== 'dataflow' && schedule !== 'stages') {
    throw invalid('schedule', '"dataflow" or "stages"', schedule);
  }
  if (prune !== undefined && typeof prune !== 'boolean') throw invalid('prune', 'true or false', prune);
  if (cache !== undefined && !CACHE_USES.includes(cache)) throw invalid('cache', '"use", "bypass" or "refresh"', cache);
  return {
    ...(schedule !== undefined && { schedule }),
    ...(prune !== undefined && { prune }),
    ...(cache !== undefined && { cache }),
  };
}

function companions(
  { breakpoints, baggage }: RunSettings,
  plan: Plan | undefined,
): Pick<RunOptions, 'breakpoints' | 'baggage'> {
  const illegal = baggage === undefined ? undefined : checkJson(baggage)[0];
  if (illegal) throw new EspalierError('invalid_option', `baggage: ${illegal.path} ${illegal.message}`);
  if (baggage !== undefined && !isJsonObject(baggage)) throw invalid('baggage', 'an object of JSON', baggage);
  return {
    ...(breakpoints !== undefined && { breakpoints: checkBreakpoints(breakpoints, plan) }),
    ...(baggage !== undefined && { baggage }),
  };
}

/** Throws `invalid_option` unless they are breakpoints; of the plan, if it is known. */
export function checkBreakpoints(breakpoints: readonly Breakpoint[], plan?: Plan): readonly Breakpoint[] {
  const problem = breakpointsProblem(breakpoints, plan);
  if (problem !== undefined) throw new EspalierError('invalid_option', `breakpoints: ${problem}`);
  return breakpoints;
}

function milliseconds<K extends string>(name: K, duration: Duration | undefined): { readonly [N in K]?: number } {
  if (duration === undefined) return {};
  const ms = parseDuration(duration);
  if (ms === undefined) throw invalid(name, 'milliseconds or text like "30s"', duration);
  return { [name]: ms } as { readonly [N in K]?: number };
}

const invalid = (name: string, expected: string, got: unknown): EspalierError =>
  new EspalierError('invalid_option', `${name}: expected ${expected}, got ${quote(got as Json)}`);
