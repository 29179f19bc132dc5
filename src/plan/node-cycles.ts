import { componentsOf, cyclesIn, wayRound } from './cycles.js';
import type { Edges } from './edges.js';
import { placeOf, type LocalNode } from './local-body.js';
import type { Report } from './report.js';

/** Reports one `cycle` for each group of nodes that wait for one another, with a shortest way round: `a -> b -> a`. */
export function reportCycles(nodes: readonly LocalNode[], feeds: Edges, report: Report): void {
  for (const cycle of cyclesIn(componentsOf(feeds))) {
    // Nodes are the lowest vertices, in the order of their ids; forms alone make no cycle.
    const start = cycle[0] as number;
    const node = nodes[start] as LocalNode;
    const ids = wayRound(feeds, cycle, start).flatMap(vertex => nodes[vertex]?.id ?? []);
    report('cycle', placeOf(node), `these nodes wait for one another: ${arrows(ids)}`);
  }
}

const MOST = 20;

/** `a -> b -> a`; of a long way the beginning and the end. */
export function arrows(ids: readonly string[]): string {
  if (ids.length <= MOST) return ids.join(' -> ');
  const left = ids.length - MOST;
  return [...ids.slice(0, MOST / 2), `… ${left} more …`, ...ids.slice(-MOST / 2)].join(' -> ');
}
