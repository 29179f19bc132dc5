import { isJsonObject, type Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { childOf, report, tryBranches, type Findings, type Place, type Run } from './check-run.js';
import { describeSchema, either, listValues } from './describe.js';
import { isAny, resolveRef, typesOf, type JsonSchema, type SchemaObject } from './json-schema.js';
import { isAllowedValue, isOfType } from './same.js';

/**
 * `anyOf`, and `oneOf` if `exclusive`. Mostly a glance shows which branch is meant, by the type or by a constant key: then
 * its own issues are the answer. Else the branches are tried one after the other.
 */
export function checkUnion(
  run: Run,
  branches: readonly JsonSchema[],
  exclusive: boolean,
  place: Place,
  found: Findings,
): void {
  const likely = branches.filter(branch => mayMatch(run, branch, place.value));
  const [only] = likely;
  if (only === undefined) return reportNone(run, branches, place, found);
  if (likely.length === 1) return void run.todo.push({ schema: only, place, found });
  tryBranches(run, branches, likely, place, exclusive ? 2 : 1, matches => {
    if (matches === 0) reportNone(run, likely, place, found);
    if (matches < 2) return;
    report(found, place, () => `expected only one of ${names(run, likely)}, got more: ${quote(place.value)}`);
  });
}

const names = (run: Run, branches: readonly JsonSchema[]): string =>
  either(branches.map(branch => describeSchema(branch, run.root)));

/** False only if the value certainly does not match: its type, or a key that must be another constant, shows it. */
function mayMatch(run: Run, branch: JsonSchema, value: Json): boolean {
  const schema = target(run, branch);
  if (typeof schema === 'boolean') return schema;
  if (typesOf(schema)?.some(type => isOfType(value, type)) === false) return false;
  if (!isAllowedValue(schema, value)) return false;
  if (!isJsonObject(value)) return true;
  return constants(schema).every(
    ([key, rule]) => !Object.hasOwn(value, key) || isAllowedValue(rule, value[key] as Json),
  );
}

/** The end of a chain of bare `$ref`s. */
function target(run: Run, branch: JsonSchema): JsonSchema {
  let schema = branch;
  for (let hops = 0; hops < 16 && typeof schema === 'object' && schema.$ref !== undefined; hops += 1) {
    const { $ref, ...rest } = schema;
    if (!isAny(rest)) return schema;
    schema = resolveRef(run.root, $ref) ?? true;
  }
  return schema;
}

/** The properties of an object schema that are a constant or one of several. */
function constants({ properties = {} }: SchemaObject): [string, SchemaObject][] {
  return Object.entries(properties).filter((entry): entry is [string, SchemaObject] => {
    const [, rule] = entry;
    return typeof rule === 'object' && (rule.const !== undefined || rule.enum !== undefined);
  });
}

function reportNone(run: Run, branches: readonly JsonSchema[], place: Place, found: Findings): void {
  const { value } = place;
  const tag = isJsonObject(value) ? tagOf(run, branches) : undefined;
  const given = tag !== undefined && isJsonObject(value) && Object.hasOwn(value, tag.key) ? value[tag.key] : undefined;
  if (tag === undefined || (given !== undefined && isAllowedValue({ enum: tag.values }, given))) {
    return report(found, place, () => `expected ${names(run, branches)}, got ${quote(value)}`);
  }
  const at = childOf(place, tag.key, null);
  const expected = (): string => `expected one of ${listValues(tag.values)}`;
  if (given === undefined) report(found, at, () => `missing key ${quote(tag.key)}, ${expected()}`);
  else report(found, at, () => `${expected()}, got ${quote(given)}`);
}

/** The key by which the object branches differ, as in a discriminated union, and all its values. */
function tagOf(
  run: Run,
  branches: readonly JsonSchema[],
): { readonly key: string; readonly values: Json[] } | undefined {
  const tables: Map<string, SchemaObject>[] = [];
  for (const branch of branches) {
    const schema = target(run, branch);
    if (typeof schema === 'object' && schema.type === 'object') tables.push(new Map(constants(schema)));
  }
  const key = [...(tables[0]?.keys() ?? [])].find(name => tables.every(table => table.has(name)));
  if (key === undefined) return undefined;
  return { key, values: tables.flatMap(table => valuesOf(table.get(key))) };
}

const valuesOf = (rule: SchemaObject | undefined): readonly Json[] =>
  rule?.enum ?? (rule?.const === undefined ? [] : [rule.const]);
