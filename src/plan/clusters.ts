import type { Document } from '../document/document.js';
import { checkId, entries } from './definition.js';
import type { LocalNode } from './local-body.js';
import { under, type Place } from './place.js';
import type { PlanCluster } from './plan.js';
import { readCount } from './policy.js';
import { suggestion, type Report } from './report.js';

/** The clusters of a document by name; sets `cluster` of the nodes they name. */
export function readClusters(
  { clusters }: Document,
  nodes: readonly LocalNode[],
  index: ReadonlyMap<string, number>,
  up: Place,
  report: Report,
): readonly PlanCluster[] {
  return entries(clusters).map(([name, { nodes: members, queue, limit }], k, all) => {
    const place = under(up, name);
    checkId(name, place, report);
    members.forEach((id, i) => {
      const at = under(under(place, 'nodes'), i);
      const node = nodes[index.get(id) ?? -1];
      if (node === undefined) report('unknown_node', at, `there is no node "${id}"${suggestion(id, index)}`);
      else if (node.cluster === undefined) node.cluster = k;
      else if (node.cluster !== k) {
        const message = `node "${id}" is in cluster "${all[node.cluster]?.[0]}" already: a node is in one cluster`;
        report('duplicate_id', at, message);
      }
    });
    return {
      name,
      ...(queue !== undefined && { queue }),
      ...(limit !== undefined && { limit: readCount(limit, under(place, 'limit'), report) }),
    };
  });
}
