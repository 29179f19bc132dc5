import type { Document } from '../src/document/document.js';

/** The task queues that clusters of these graphs name, nested ones included, in the order of the documents. */
export function queuesOf(documents: readonly Document[]): readonly string[] {
  const queues = new Set<string>();
  const open = [...documents];
  for (let document = open.shift(); document; document = open.shift()) {
    for (const { queue } of Object.values(document.clusters ?? {})) if (queue !== undefined) queues.add(queue);
    open.push(...Object.values(document.graphs ?? {}));
  }
  return [...queues];
}
