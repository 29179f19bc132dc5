/** By output: of a list of one its entry, everything else as it is. */
export type Unwrapped<O> = { readonly [K in keyof O]: O[K] extends readonly (infer V)[] ? V | O[K] : O[K] };

/**
 * A result as one value where there is one, and as a list where there are several: how an each is read that had a single item.
 * For showing it, not for going on with it: what comes out depends on how many items there were.
 */
export function unwrap<O extends object>(result: O): Unwrapped<O> {
  const values = Object.entries(result).map(([name, value]) => [
    name,
    Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : (value as unknown),
  ]);
  // Rebuilt from its own parts, by the rule that the type says.
  return Object.fromEntries(values) as Unwrapped<O>;
}
