/** What a worker says about itself when the application boots. */
import { compile } from '../graph/compile.js';
import type { AnyGraph } from '../graph/contract.js';
import type { Plan } from '../plan/plan.js';
import type { Impl } from '../step/impl.js';
import { missingSteps } from '../step/missing-steps.js';
import { createRegistry } from '../step/registry.js';

/** Queue → steps, as text: every queue of a worker has all of its steps. */
export function workTable(queues: readonly string[], steps: readonly Impl[]): string {
  const texts = steps.map(({ contract: { id }, name }) => (name && name !== id ? `${id} (${name})` : id)).sort();
  const width = Math.max(...queues.map(queue => queue.length), 'queue'.length);
  const rows = queues.map(queue => `  ${queue.padEnd(width)}  ${texts.join(', ') || 'no steps, only runs'}`);
  return [
    `a worker for ${queues.length === 1 ? '1 queue' : `${queues.length} queues`}`,
    `  ${'queue'.padEnd(width)}  steps`,
    ...rows,
  ].join('\n');
}

/** One sentence for each step that a graph needs and `steps` lacks; another worker may have it. */
export function missingWarnings(
  graphs: readonly AnyGraph[],
  steps: readonly Impl[],
  taskQueue: string,
): readonly string[] {
  const registry = createRegistry({ steps });
  return graphs.flatMap(graph => {
    const plan = compile(graph);
    return missingSteps(plan, registry).map(step => {
      const lack = registry.find(step)
        ? 'is implemented here in another version, or with other ports or options'
        : 'is not implemented here';
      const { nodes, queues } = usesOf(plan, step, taskQueue);
      return `graph ${graph.id}: step "${step}" of ${nodes.join(', ')} ${lack}; it waits for another worker on ${queues.join(', ')}`;
    });
  });
}

function usesOf(plan: Plan, step: string, taskQueue: string) {
  const nodes = plan.bodies
    .flatMap(body => body.nodes)
    .filter(node => node.kind === 'step' && plan.contracts[node.contract]?.step === step);
  const queues = nodes.map(
    ({ cluster }) => (cluster === undefined ? undefined : plan.clusters[cluster]?.queue) ?? taskQueue,
  );
  return { nodes: nodes.map(({ id }) => id), queues: [...new Set(queues)] };
}
