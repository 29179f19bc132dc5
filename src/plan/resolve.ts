import { evaluate, type Evaluated, type Operand } from '../expression/evaluate.js';
import { inlineOf } from '../value/leaf.js';
import { weight } from '../value/size.js';
import { isLeaf, isList } from '../value/value.js';
import type { Value } from '../value/value.js';
import { formSources } from './body-index.js';
import type { Body, PlanCondition, PlanForm, Source } from './plan.js';

/** A value, or `null` where absent. */
type Resolved = Value | null;
/** What is known of a scope: its slots, and the forms that something else stands in for (`undefined`: not known yet). */
export interface Known {
  readonly slots: readonly (Resolved | undefined)[];
  readonly forms?: ReadonlyMap<Source, Resolved | undefined> | undefined;
}
/** What a condition says: an absent name leaves it `absent`, which counts as false. */
export type Verdict = boolean | 'absent' | ConditionFailure;
export interface ConditionFailure {
  readonly code: 'condition_failed';
  readonly message: string;
}

/**
 * What a source stands for in a scope whose slots it reads have all settled. No recursion: forms nest as deep as graphs
 * do. Each form is looked at once, so shared ones cost no more.
 */
export function resolve(body: Body, { slots, forms }: Known, source: Source): Resolved {
  if (source >= 0) return slots[source] ?? null;
  const done = new Map<Source, Resolved | undefined>(forms);
  const read = (s: Source): Resolved => (s >= 0 ? (slots[s] ?? null) : (done.get(s) ?? null));
  const stack = done.has(source) ? [] : [source];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const missing = formSources(body, top).filter(s => s < 0 && !done.has(s));
    if (missing.length > 0) stack.push(...missing);
    else {
      done.set(top, formValue(body, body.forms[-1 - top], read));
      stack.pop();
    }
  }
  return read(source);
}

function formValue(body: Body, form: PlanForm | undefined, read: (s: Source) => Resolved): Resolved {
  switch (form?.kind) {
    case undefined:
    case 'none':
      return null;
    case 'value':
      return form.value;
    case 'first':
      return form.of.map(read).find(value => value !== null) ?? null;
    case 'list':
      return { list: form.of.map(read).filter(value => value !== null) };
    case 'flat': {
      const value = read(form.of);
      return value && { flat: value };
    }
    case 'port':
      return read(form.of);
    case 'guarded':
      return form.by.every(c => verdictOf(body.conditions[c], read) === true) ? read(form.of) : null;
  }
}

/** Whether every slot that a source reads has settled. */
export function hasSettled(body: Body, { slots, forms }: Known, source: Source): boolean {
  const seen = new Set([source]);
  for (const s of seen) {
    if (s >= 0 && slots[s] === undefined) return false;
    if (s < 0 && forms?.has(s)) {
      if (forms.get(s) === undefined) return false;
    } else if (s < 0) for (const read of formSources(body, s)) seen.add(read);
  }
  return true;
}

/** Evaluates a condition of a body whose slots it reads have all settled. */
export function judge(body: Body, known: Known, condition: number | PlanCondition): Verdict {
  const which = typeof condition === 'number' ? body.conditions[condition] : condition;
  return verdictOf(which, source => resolve(body, known, source));
}

function verdictOf(condition: PlanCondition | undefined, read: (s: Source) => Resolved): Verdict {
  if (!condition) return true;
  if (condition.kind === 'is') {
    const value = read(condition.of);
    if (value === null) return 'absent';
    const json = inlineOf(value);
    if (typeof json === 'boolean') return json;
    return conditionFailed(`expected a boolean, got ${json === undefined ? 'a large value' : quote(json)}`);
  }
  const result = evaluated(condition, read);
  if (result.kind === 'absent') return 'absent';
  if (result.kind === 'error') {
    return conditionFailed(`\`${condition.text}\`, column ${result.column}: ${result.message}`);
  }
  if (typeof result.value === 'boolean') return result.value;
  return conditionFailed(`\`${condition.text}\`: expected a boolean, got ${quote(result.value)}`);
}

function evaluated(
  { ast, names, of }: Extract<PlanCondition, { kind: 'expr' }>,
  read: (s: Source) => Resolved,
): Evaluated {
  const operands = new Map(names.map((name, i) => [name, operandOf(read(of[i] ?? 0))]));
  return evaluate(ast, name => operands.get(name) ?? { kind: 'absent' });
}

/** The name in a condition that `judge` calls absent; undefined if that is no expression. */
export function absentName(body: Body, known: Known, condition: number): string | undefined {
  const which = body.conditions[condition];
  const result = which?.kind === 'expr' ? evaluated(which, source => resolve(body, known, source)) : undefined;
  return result?.kind === 'absent' ? result.name : undefined;
}

function operandOf(value: Resolved): Operand {
  if (value === null) return { kind: 'absent' };
  const json = inlineOf(value);
  if (json !== undefined) return { kind: 'value', value: json };
  if (isList(value)) return { kind: 'peek', size: weight(value), peek: { '#len': value.list.length } };
  return isLeaf(value)
    ? { kind: 'peek', size: value.size, peek: value.peek ?? {} }
    : { kind: 'peek', size: weight(value), peek: {} };
}

const quote = (json: unknown): string => JSON.stringify(json).slice(0, 60);
const conditionFailed = (message: string): ConditionFailure => ({ code: 'condition_failed', message });
