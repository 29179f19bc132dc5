import type { Manifest } from '../document/document.js';
import { under, type Place } from './place.js';
import type { PlanContract } from './plan.js';
import { readTime } from './policy.js';
import type { Report } from './report.js';

/** How long results of a step are kept, in milliseconds; what is not pure gives no results that could be. */
export function readCache({ cache, pure, yields }: Manifest, place: Place, report: Report): PlanContract['cache'] {
  if (cache === undefined) return undefined;
  const at = under(place, 'cache');
  if (yields !== undefined) report('bad_policy', at, 'the items of a stream are not kept, so it can not be cached');
  else if (pure !== true) {
    report('bad_policy', at, 'the results of a step can only be cached if it is pure; expected `pure: true` beside it');
  }
  return cache === true ? {} : { ttl: readTime(cache.ttl, 1, under(at, 'ttl'), report) };
}
