import { isJsonList, isJsonObject, type Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { checkArray, checkObject } from './check-container.js';
import { isFull, report, tryBranches } from './check-run.js';
import type { Findings, Place, Run, SchemaIssue, Visit } from './check-run.js';
import { checkNumber, checkString, createPatterns } from './check-scalar.js';
import { checkUnion } from './check-union.js';
import { describeSchema, either, listValues } from './describe.js';
import { isAny, resolveRef, typesOf, type JsonSchema, type SchemaObject } from './json-schema.js';
import { nearest } from './nearest.js';
import { isAllowedValue, isOfType } from './same.js';

export type { SchemaIssue } from './check-run.js';

/** The most issues `check` gives of one value. */
const MAX_ISSUES = 50;

/**
 * All that is wrong with a value by its schema, the first 50; none if it is valid. The value is legal JSON (`checkJson`),
 * the schema may be anything: loops of `$ref`s end, unknown keywords and references that lead nowhere let everything pass.
 */
export function check(schema: JsonSchema, value: Json): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  run(schema, schema, value, { issues, limit: MAX_ISSUES, count: 0 });
  return issues;
}

/** Whether `value` is valid by `schema`, a part of `root`. */
export function isValid(root: JsonSchema, schema: JsonSchema, value: Json): boolean {
  const found: Findings = { limit: 1, count: 0 };
  run(root, schema, value, found);
  return found.count === 0;
}

function run(root: JsonSchema, schema: JsonSchema, value: Json, found: Findings): void {
  const self: Run = { root, todo: [], patterns: createPatterns(), matches: new Map() };
  self.todo.push({ schema, place: { parent: undefined, key: '', value }, found });
  for (let task = self.todo.pop(); task !== undefined && !isFull(found); task = self.todo.pop()) {
    if (typeof task === 'function') task();
    else visit(self, task);
  }
}

function visit(run: Run, { schema, place, found }: Visit): void {
  if (isFull(found) || schema === true) return;
  const { value } = place;
  if (schema === false) return report(found, place, () => `expected nothing, got ${quote(value)}`);
  const types = typesOf(schema);
  if (types?.some(type => isOfType(value, type)) === false) {
    return report(found, place, () => `expected ${either(types)}, got ${quote(value)}`);
  }
  if (!isAllowedValue(schema, value)) return report(found, place, () => wrongChoice(schema, value));
  if (meetsFirst(schema, place, found)) checkInPlace(run, schema, place, found);
  if (typeof value === 'number') checkNumber(schema, value, message => report(found, place, message));
  if (typeof value === 'string') checkString(schema, value, run.patterns, message => report(found, place, message));
  if (isJsonList(value)) checkArray(run, schema, place, value, found);
  if (isJsonObject(value)) checkObject(run, schema, place, value, found);
}

function wrongChoice(schema: SchemaObject, value: Json): string {
  const choices = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  const expected = choices.length === 1 ? listValues(choices) : `one of ${listValues(choices)}`;
  const words = choices.filter(choice => typeof choice === 'string');
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  const hint = meant === undefined || words.length === 1 ? '' : ` (did you mean ${quote(meant)}?)`;
  return `expected ${expected}, got ${quote(value)}${hint}`;
}

/** Whether a schema has parts that apply to the same value, and the value at that place has not met it before. */
function meetsFirst(schema: SchemaObject, place: Place, found: Findings): boolean {
  const { $ref, allOf, anyOf, oneOf, not } = schema;
  if ((allOf ?? anyOf ?? oneOf) === undefined && $ref === undefined && not === undefined) return false;
  found.met ??= new Map();
  const met = found.met.get(schema) ?? new Set();
  const self = typeof place.value === 'object' && place.value !== null ? place.value : place;
  if (met.has(self)) return false;
  found.met.set(schema, met.add(self));
  return true;
}

function checkInPlace(run: Run, schema: SchemaObject, place: Place, found: Findings): void {
  const { $ref, allOf, anyOf, oneOf, not } = schema;
  const apply = (part: JsonSchema): void => void run.todo.push({ schema: part, place, found });
  if ($ref !== undefined) apply(resolveRef(run.root, $ref) ?? true);
  allOf?.forEach(apply);
  if (anyOf !== undefined) checkUnion(run, anyOf, false, place, found);
  if (oneOf !== undefined) checkUnion(run, oneOf, true, place, found);
  if (not !== undefined) checkNot(run, not, place, found);
}

function checkNot(run: Run, not: JsonSchema, place: Place, found: Findings): void {
  if (typeof not === 'boolean') return void run.todo.push({ schema: !not, place, found });
  tryBranches(run, not, [not], place, 1, matches => {
    if (matches === 0) return;
    const expected = (): string => (isAny(not) ? 'nothing' : `anything but ${describeSchema(not, run.root)}`);
    report(found, place, () => `expected ${expected()}, got ${quote(place.value)}`);
  });
}
