import { withoutIndices } from '../document/address.js';
import type { Failure } from '../engine/failure.js';
import { foldValue } from '../value/fold.js';
import { literal } from '../value/leaf.js';
import type { Leaf, Value } from '../value/value.js';
import { changedAt } from './changed.js';
import type { RunView } from './run.js';
import { keyOf } from './same-value.js';
import type { RunSource } from './source.js';

/** Whose values are taken out of a record: addresses of nodes and ports, or what says so of each port. */
export type Redaction = readonly string[] | ((at: string) => boolean);

/** What a run was, and how it ended. */
export interface Recorded {
  readonly source: RunSource;
  readonly ended: Pick<RunView, 'status' | 'outputs' | 'error'>;
}

/** Stands for what was taken out. */
const GONE = '[redacted]';
const REDACTED: Leaf = literal(GONE);

/** Whether some of it was taken out. */
export const isRedacted = (value: Value): boolean => leavesOf(value).some(({ inline }) => inline === GONE);

/** Smaller values, in bytes of JSON, are the same in many places. */
const TELLING = 8;
const BAGGAGE = 'baggage';
/** All inputs, all outputs, and what is of a runner's input. */
const ALL = /^\$(in$|out$|$|[[/])/;

/**
 * Without the values at these ports and the same content elsewhere, and without what failures say. `redacted`: the ports
 * that had any of it. Throws `unknown_address`.
 */
export function redact(recorded: Recorded, redaction: Redaction): Recorded & { readonly redacted: readonly string[] } {
  const isNamed = predicateOf(recorded.source, redaction);
  const secrets = new Set<string>();
  mapValues(recorded, (at, value) => {
    if (isNamed(at)) for (const leaf of leavesOf(value)) if (leaf.size >= TELLING) secrets.add(keyOf(leaf));
    return value;
  });
  const redacted = new Set<string>();
  const clean = mapValues(recorded, (at, value) => {
    const rest = isNamed(at) ? REDACTED : without(value, secrets);
    if (rest !== value) redacted.add(at);
    return rest;
  });
  const { baggage, ...options } = clean.source.options;
  if (!baggage || !isNamed(BAGGAGE)) return { ...(redacted.size > 0 ? silent(clean) : clean), redacted: [...redacted] };
  return { ...silent({ ...clean, source: { ...clean.source, options } }), redacted: [...redacted] };
}

function predicateOf({ plan }: RunSource, redaction: Redaction): (at: string) => boolean {
  if (typeof redaction === 'function') return redaction;
  for (const at of redaction) if (at !== BAGGAGE && !ALL.test(at)) changedAt(plan, at);
  return at => {
    const texts = [at, withoutIndices(at)];
    return redaction.some(name =>
      texts.some(text => text === name || (text.startsWith(name) && /^[./]/.test(text.slice(name.length)))),
    );
  };
}

/** With what `each` makes of every value, by the address of its port. */
function mapValues({ source, ended }: Recorded, each: (at: string, value: Value) => Value): Recorded {
  const all = (values: Readonly<Record<string, Value>>, prefix = '') =>
    Object.fromEntries(Object.entries(values).map(([port, value]) => [port, each(`${prefix}${port}`, value)]));
  return {
    source: {
      ...source,
      inputs: all(source.inputs),
      settled: all(source.settled),
      interventions: source.interventions.map(({ value, ...state }) => ({
        ...state,
        ...(value && { value: each(state.at, value) }),
      })),
      nodes: source.nodes.map(({ computed, ...node }) => ({
        ...node,
        outputs: all(node.outputs, `${node.address}.`),
        ...(computed && { computed: all(computed, `${node.address}.`) }),
      })),
    },
    ended: { ...ended, outputs: all(ended.outputs, '$out.') },
  };
}

function leavesOf(value: Value): readonly Leaf[] {
  return foldValue<readonly Leaf[]>(value, { leaf: leaf => [leaf], list: parts => parts.flat(), flat: of => of });
}

function without(value: Value, secrets: ReadonlySet<string>): Value {
  if (secrets.size === 0) return value;
  return foldValue<Value>(value, {
    leaf: leaf => (secrets.has(keyOf(leaf)) ? REDACTED : leaf),
    list: (parts, whole) => (parts.every((part, k) => part === whole.list[k]) ? whole : { list: parts }),
    flat: (of, whole) => (of === whole.flat ? whole : { flat: of }),
  });
}

/** What people and steps wrote may have any of it in it. */
function silent({ source, ended }: Recorded): Recorded {
  return {
    source: {
      ...source,
      interventions: source.interventions.map(({ reason: _, why: __, refused, resolve, ...state }) => ({
        ...state,
        ...(refused && { refused: mute(refused) }),
        ...(resolve && { resolve: { name: resolve.name, args: {} } }),
      })),
      nodes: source.nodes.map(({ failure, ...node }) => ({ ...node, ...(failure && { failure: mute(failure) }) })),
    },
    ended: { ...ended, ...(ended.error && { error: mute(ended.error) }) },
  };
}

const mute = ({ code, address }: Failure): Failure => ({
  code,
  message: GONE,
  ...(address !== undefined && { address }),
});
