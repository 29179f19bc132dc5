import { checkExpression } from '../expression/check.js';
import { describeSchema } from '../schema/describe.js';
import { fits } from '../schema/fits.js';
import type { PortSchema } from '../document/document.js';
import { reportExpression } from './expressions.js';
import { frozenCopy } from './frozen-copy.js';
import { inputPlace, type InnerBody, type LocalBody, type LocalCondition, type LocalNode } from './local-body.js';
import { under, type Place } from './place.js';
import type { PlanForm, Source } from './plan.js';
import { checkLiteral, portTable, type PortTable } from './ports.js';
import type { Report } from './report.js';
import { flatType, itemType, listType, plainType, unionType } from './schema-of-form.js';

/** What a source gives, as far as it is known. */
type TypeOf = (source: Source) => PortSchema | undefined;

/**
 * Checks everything that is wired in a body against what its port takes. Only what certainly can't fit is reported
 * (`type_mismatch`, `bad_literal`, `bad_expression`); the rest shows when the run checks values.
 * `order` has what is needed before what needs it, so that the type of a form or a sleep is known where it is read.
 */
export function checkTypes(
  body: LocalBody,
  order: Int32Array,
  report: Report,
  around: Types = { inputs: body.inputs.list.map(({ schema }) => schema), captured: [] },
): PortTable {
  const { nodes, forms, conditions, outputs } = body;
  const slotTypes = declaredTypes(body, around);
  const formTypes: (PortSchema | undefined)[] = [];
  const typeOf: TypeOf = source => (source < 0 ? formTypes[-1 - source] : slotTypes[source]);
  const checking: Checking = { body, typeOf, fit: createFit(), report };

  for (const vertex of order) {
    const node = nodes[vertex];
    if (node !== undefined) {
      checkNode(checking, node);
      if (node.inner !== undefined) checkInner(checking, node, node.inner, slotTypes);
      if (node.use.kind === 'sleep') slotTypes[node.out] = node.in[0] === undefined ? undefined : typeOf(node.in[0]);
      continue;
    }
    const form = forms[vertex - nodes.length];
    if (form !== undefined) formTypes[vertex - nodes.length] = formType(form, typeOf);
    else checkCondition(checking, conditions[vertex - nodes.length - forms.length] as LocalCondition);
  }
  for (const { port, of, place } of outputs) checkSource(checking, of, port?.schema, place);
  return portTable(
    outputs.map(({ name, port, of }) => port ?? { name, schema: frozenCopy(plainType(typeOf(of))), optional: false }),
  );
}

interface Checking {
  readonly body: LocalBody;
  readonly typeOf: TypeOf;
  readonly fit: (from: PortSchema, to: PortSchema) => boolean;
  readonly report: Report;
}

/** Of slots that no node fills. */
interface Types {
  readonly inputs: readonly (PortSchema | undefined)[];
  readonly captured: readonly (PortSchema | undefined)[];
}

function declaredTypes({ nodes }: LocalBody, { inputs, captured }: Types): (PortSchema | undefined)[] {
  const types = [...inputs];
  for (const { use } of nodes) for (const { schema } of use.out.list) types.push(schema);
  types.push(...captured);
  return types;
}

/** The nodes of an each or a loop: what they read is of the types that it has around, and so it is known what they give. */
function checkInner(
  checking: Checking,
  local: LocalNode,
  inner: InnerBody,
  slotTypes: (PortSchema | undefined)[],
): void {
  const { use } = local;
  if (use.kind !== 'scoped') return;
  const { typeOf, report } = checking;
  const types = local.in.map(source => (source === undefined ? undefined : typeOf(source)));
  const inputs = use.fields.list.map(({ schema }) => schema);
  const [list] = types;
  if (use.from.kind === 'list' && list !== undefined) inputs[0] = itemType(list) ?? {};
  inner.out = checkTypes(inner.body, inner.order, report, { inputs, captured: types.slice(use.in.list.length) });
  if (use.from.kind !== 'loop')
    inner.out.list.forEach(({ schema }, k) => (slotTypes[local.out + k] = listType(schema)));
}

function formType(form: PlanForm, typeOf: TypeOf): PortSchema | undefined {
  switch (form.kind) {
    case 'value':
      return form.value.inline === undefined ? undefined : { const: form.value.inline };
    case 'first':
      return unionType(form.of.map(typeOf));
    case 'list':
      return listType(unionType(form.of.map(typeOf)));
    case 'flat':
      return flatType(typeOf(form.of));
    case 'port':
    case 'guarded':
    case 'none':
      return undefined;
  }
}

function checkNode(checking: Checking, node: LocalNode): void {
  node.use.in.list.forEach(({ name, schema }, k) => {
    const source = node.in[k];
    if (source === undefined || (source >= 0 && mayFit(checking, source, schema))) return;
    checkSource(checking, source, schema, inputPlace(node, name));
  });
}

const mayFit = ({ typeOf, fit }: Checking, source: Source, wanted: PortSchema | undefined): boolean => {
  const given = typeOf(source);
  return given === undefined || wanted === undefined || fit(given, wanted);
};

/** Checks a source, and the forms in it, where `wanted` is taken. */
function checkSource(checking: Checking, source: Source, wanted: PortSchema | undefined, place: Place): void {
  const form = source < 0 ? checking.body.forms[-1 - source] : undefined;
  switch (form?.kind) {
    case 'value':
      return checkLiteral(form.value.inline ?? null, wanted, under(place, 'value'), checking.report);
    case 'first':
      return checkParts(checking, form.of, wanted, under(place, 'first'));
    case 'list':
      return checkList(checking, source, form.of, wanted, place);
    case 'flat':
      checkSource(checking, form.of, LISTS, under(place, 'flat'));
      return checkFit(checking, source, wanted, place);
    default:
      return checkFit(checking, source, wanted, place);
  }
}

function checkFit(checking: Checking, source: Source, wanted: PortSchema | undefined, place: Place): void {
  if (wanted === undefined || mayFit(checking, source, wanted)) return;
  const given = describeSchema(checking.typeOf(source) ?? {});
  const message = `${nameOf(checking.body, source)} gives ${given}, expected ${describeSchema(wanted)}`;
  checking.report('type_mismatch', place, message);
}

function checkList(
  checking: Checking,
  source: Source,
  parts: readonly Source[],
  wanted: PortSchema | undefined,
  place: Place,
): void {
  const items = wanted === undefined ? undefined : itemType(wanted);
  if (items === undefined) checkFit(checking, source, wanted, place);
  checkParts(checking, parts, items, under(place, 'list'));
}

function checkParts(checking: Checking, parts: readonly Source[], wanted: PortSchema | undefined, up: Place): void {
  parts.forEach((part, i) => checkSource(checking, part, wanted, under(up, i)));
}

function checkCondition(checking: Checking, condition: LocalCondition): void {
  const { typeOf, report } = checking;
  if (condition.kind === 'is') return checkSource(checking, condition.of, BOOLEAN, condition.place);
  const names = new Map(condition.names.map((name, i) => [name, typeOf(condition.of[i] ?? 0)]));
  reportExpression(checkExpression(condition.ast, names, 'boolean'), under(condition.place, 'expr'), report);
  const inside = under(condition.place, 'in');
  condition.of.forEach((source, i) => checkSource(checking, source, undefined, under(inside, condition.names[i] ?? i)));
}

const BOOLEAN: PortSchema = { type: 'boolean' };
const LISTS: PortSchema = { type: 'array', items: { type: 'array' } };

/** `grind.powder`, `$in.water`, or `this` for a form. Words such as `$item` begin as no name of a port does. */
function nameOf({ inputs, captured, nodes, producer }: LocalBody, source: Source): string {
  if (source < 0) return 'this';
  const node = nodes[producer[source] ?? -1];
  if (node !== undefined) return `"${node.id}.${node.use.out.list[source - node.out]?.name}"`;
  const read = captured[source - (producer.length - captured.length)];
  if (read !== undefined) return `"${read.text}"`;
  const name = inputs.list[source]?.name ?? '';
  return name.startsWith('$') ? `"${name}"` : `"$in.${name}"`;
}

/** `fits`, not saying no, remembered by pair: many wires run between few ports. */
function createFit(): Checking['fit'] {
  const known = new Map<PortSchema, Map<PortSchema, boolean>>();
  return (from, to) => {
    let answers = known.get(from);
    if (answers === undefined) known.set(from, (answers = new Map()));
    let answer = answers.get(to);
    if (answer === undefined) answers.set(to, (answer = fits(from, to) !== 'no'));
    return answer;
  };
}
