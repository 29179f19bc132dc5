import { under, type Place } from './place.js';
import type { Report } from './report.js';

/** Of a parsed document this is said already; a graph made in code comes here without. */
export function refuseOthers(node: object, known: readonly string[], what: string, place: Place, report: Report): void {
  for (const key of Object.keys(node)) {
    if (!known.includes(key)) report('unsupported_option', under(place, key), `${what} takes no \`${key}\``);
  }
}
