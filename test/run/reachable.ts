/** What follows from what in a graph, over names and by the letter of engine.md §3: nothing of the engine is in it. */
import type { NodeSpec, PlanFormSpec, PlanSpec } from '../engine/build-plan.js';

const bare = (port: string): string => port.replace('?', '');

/** Everything that stands behind a form, ports of nested graphs and conditions included. */
function refsIn(form: string | PlanFormSpec): readonly string[] {
  if (typeof form === 'string') return [form];
  if ('value' in form) return [];
  if ('port' in form) return [form.port, ...refsIn(form.of)];
  if ('when' in form) return [form.when, ...refsIn(form.of)];
  const parts = 'first' in form ? form.first : 'list' in form ? form.list : [form.flat];
  return parts.flatMap(refsIn);
}

const readsOf = ({ when, in: ports = {} }: NodeSpec): ReadonlySet<string> =>
  new Set([...(when === undefined ? [] : [when]), ...Object.values(ports).flatMap(refsIn)]);

/** Nodes that are dirty when these nodes are, and these ports: outputs and inputs by their address, `node/$in.port` too. */
export function reachable(
  { nodes }: PlanSpec,
  firstNodes: Iterable<string>,
  ports: Iterable<string>,
): ReadonlySet<string> {
  const dirty = new Set(firstNodes);
  const changed = new Set(ports);
  for (let before = -1; before < dirty.size;) {
    before = dirty.size;
    for (const node of nodes) {
      const own = Object.keys(node.in ?? {}).map(port => `${node.id}/$in.${bare(port)}`);
      const reads = [...readsOf(node)];
      const isReader = [...reads, ...own].some(at => changed.has(at));
      if (isReader || reads.some(at => dirty.has(at.split('.')[0] ?? ''))) dirty.add(node.id);
    }
  }
  return dirty;
}
