import type { Evaluated } from './evaluate.js';

/** Ends an evaluation, or only the path inside a `has`; never leaves `evaluate`. */
export class Halt extends Error {
  constructor(
    readonly result: Exclude<Evaluated, { kind: 'value' }>,
    /** Nothing is there (a field, an item, a name): what `has` asks. */
    readonly missing: boolean,
  ) {
    super();
  }
}

export function failed(column: number, message: string): Halt {
  return new Halt({ kind: 'error', message, column }, false);
}
