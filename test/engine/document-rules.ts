/** The rules of engine.md for single parts of a document: forms, conditions, clusters, policies. */
import type {
  Cluster,
  Condition,
  Duration,
  Form,
  Manifest,
  PortSchema,
  StepNode,
} from '../../src/document/document.js';
import { evaluate } from '../../src/expression/evaluate.js';
import { parseExpression } from '../../src/expression/parse.js';
import type { Json } from '../../src/value/json.js';

/** `undefined` is absent; `null` is a value. */
export type Value = Json | undefined;
/** By name; what is absent is not there, or `undefined`. */
export type Values = ReadonlyMap<string, Value>;
export const NOTHING: Values = new Map();
/** Finds what a reference means. */
export type Read = (reference: string) => Value;

export function valueOf(form: Form | undefined, read: Read): Value {
  if (form === undefined) return undefined;
  if (typeof form === 'string') return read(form);
  if ('value' in form) return form.value;
  if ('flat' in form) return (valueOf(form.flat, read) as Json[][] | undefined)?.flat();
  const parts = ('first' in form ? form.first : form.list).map(part => valueOf(part, read));
  const there = parts.filter(part => part !== undefined);
  return 'first' in form ? there[0] : there;
}

/** A default stands in for what is absent, and not for `null`. */
export const orDefault = (value: Value, schema: PortSchema | undefined): Value =>
  value === undefined ? schema?.default : value;

/** Whether a condition holds; one that can't be told is an `error`. `known`: what an expression reads without being given it. */
export function verdictOn(when: Condition, read: Read, known: Values = NOTHING): boolean | 'absent' | 'error' {
  if (typeof when === 'string' || !('expr' in when)) return truth(valueOf(when, read));
  const parsed = parseExpression(when.expr);
  if (!parsed.ok) throw new Error(`this does not parse: ${when.expr}`);
  const result = evaluate(parsed.ast, name => {
    const form = when.in?.[name];
    const value = form === undefined ? known.get(name) : valueOf(form, read);
    return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
  });
  return result.kind === 'value' ? truth(result.value) : result.kind;
}

function truth(value: Value): boolean | 'absent' | 'error' {
  if (value === undefined) return 'absent';
  return typeof value === 'boolean' ? value : 'error';
}

/** A cluster as its nodes see it. */
export interface Label {
  readonly name: string;
  readonly queue?: string;
  readonly limit?: number;
}

/** The cluster that a document puts a node in. Each use of a nested graph has clusters of its own, for all scopes: `p/hard/mill`. */
export function labelOf(clusters: Readonly<Record<string, Cluster>>, node: string, prefix: string): Label | undefined {
  const found = Object.entries(clusters).find(([, { nodes }]) => nodes.includes(node));
  if (found === undefined) return undefined;
  const [name, { nodes: _, ...options }] = found;
  return { name: prefix.replaceAll(/\[\d+\]|@\d+/g, '') + name, ...options };
}

/** What of a policy a run shows; times in milliseconds. */
export interface Policy {
  readonly attempts: number;
  readonly backoff: string;
  readonly timeout: number;
  readonly heartbeat: number | false;
  readonly deadline?: number;
  readonly limit?: number;
}

/** A use's own policy goes over the step's, field by field, and that one over the defaults. */
export function policyOf(step: Manifest, use: StepNode): Policy {
  const { attempts = 3, backoff = 'exponential' } = { ...step.retry, ...use.retry };
  const { timeout = '1h', heartbeat = '5s', deadline, limit } = { ...step, ...use };
  return {
    attempts,
    backoff,
    timeout: milliseconds(timeout),
    heartbeat: heartbeat === false ? false : milliseconds(heartbeat),
    ...(deadline !== undefined && { deadline: milliseconds(deadline) }),
    ...(limit !== undefined && { limit }),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const [, digits = '', unit = ''] = /^([\d.]+)(\D+)$/.exec(duration) ?? [];
  return Number(digits) * (UNITS[unit] ?? Number.NaN);
}
