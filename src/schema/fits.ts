import type { Json } from '../value/json.js';
import { canonicalJson } from '../value/canonical.js';
import { isValid } from './check.js';
import { fitArray, fitObject } from './fit-container.js';
import { fitNumber, fitString } from './fit-scalar.js';
import { allOf, eachOf, firstKnown, type Fit, type Inquiry } from './fit.js';
import {
  isAny,
  isNever,
  resolveRef,
  typesOf,
  type JsonSchema,
  type SchemaObject,
  type TypeName,
} from './json-schema.js';

export type { Fit } from './fit.js';

/** How deep, and how often in all, parts are compared before the answer is `unknown`. */
const MAX_DEPTH = 200;
const MAX_COMPARISONS = 3000;
/** Of longer `enum`s the values are not tried one by one. */
const MAX_VALUES = 500;

const answers = new WeakMap<SchemaObject, WeakMap<SchemaObject, Fit>>();

/**
 * Whether values of `from` suit `to`, by `check`: `yes` every one, `no` none at all, `unknown` otherwise or where it can't be
 * told (patterns, recursive schemas that differ, huge ones). Never a false `yes` or `no`, but that text and bytes never
 * suit each other; of a schema without values either is true. Answers are remembered by the identity of the two schemas: the second time costs O(1).
 */
export function fits(from: JsonSchema, to: JsonSchema): Fit {
  if (from === to || isAny(to)) return 'yes';
  if (typeof from === 'boolean' || typeof to === 'boolean') return answer(from, to);
  const known = answers.get(from) ?? new WeakMap<SchemaObject, Fit>();
  answers.set(from, known);
  let fit = known.get(to);
  if (fit === undefined) {
    fit = canonicalJson(from) === canonicalJson(to) ? 'yes' : answer(from, to);
    known.set(to, fit);
  }
  return fit;
}

function answer(fromRoot: JsonSchema, toRoot: JsonSchema): Fit {
  const open = new Map<JsonSchema, Set<JsonSchema>>();
  let depth = 0;
  let comparisons = 0;
  const compare = (from: JsonSchema, to: JsonSchema): Fit => {
    const targets = open.get(from) ?? new Set();
    comparisons += 1;
    if (targets.has(to) || depth === MAX_DEPTH || comparisons > MAX_COMPARISONS) return 'unknown';
    open.set(from, targets.add(to));
    depth += 1;
    const fit = compareParts(from, to, inquiry);
    depth -= 1;
    targets.delete(to);
    return fit;
  };
  const inquiry: Inquiry = { fromRoot, toRoot, compare };
  return compare(fromRoot, toRoot);
}

/** Takes both sides apart, the giving one first: `a | b` suits what `a` and `b` suit, each for itself. */
function compareParts(from: JsonSchema, to: JsonSchema, inquiry: Inquiry): Fit {
  const { fromRoot, toRoot, compare } = inquiry;
  if (isAny(to) || isNever(from)) return 'yes';
  if (isNever(to) || typeof to === 'boolean') return 'no';
  if (isAny(from) || typeof from === 'boolean') return 'unknown';

  const given = valuesOf(from)?.filter(value => isValid(fromRoot, from, value));
  if (given !== undefined) return eachOf(given.map(value => (isValid(toRoot, to, value) ? 'yes' : 'no')));
  const wanted = valuesOf(to)?.filter(value => isValid(toRoot, to, value));
  if (wanted?.every(value => !isValid(fromRoot, from, value))) return 'no';

  const alternatives = alternativesOf(from);
  if (alternatives !== undefined) return eachOf(alternatives.map(part => compare(part, to)));
  const givens = partsOf(from, fromRoot);
  if (isSimple(givens, from)) return compareSimple(from, to, inquiry);
  const settled = firstKnown(givens.map(part => compare(part, to)));
  const wants = partsOf(to, toRoot);
  return settled === 'unknown' && wants.length > 1 ? allOf(wants.map(part => compare(from, part))) : settled;
}

/** Of a `from` that is of one type and has no parts. */
function compareSimple(from: SchemaObject, to: SchemaObject, inquiry: Inquiry): Fit {
  const { compare, toRoot } = inquiry;
  const parts = partsOf(to, toRoot);
  if (!isSimple(parts, to)) return allOf(parts.map(part => compare(from, part)));
  if (to.not !== undefined) return INVERSE[compare(from, to.not)];
  const branches = to.anyOf ?? to.oneOf;
  if (branches !== undefined)
    return someOf(
      branches.map(branch => compare(from, branch)),
      to.oneOf !== undefined,
    );
  if (to.enum !== undefined || to.const !== undefined) return 'unknown';
  return eachOf((typesOf(from) ?? ALL_TYPES).map(type => fitType(type, from, to, inquiry)));
}

const INVERSE: Readonly<Record<Fit, Fit>> = { yes: 'no', no: 'yes', unknown: 'unknown' };
const ALL_TYPES: readonly TypeName[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** The answer for a union on the asking side. If it is exclusive, a value must suit one branch and no other. */
function someOf(fits: readonly Fit[], exclusive: boolean): Fit {
  if (fits.every(fit => fit === 'no')) return 'no';
  const others = fits.filter(fit => fit !== 'yes');
  const one = exclusive
    ? others.length === fits.length - 1 && others.every(fit => fit === 'no')
    : others.length < fits.length;
  return one ? 'yes' : 'unknown';
}

function fitType(type: TypeName, from: SchemaObject, to: SchemaObject, inquiry: Inquiry): Fit {
  if (typesOf(to)?.some(other => kindOf(other) === kindOf(type)) === false) return 'no';
  switch (type) {
    case 'integer':
    case 'number':
      return fitNumber(from, to);
    case 'string':
      return fitString(from, to);
    case 'array':
      return fitArray(from, to, inquiry);
    case 'object':
      return fitObject(from, to, inquiry);
    default:
      return 'yes';
  }
}

const kindOf = (type: TypeName): TypeName => (type === 'integer' ? 'number' : type);

/** The values a schema lets pass at most, where they are few enough to try each. */
function valuesOf(schema: SchemaObject): readonly Json[] | undefined {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return schema.enum.length > MAX_VALUES ? undefined : schema.enum;
  if (schema.type === 'boolean') return [true, false];
  return schema.type === 'null' ? [null] : undefined;
}

/** A schema that is a union, or of several types, as the list of what a value may be. */
function alternativesOf(schema: SchemaObject): readonly JsonSchema[] | undefined {
  const { anyOf, oneOf, type } = schema;
  if (anyOf !== undefined) return withRest(anyOf, without(schema, ['anyOf']));
  if (oneOf !== undefined) return withRest(oneOf, without(schema, ['oneOf']));
  return typeof type === 'object' ? type.map(single => ({ ...schema, type: single })) : undefined;
}

const withRest = (branches: readonly JsonSchema[], rest: SchemaObject): readonly JsonSchema[] =>
  isAny(rest) ? branches : branches.map(branch => ({ allOf: [rest, branch] }));

const IN_PLACE = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not'] as const;

/** What a value has to satisfy in full, one by one: the schema's own keywords, the target of its `$ref`, and so on. */
function partsOf(schema: SchemaObject, root: JsonSchema): readonly JsonSchema[] {
  const { $ref, allOf: members, anyOf, oneOf, not } = schema;
  const parts: JsonSchema[] = [...(members ?? [])];
  if ($ref !== undefined) parts.push(resolveRef(root, $ref) ?? true);
  if (anyOf !== undefined) parts.push({ anyOf });
  if (oneOf !== undefined) parts.push({ oneOf });
  if (not !== undefined) parts.push({ not });
  if (parts.length === 0) return [schema];
  const own = without(schema, IN_PLACE);
  return isAny(own) ? parts : [own, ...parts];
}

/** Whether a schema is its only part: one with keywords of one sort. */
const isSimple = (parts: readonly JsonSchema[], { $ref, allOf: members }: SchemaObject): boolean =>
  parts.length === 1 && $ref === undefined && members === undefined;

function without(schema: SchemaObject, keywords: readonly (keyof SchemaObject)[]): SchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keywords.some(keyword => keyword === key)));
}
