import type { Condition, Form } from '../document/document.js';
import { GRAPH_INPUT } from '../document/reference.js';
import type { LocalCondition, LocalNode } from './local-body.js';
import { under, type Place } from './place.js';
import type { PlanForm, Source } from './plan.js';
import { readLiteral, type PortTable } from './ports.js';
import type { ParseExpression } from './expressions.js';
import { suggestion, type Report } from './report.js';

/** What references in a document are read against, and where the forms around them are put. */
export interface Wiring {
  readonly inputs: PortTable;
  readonly nodes: readonly LocalNode[];
  readonly index: ReadonlyMap<string, number>;
  readonly forms: PlanForm[];
  readonly conditions: LocalCondition[];
  readonly parse: ParseExpression;
  readonly report: Report;
}

/** The source in place of one that could not be resolved: always absent, and of a type that nothing is known about. */
export const UNRESOLVED: Source = -1;

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

function addForm({ forms }: Wiring, form: PlanForm): Source {
  forms.push(form);
  return -forms.length;
}

function readReference(wiring: Wiring, text: string, place: Place, reader: number): Source {
  const dot = text.indexOf('.');
  const head = dot < 0 ? text : text.slice(0, dot);
  const name = dot < 0 ? '' : text.slice(dot + 1);
  if (head === GRAPH_INPUT) return wiring.inputs.index.get(name) ?? unknownInput(wiring, name, place);
  const target = wiring.index.get(head);
  const node = target === undefined ? undefined : wiring.nodes[target];
  if (node === undefined) return unknownNode(wiring, head, text, place);
  if (target === reader) {
    wiring.report('self_loop', place, `node "${head}" can't read its own output "${text}"`);
    return UNRESOLVED;
  }
  if (node.use.kind === 'unknown') return UNRESOLVED;
  const port = node.use.out.index.get(name);
  return port === undefined ? unknownOutput(wiring, node, name, place) : node.out + port;
}

function unknownInput({ inputs, report }: Wiring, name: string, place: Place): Source {
  report('unknown_port', place, `the graph has no input "${name}"${suggestion(name, inputs.index)}`);
  return UNRESOLVED;
}

export function unknownNode({ index, report }: Wiring, id: string, text: string, place: Place): Source {
  report('unknown_node', place, `"${text}": there is no node "${id}"${suggestion(id, index)}`);
  return UNRESOLVED;
}

function unknownOutput({ report }: Wiring, { id, use }: LocalNode, name: string, place: Place): Source {
  report('unknown_port', place, `node "${id}" has no output "${name}"${suggestion(name, use.out.index)}`);
  return UNRESOLVED;
}

/** Reads the condition of a node; the number it has among the conditions, undefined if it can't be read. */
export function readCondition(wiring: Wiring, when: Condition, place: Place, reader: number): number | undefined {
  const { conditions } = wiring;
  if (typeof when === 'string' || !('expr' in when)) {
    conditions.push({ kind: 'is', of: readForm(wiring, when, place, reader), place });
    return conditions.length - 1;
  }
  const names = Object.keys(when.in ?? {}).sort();
  const inside = under(place, 'in');
  const of = names.map(name => readForm(wiring, when.in?.[name] as Form, under(inside, name), reader));
  const ast = wiring.parse(when.expr, under(place, 'expr'), wiring.report);
  if (ast === undefined) return undefined;
  conditions.push({ kind: 'expr', text: when.expr, ast, names, of, place });
  return conditions.length - 1;
}
