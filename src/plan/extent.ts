import { MAX_NESTING, MAX_NODES } from './limits.js';
import type { LocalBody } from './local-body.js';
import type { Place } from './place.js';
import type { Report } from './report.js';

interface Extent {
  readonly size: number;
  readonly depth: number;
}
const BEYOND: Extent = { size: Infinity, depth: Infinity };

/**
 * How many nodes a body comes to, with those of its graphs, eaches and loops, and how deep it nests. One that is beyond a
 * limit, itself or by what it uses, is said once.
 */
export function extentOf({ nodes }: LocalBody, place: Place | undefined, report: Report): Extent {
  let size = nodes.length;
  let depth = 0;
  for (const { use, inner } of nodes) {
    const nested = use.kind === 'graph' ? use : inner;
    if (nested === undefined) continue;
    size += nested.size;
    depth = Math.max(depth, nested.depth + 1);
  }
  if (depth <= MAX_NESTING && size <= MAX_NODES) return { size, depth };
  if (size === Infinity) return BEYOND;
  if (depth > MAX_NESTING) report('too_deep', place, `graphs nest more than ${MAX_NESTING} levels deep below this one`);
  if (size > MAX_NODES)
    report('too_large', place, `this graph comes to ${size} nodes, nested ones included: at most ${MAX_NODES}`);
  return BEYOND;
}
