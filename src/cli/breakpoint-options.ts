import type { Breakpoint } from '../engine/breakpoint.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';

/** Breakpoints as a command line says them: addresses of nodes, and `address: condition`. */
export interface BreakpointWords {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly at?: readonly string[];
}

/** Throws `usage`; whether the addresses are there is not asked here. `option`: that of `at`. */
export function breakpointsOf({ before = [], after = [], at = [] }: BreakpointWords, option: string): Breakpoint[] {
  return [
    ...before.map(node => ({ before: node })),
    ...after.map(node => ({ after: node })),
    ...at.map(text => portBreakpoint(text, option)),
  ];
}

function portBreakpoint(text: string, option: string): Breakpoint {
  const [, at, condition] = /^([^:]+?)\s*:\s*(.+)$/s.exec(text) ?? [];
  if (at !== undefined && condition !== undefined) return { at, if: condition };
  const expected = "an address and a condition over `value`, such as 'grind.powder: value > 20'";
  throw new EspalierError('usage', `${option} ${quote(text)}: expected ${expected}`);
}
