import type { PortSchema } from '../../src/document/document.js';
import type { Json } from '../../src/value/json.js';
import { kindOf, type Kind } from '../plan/kit.js';
import { hash } from './random.js';
import { createWorld, type World } from './world.js';

/** A world for documents made of the steps of `test/plan/kit.ts`, and what a run of them is given. */
export interface DocumentWorld extends World {
  /** For an input of the graph (`$in.x`) or an open port (`hard/ocr/$in.x`); one that may be left out is absent at times. */
  given(address: string, schema: PortSchema): Json | undefined;
}

/** Small, so that conditions hold as often as not. `null`, `0`, `''`, `false` and `[]` are values like others. */
const VALUES: Readonly<Record<Kind, (h: number) => Json>> = {
  number: h => h % 10,
  boolean: h => h % 3 > 0,
  numbers: h => Array.from({ length: h % 4 }, (_, k) => (h >> k) % 10),
  text: h => [null, '', 'ab'][h % 3] ?? null,
};

export function createDocumentWorld(seed: number): DocumentWorld {
  const valueOf = (schema: PortSchema, ...about: readonly string[]): Json | undefined => {
    const isAbsent = schema.optional === true && hash(seed, ...about, 'absent') % 3 === 0;
    return isAbsent ? undefined : VALUES[kindOf(schema)](hash(seed, ...about));
  };
  return {
    ...createWorld(seed),
    outputs(address, inputs, ports) {
      const read = Object.entries(inputs)
        .map(([port, value]) => `${port}=${JSON.stringify(value)}`)
        .toSorted();
      const made = ports.map(({ name, schema }) => [name, valueOf(schema, address, name, ...read)] as const);
      return Object.fromEntries(made.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
    },
    given(address, schema) {
      const mayBeLeft = schema.optional === true || schema.default !== undefined;
      return valueOf({ ...schema, optional: mayBeLeft }, address);
    },
  };
}
