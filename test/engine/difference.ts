/** A run that is not as it must be. */
export class Difference extends Error {}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Difference(what);
}

/** Compares two as JSON. */
export function same(a: unknown, b: unknown, what: string): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left !== right) throw new Difference(`${what} differ:\n${left}\n${right}`);
}
