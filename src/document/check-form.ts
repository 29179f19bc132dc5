import { isJsonObject, type Json } from '../value/json.js';
import { anything, listOf, mapOf, oneShape, text, type Shape } from './check.js';
import { describe, report, type Check, type Trail } from './finding.js';
import { portProblem } from './ids.js';
import { expectedReference, parseReference } from './reference.js';

/** Forms and conditions (`Form`, `Condition`). Nesting is bounded by the depth of a document. */

const nested: Check = (value, trail) => form(value, trail);
const FORMS: Readonly<Record<string, Shape>> = {
  value: { what: 'a literal', keys: { value: anything } },
  first: { what: '`first`', keys: { first: listOf('forms', nested, 1) } },
  list: { what: '`list`', keys: { list: listOf('forms', nested) } },
  flat: { what: '`flat`', keys: { flat: nested } },
};
const EXPRESSION: Shape = {
  what: 'an expression',
  keys: { expr: text, in: mapOf('forms by name', portProblem, nested) },
};

const objectForm = oneShape('a form', FORMS);
const objectCondition = oneShape('a condition', { ...FORMS, expr: EXPRESSION });

export const form: Check = (value, trail) => {
  if (isJsonObject(value)) objectForm(value, trail);
  else reference(value, trail);
};

export const condition: Check = (value, trail) => {
  if (isJsonObject(value)) objectCondition(value, trail);
  else reference(value, trail);
};

function reference(value: Json, trail: Trail): void {
  if (typeof value !== 'string') {
    const message = `expected ${expectedReference('')}, got ${describe(value)} (a literal is { value: … })`;
    report(trail, 'wrong_type', message);
  } else if (parseReference(value) === undefined) {
    const message = `expected ${expectedReference(value)}, got ${describe(value)} (literal text is { value: … })`;
    report(trail, 'bad_reference', message);
  }
}
