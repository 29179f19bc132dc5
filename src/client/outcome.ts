import type { AnyGraph } from '../graph/contract.js';
import { RunFailedError } from '../run/run-failed-error.js';
import type { EndedOptions, RunStatus } from '../run/run.js';
import { endedStatus, type Ending } from '../run/view.js';
import { decodePartial, decodeResult } from '../step/runnable.js';
import type { Access } from './access.js';
import { endingOf } from './ending.js';
import { readHistory, type HistoryEvent } from './history.js';
import { createPayloadReader } from './payloads.js';

type Outputs = Readonly<Record<string, unknown>>;

/**
 * Waits for the end of a run and gives its outputs: code side by the ports of `graph`, JSON side without one. Throws
 * `RunFailedError`.
 */
export async function outcomeOf(access: Access, runId: string, graph: AnyGraph | undefined): Promise<Outputs> {
  const ending = await waitForEnd(access, runId);
  if (ending.status === 'completed') return decodeResult(graph, ending.outputs, access.store);
  const { error = { code: ending.status, message: ending.status }, failures, abandoned } = ending;
  throw new RunFailedError(
    runId,
    { error, failures, abandoned },
    await decodePartial(graph, ending.outputs, access.store),
  );
}

/** Waits for the end of a run, whatever it is. */
export async function endOf(access: Access, runId: string, { signal }: EndedOptions = {}): Promise<RunStatus> {
  return endedStatus(await waitForEnd(access, runId, signal));
}

/** The event that closed the run, however many links it had. */
async function waitForEnd(access: Access, runId: string, signal?: AbortSignal): Promise<Ending> {
  const read = createPayloadReader(access, runId);
  let execution: string | undefined;
  for (;;) {
    const event = await closeEvent(access, runId, execution, signal);
    const ending = await endingOf(event, read);
    if (ending) return ending;
    execution = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
}

async function closeEvent(
  access: Access,
  runId: string,
  execution: string | undefined,
  signal: AbortSignal | undefined,
): Promise<HistoryEvent> {
  const options = { wait: true, closeOnly: true, ...(execution && { execution }), ...(signal && { signal }) };
  for await (const [event] of readHistory(access, runId, options)) if (event) return event;
  throw new Error(`the history of run ${runId} ended without a close event`);
}
