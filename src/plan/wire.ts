import type { Condition, Form } from '../document/document.js';
import type { LocalCondition, LocalNode } from './local-body.js';
import { under, type Place } from './place.js';
import type { PlanForm, Source } from './plan.js';
import { readLiteral, type PortTable } from './ports.js';
import type { ParseExpression } from './expressions.js';
import { readReference, UNRESOLVED, type Around } from './read-reference.js';
import type { Report } from './report.js';

/** What references in a document are read against, and where the forms around them are put. */
export interface Wiring {
  readonly inputs: PortTable;
  readonly nodes: readonly LocalNode[];
  readonly index: ReadonlyMap<string, number>;
  readonly forms: PlanForm[];
  readonly conditions: LocalCondition[];
  readonly parse: ParseExpression;
  readonly report: Report;
  /** Of the nodes of an each or a loop. */
  readonly around?: Around;
}

const NOTHING: ReadonlyMap<string, Source> = new Map();

/** The most levels of forms within forms. */
const MAX_DEPTH = 1000;

/** Reads a form at a place. `reader` is the node it belongs to; -1 for the graph's outputs. */
export function readForm(wiring: Wiring, form: Form, place: Place, reader: number, depth = 1): Source {
  if (typeof form === 'string') return readReference(wiring, form, place, reader);
  if (depth > MAX_DEPTH) {
    wiring.report('too_deep', place, `forms nest more than ${MAX_DEPTH} levels deep here`);
    return UNRESOLVED;
  }
  const parts = (key: string, of: readonly Form[]): readonly Source[] => {
    const inside = under(place, key);
    return of.map((part, i) => readForm(wiring, part, under(inside, i), reader, depth + 1));
  };
  if ('first' in form) return addForm(wiring, { kind: 'first', of: parts('first', form.first) });
  if ('list' in form) return addForm(wiring, { kind: 'list', of: parts('list', form.list) });
  if ('flat' in form) {
    return addForm(wiring, { kind: 'flat', of: readForm(wiring, form.flat, under(place, 'flat'), reader, depth + 1) });
  }
  const value = readLiteral(form.value, undefined, under(place, 'value'), wiring.report);
  return value === undefined ? UNRESOLVED : addForm(wiring, { kind: 'value', value });
}

export function addForm({ forms }: Wiring, form: PlanForm): Source {
  forms.push(form);
  return -forms.length;
}

/**
 * Reads a condition; the number it has among the conditions, undefined if it can't be read. `known`: what an expression
 * reads by names that it is not given.
 */
export function readCondition(
  wiring: Wiring,
  when: Condition,
  place: Place,
  reader: number,
  known: ReadonlyMap<string, Source> = NOTHING,
): number | undefined {
  const { conditions } = wiring;
  if (typeof when === 'string' || !('expr' in when)) {
    conditions.push({ kind: 'is', of: readForm(wiring, when, place, reader), place });
    return conditions.length - 1;
  }
  const names = Object.keys(when.in ?? {}).sort();
  const inside = under(place, 'in');
  const of = names.map(name => readForm(wiring, when.in?.[name] as Form, under(inside, name), reader));
  for (const [name, source] of known) if (!names.includes(name)) of[names.push(name) - 1] = source;
  const ast = wiring.parse(when.expr, under(place, 'expr'), wiring.report);
  if (ast === undefined) return undefined;
  conditions.push({ kind: 'expr', text: when.expr, ast, names, of, place });
  return conditions.length - 1;
}
