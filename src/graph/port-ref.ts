import type { Form } from '../document/document.js';
import { DefinitionError } from './definition-error.js';
import type { Ports } from './ports.js';
import type { Recording } from './recording.js';

declare const VALUE: unique symbol;

/**
 * A port in a graph: a place where a value will be, not the value. A `Ref<V | undefined>` may be absent when the run gets
 * there. Used as a value it throws `not_a_value`.
 */
export interface Ref<out V> {
  readonly [VALUE]: V;
}

/** What a `Ref` stands for. */
export interface PortFacts {
  /** The graph or body being built that it belongs to. */
  readonly recording: Recording;
  readonly form: Form;
  /** For messages: `grind.powder`, `first(a.x, b.x)`. */
  readonly text: string;
  /** Of the items of a stream, which are no value: what they have, and of which node they are. */
  readonly items?: { readonly yields: Ports; readonly of: string };
}

const facts = new WeakMap<object, PortFacts>();

export function createRef(port: PortFacts): Ref<never> {
  const ref = new Proxy(Object.freeze({}), {
    get(_, key) {
      if (key === 'then' || (typeof key === 'symbol' && !COERCIONS.has(key))) return undefined;
      throw notAValue(port);
    },
  });
  facts.set(ref, port);
  // The value's type is known to who calls `run`; nothing is under VALUE when it runs.
  return ref as Ref<never>;
}

/** Symbols that are asked for only by who takes a port for a value: text, number or list. */
const COERCIONS = new Set<symbol>([Symbol.toPrimitive, Symbol.iterator, Symbol.asyncIterator]);

/** What a `Ref` stands for; `undefined` if `value` is not one. */
export function portFacts(value: unknown): PortFacts | undefined {
  return typeof value === 'object' && value !== null ? facts.get(value) : undefined;
}

function notAValue({ text, recording }: PortFacts): DefinitionError {
  return new DefinitionError(
    'not_a_value',
    `this is a port, not a value: "${text}" of ${recording.name} has no value while the graph is built; ` +
      'wire it as it is, or compute with it inside a step',
  );
}
