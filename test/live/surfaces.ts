/** The two places where a run can be, behind one face: what interventions do must not depend on it. */
import { afterAll, expect } from 'vitest';
import type { StartOptions } from '../../src/client/start.js';
import type { AnyGraph } from '../../src/graph/contract.js';
import type { BlobRef } from '../../src/intervention/intervention.js';
import { runLocal } from '../../src/local/run-local.js';
import type { NodeView, Run, RunView } from '../../src/run/run.js';
import { putValue } from '../../src/step/put-value.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import type { Json } from '../../src/value/json.js';
import { checkFold } from './fold-check.js';
import { registered } from './fixtures/interventions.js';
import type { Live } from './harness.js';
import { linksOf } from './history.js';
import { useEspalier } from './use-espalier.js';

export interface Begun extends StartOptions {
  readonly input?: object;
}
export type Outputs = Readonly<Record<string, unknown>>;

export interface Surface {
  readonly name: string;
  start(graph: AnyGraph, options?: Begun): Promise<Run<Outputs>>;
  put(value: Json): Promise<BlobRef>;
}

/** In this process and on the Temporal server of `live`, whose runs are replayed, folded and looked through at the end. */
export function useSurfaces(live: Live): readonly Surface[] {
  const espalier = useEspalier(live);
  const store = createMemoryStore();
  const runs: Run<Outputs>[] = [];
  afterAll(() => checkRuns(live, runs));
  return [
    {
      name: 'in process',
      // What a graph is given and gives is the caller's, and types cannot say it here.
      start: async (graph, options = {}) => runLocal(graph as never, { ...registered, store, ...options } as never),
      put: value => putValue(value, store),
    },
    {
      name: 'on Temporal',
      async start(graph, options = {}) {
        const run = (await espalier().start(graph as never, options as never)) as Run<Outputs>;
        runs.push(run);
        return run;
      },
      put: value => espalier().put(value),
    },
  ];
}

/** Of those that have ended: the fold equals the replayed engine, and no workflow task failed. */
export async function checkRuns(live: Live, runs: readonly Run<unknown>[]): Promise<void> {
  for (const { id } of runs) {
    const { status } = await live.client.workflow.getHandle(id).describe();
    await checkTasks(live, id);
    if (status.name === 'RUNNING') await live.client.workflow.getHandle(id).terminate();
    else await checkFold(live, id);
  }
}

/** No user's mistake fails a workflow task. */
export async function checkTasks(live: Live, id: string): Promise<void> {
  for (const link of await linksOf(live.client, id)) {
    expect({ id, failed: link.count('WorkflowTaskFailed') }).toEqual({ id, failed: 0 });
  }
}

export async function nodeOf(run: Run<unknown>, at: string): Promise<NodeView> {
  const view = await run.view();
  const node = view.nodes.find(known => known.at === at);
  if (!node) throw new Error(`run ${run.id} has no node ${at}`);
  return node;
}

/** State of each node. */
export async function statesOf(run: Run<unknown>): Promise<Readonly<Record<string, string>>> {
  const view: RunView = await run.view();
  return Object.fromEntries(view.nodes.map(({ at, state }) => [at, state]));
}
