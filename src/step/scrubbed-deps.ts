import type { Scrub } from '../seal/scrub.js';
import type { BorderDeps } from './border.js';
import type { Log } from './ctx.js';

/** What a step that has secrets tells its log and its watchers, without them. */
export function scrubbedDeps(deps: BorderDeps, scrub: Scrub): BorderDeps {
  const told =
    (level: keyof Log): Log[keyof Log] =>
    (message, fields) =>
      deps.log[level](scrub.value(message) as string, fields && (scrub.value(fields) as object));
  // Plain JavaScript may tell anything.
  const number = (value: number | undefined): number => scrub.value(value) as number;
  return {
    ...deps,
    log: { debug: told('debug'), info: told('info'), warn: told('warn'), error: told('error') },
    progress: (done, total) => deps.progress(number(done), number(total)),
  };
}
