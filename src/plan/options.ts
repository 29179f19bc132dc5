import type { Json, JsonObject } from '../value/json.js';
import { under, type Place } from './place.js';
import type { StepContract } from './contract.js';
import { readLiteral } from './ports.js';
import { suggestion, type Report } from './report.js';

/** The options of one use, checked, defaults filled in; undefined for one that gives none and needs none. */
export function readOptions(
  contract: StepContract,
  given: JsonObject | undefined,
  place: Place,
  report: Report,
): JsonObject | undefined {
  const { options } = contract;
  if (given === undefined && options.list.every(option => option.optional || option.default !== undefined)) {
    return undefined;
  }
  for (const name of Object.keys(given ?? {}).sort()) {
    if (options.index.has(name)) continue;
    const message = `step "${contract.plan.step}" has no option "${name}"${suggestion(name, options.index)}`;
    report('unknown_option', under(place, name), message);
  }
  const filled: Record<string, Json> = {};
  for (const { name, schema, optional, default: usual } of options.list) {
    const own = given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
    const value = own === undefined ? usual : readLiteral(own, schema, under(place, name), report);
    if (value?.inline !== undefined) filled[name] = value.inline;
    else if (own === undefined && !optional) {
      report('missing_option', place, `step "${contract.plan.step}" needs the option "${name}", which has no default`);
    }
  }
  return options.list.length === 0 ? undefined : Object.freeze(filled);
}
