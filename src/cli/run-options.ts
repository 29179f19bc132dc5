/** What the options of `espalier run` mean together. */
import type { Duration } from '../document/document.js';
import type { Plan } from '../plan/plan.js';
import { runOptionsOf, type RunSettings } from '../run/run-settings.js';
import { EspalierError } from '../value/espalier-error.js';
import { breakpointsOf } from './breakpoint-options.js';
import type { RunCommandOptions } from './commands/run.js';
import { looseValueOf, splitEntry } from './run-input.js';
import { serviceOf } from './server-choice.js';

/** Throws `invalid_option` or `usage` for a setting that is wrong. */
export function settingsOf(options: RunCommandOptions, plan: Plan): RunSettings {
  const { concurrency, deadline, onFailure, schedule, prune, cache } = options;
  const breakpoints = breakpointsOf(
    { before: options.breakBefore ?? [], after: options.breakAfter ?? [], at: options.break ?? [] },
    '--break',
  );
  const settings: RunSettings = {
    ...(concurrency !== undefined && { concurrency }),
    // Any text; what is no duration is refused below.
    ...(deadline !== undefined && { deadline: deadline as Duration }),
    ...(onFailure !== undefined && { onFailure }),
    ...(schedule !== undefined && { schedule }),
    ...(prune && { prune }),
    ...(cache && { cache }),
    ...(breakpoints.length > 0 && { breakpoints }),
    ...(options.baggage && { baggage: baggageOf(options.baggage) }),
  };
  runOptionsOf(settings, plan);
  return settings;
}

const baggageOf = (entries: readonly string[]) =>
  Object.fromEntries(
    entries.map(entry => {
      const [name, value] = splitEntry(entry, '--baggage', 'name=value');
      return [name, looseValueOf(value)];
    }),
  );

/** Throws `usage` for options that exclude each other. */
export function checkTogether(options: RunCommandOptions): void {
  const { local, wait, address, idempotencyKey, id, steps } = options;
  if (local && !wait) throw usage('--local and --no-wait exclude each other: a run in this process ends with it');
  if (local && address !== undefined) throw usage('--local and --address exclude each other');
  if (local && idempotencyKey !== undefined) throw usage('--local and --idempotency-key exclude each other');
  if (steps && serviceOf(options) !== undefined) {
    throw usage('--steps and the address of a service exclude each other: steps are left to its workers');
  }
  if (id !== undefined && idempotencyKey !== undefined) {
    throw usage('--id and --idempotency-key exclude each other: the key makes the id');
  }
}

const usage = (message: string): EspalierError => new EspalierError('usage', message);
