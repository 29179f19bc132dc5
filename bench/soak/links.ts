import type { Client } from '@temporalio/client';

/** The links of a run that has ended, and the longest of their histories, in events. */
export async function linksOf({ workflow }: Client, runId: string): Promise<{ links: number; mostEvents: number }> {
  let [links, mostEvents] = [0, 0];
  for await (const { historyLength = 0 } of workflow.list({ query: `WorkflowId = ${JSON.stringify(runId)}` })) {
    links += 1;
    mostEvents = Math.max(mostEvents, historyLength);
  }
  return { links, mostEvents };
}
