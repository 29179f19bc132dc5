/**
 * Runs first in every sandbox context, before any run does (`preloadModules` of the bundle). The SDK shares a context's
 * built-in objects between all runs of a thread, and freezes the constructors but not their prototypes: a change to one
 * of those would leak from one run, or one tenant, into another.
 */

/** Names that code may give to objects of its own though a frozen prototype has them: `error.name = …`. */
const OVERRIDDEN = ['constructor', 'name', 'message', 'toString', 'valueOf', 'toLocaleString'];

const ROOTS: readonly object[] = [
  ...[
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Date,
    RegExp,
    Promise,
    Map,
    Set,
    WeakMap,
    WeakSet,
  ],
  ...[Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
  ...[ArrayBuffer, DataView, Uint8Array, Int32Array, Float64Array],
].map(constructor => constructor.prototype as object);

/** Prototypes that no global names. */
const HIDDEN: readonly object[] = [
  [][Symbol.iterator](),
  new Map()[Symbol.iterator](),
  new Set()[Symbol.iterator](),
  ''[Symbol.iterator](),
  (function* () {})(),
  (async function* () {})(),
  async function () {},
  new Uint8Array(0),
].flatMap(sample => prototypesOf(sample));

/**
 * A frozen prototype would refuse an assignment to a name it has even on objects below it; a setter that makes the
 * object's own property lets those through.
 */
function keepOverridable(prototype: object, name: string): void {
  const known = Object.getOwnPropertyDescriptor(prototype, name);
  if (!known || !known.configurable || !('value' in known)) return;
  const original: unknown = known.value;
  Object.defineProperty(prototype, name, {
    configurable: false,
    enumerable: known.enumerable ?? false,
    get: () => original,
    set(this: object, value: unknown) {
      if (this === prototype) throw new TypeError(`built-in objects are frozen: cannot set ${name}`);
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}

function prototypesOf(sample: object): object[] {
  const chain: object[] = [];
  for (
    let next = Object.getPrototypeOf(sample) as object | null;
    next;
    next = Object.getPrototypeOf(next) as object | null
  ) {
    chain.push(next);
  }
  return chain;
}

for (const prototype of new Set([...ROOTS, ...HIDDEN])) {
  if (Object.isFrozen(prototype)) continue;
  for (const name of OVERRIDDEN) keepOverridable(prototype, name);
  Object.freeze(prototype);
}

// The SDK formats a stack for every promise a workflow makes, ten frames of it looked up in the source map: 45 µs, and
// 12 µs with three. After this module the context's `Error` is frozen.
if (!Object.isFrozen(Error)) Error.stackTraceLimit = 3;
