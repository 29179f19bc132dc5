import type { Worker } from '@temporalio/worker';
import type { EspalierWorker } from './main.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Several workers as one: they start together, and when one stops, for whatever reason, so do the others. */
export function runTogether(
  workers: readonly Worker[],
  close: () => Promise<void>,
  handleSignals: boolean,
): EspalierWorker {
  let stopped = false;

  function shutdown(): void {
    stopped = true;
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  async function run(): Promise<void> {
    if (handleSignals) for (const signal of SIGNALS) process.once(signal, shutdown);
    const runs = workers.map(worker => worker.run().finally(shutdown));
    // Asked to stop before it ran: what runs now stops at once.
    if (stopped) shutdown();
    const ends = await Promise.allSettled(runs);
    for (const signal of SIGNALS) process.off(signal, shutdown);
    await close();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  return { run, shutdown };
}
