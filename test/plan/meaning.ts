import { evaluate } from '../../src/expression/evaluate.js';
import type { Expr } from '../../src/expression/ast.js';
import type { Ports, PortSchema } from '../../src/document/document.js';
import { canonicalJson } from '../../src/value/canonical.js';
import type { Json, JsonObject } from '../../src/value/json.js';
import { sha256 } from '../../src/value/sha256.js';

/**
 * What a document means (`meaning-of-document.ts`), and what a plan means (`meaning-of-plan.ts`), each worked out in the
 * plainest way and without the other. Steps are played by `World`. `undefined` is absent.
 */
export type Value = Json | undefined;
export type Values = Readonly<Record<string, Value>>;

/** Which steps were executed, by address, with what they were given; and what the graph gave. */
export interface Outcome {
  readonly executed: Readonly<Record<string, { readonly inputs: JsonObject; readonly options: JsonObject }>>;
  readonly outputs: Values;
}

/** Plays steps and the outside: anything, but always the same for the same question. */
export class World {
  readonly executed: Record<string, { readonly inputs: JsonObject; readonly options: JsonObject }> = {};

  constructor(private readonly seed: number) {}

  step(address: string, inputs: JsonObject, options: JsonObject, out: Ports): Values {
    this.executed[address] = { inputs, options };
    return Object.fromEntries(
      Object.entries(out).map(([port, schema]) => [port, this.value([address, port, inputs], schema)]),
    );
  }

  /** What comes from outside at `$in.x` or at an open port. */
  given(address: string, schema: PortSchema): Value {
    return or(this.value([address], schema), schema.default);
  }

  private value(about: Json, { type, anyOf, optional, default: usual }: PortSchema): Value {
    const draw = Number.parseInt(sha256(canonicalJson([this.seed, about])).slice(0, 8), 16);
    if ((optional === true || usual !== undefined) && draw % 3 === 0) return undefined;
    if (anyOf !== undefined) return draw % 3 === 0 ? null : 'a'.repeat(draw % 3);
    if (type === 'boolean') return draw % 4 > 1;
    return type === 'array' ? Array.from({ length: draw % 4 }, (_, k) => (draw >> k) % 10) : draw % 10;
  }
}

/** `null` is a value. */
export const or = (value: Value, otherwise: Value): Value => (value === undefined ? otherwise : value);

/** What an expression comes to; `undefined` also where it fails. */
export function judge(ast: Expr, operand: (name: string) => Value): Value {
  const result = evaluate(ast, name => {
    const value = operand(name);
    return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
  });
  return result.kind === 'value' ? result.value : undefined;
}

export const present = (values: readonly (readonly [string, Value])[]): JsonObject =>
  Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
