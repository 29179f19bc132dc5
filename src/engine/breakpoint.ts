/**
 * Where a run holds, so that it can be looked at and changed: before a node is executed, after it has ended, or when a port
 * has its value and a condition over it is true. Fires once per address and generation.
 */
export type Breakpoint =
  | { readonly before: string }
  | { readonly after: string }
  /** `if`: an `until/1` expression over `value`. */
  | { readonly at: string; readonly if: string };

/** Where a run holds now. */
export interface Hold {
  /** The node's address, or the port's. */
  readonly at: string;
  readonly breakpoint: Breakpoint;
  /** Milliseconds since the epoch. */
  readonly since: number;
}
