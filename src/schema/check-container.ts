import type { Json, JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import { childOf, inTurn, isFull, report, tryBranches, type Findings, type Place, type Run } from './check-run.js';
import { count, type Patterns } from './check-scalar.js';
import { describeSchema } from './describe.js';
import { isAny, isNever, type JsonSchema, type SchemaObject } from './json-schema.js';
import { nearest } from './nearest.js';

export function checkArray(
  run: Run,
  schema: SchemaObject,
  place: Place,
  value: readonly Json[],
  found: Findings,
): void {
  const { prefixItems = [], items = true, minItems = 0, maxItems = Infinity } = schema;
  const most = items === false ? Math.min(maxItems, prefixItems.length) : maxItems;
  const expect = (bound: string, length: number): void => {
    const expected = `a list of ${bound} ${count(length, 'item')}`;
    report(found, place, () => `expected ${expected}, got ${value.length}: ${quote(value)}`);
  };
  if (value.length < minItems) expect('at least', minItems);
  if (value.length > most) expect('at most', most);
  const checked = Math.min(value.length, isAny(items) ? prefixItems.length : most);
  inTurn(run, checked, found, index => {
    const child = childOf(place, index, value[index] as Json);
    run.todo.push({ schema: prefixItems[index] ?? items, place: child, found });
  });
}

export function checkObject(run: Run, schema: SchemaObject, place: Place, value: JsonObject, found: Findings): void {
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(value, key)) continue;
    if (isFull(found)) return;
    report(found, childOf(place, key, null), () => `missing key ${quote(key)}${expectedAt(run, schema, key)}`);
  }
  const keys = Object.keys(value);
  inTurn(run, keys.length, found, index => {
    const key = keys[index] as string;
    const child = childOf(place, key, value[key] as Json);
    if (schema.propertyNames !== undefined) checkName(run, schema.propertyNames, child, key, found);
    const rules = propertySchemas(schema, key, run.patterns);
    if (rules.some(isNever)) return report(found, child, () => `unknown key ${quote(key)}${hint(schema, key, value)}`);
    for (const rule of rules) if (!isAny(rule)) run.todo.push({ schema: rule, place: child, found });
  });
}

/** All that applies to the value under `key`: its property and the patterns it matches or, for want of both, the rule for the rest. */
export function propertySchemas(schema: SchemaObject, key: string, patterns: Patterns): JsonSchema[] {
  const { properties = {}, patternProperties = {}, additionalProperties = true } = schema;
  const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
  const rules: JsonSchema[] = own === undefined ? [] : [own];
  for (const [pattern, rule] of Object.entries(patternProperties)) {
    if (patterns.test(pattern, key)) rules.push(rule);
  }
  return rules.length === 0 ? [additionalProperties] : rules;
}

function checkName(run: Run, names: JsonSchema, child: Place, key: string, found: Findings): void {
  const isText = typeof names === 'object' && names.type === 'string' && Object.keys(names).length === 1;
  if (isText || isAny(names)) return;
  const refuse = (): void =>
    report(found, child, () => `the key ${quote(key)} is not allowed, expected ${describeSchema(names, run.root)}`);
  if (typeof names === 'boolean') return refuse();
  const place: Place = { parent: child.parent, key, value: key };
  tryBranches(run, names, [names], place, 1, matches => {
    if (matches === 0) refuse();
  });
}

function expectedAt(run: Run, { properties = {} }: SchemaObject, key: string): string {
  const rule = Object.hasOwn(properties, key) ? properties[key] : undefined;
  return rule === undefined || isAny(rule) ? '' : `, expected ${describeSchema(rule, run.root)}`;
}

/** A key that is still free and looks like the one that is unknown. */
function hint({ properties = {} }: SchemaObject, key: string, value: JsonObject): string {
  const free = Object.keys(properties).filter(name => !Object.hasOwn(value, name));
  const meant = nearest(key, free);
  return meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`;
}
