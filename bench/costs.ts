import { setTimeout as wait } from 'node:timers/promises';
import { cpuSeconds, difference } from './cpu.js';
import { timed } from './measure.js';
import type { Rig } from './rig.js';

/** Whose worker does the work. */
export type Side = 'hand' | 'graph';
export const NAMES: Readonly<Record<Side, string>> = { hand: 'hand-written', graph: 'graph' };

/** Seconds are undefined where there is no /proc. */
export interface Costs {
  readonly ms: number;
  readonly workerCpuSeconds: number | undefined;
  readonly serverCpuSeconds: number | undefined;
}

/** What the server and the worker still have to do after a run belongs to it: they are given this time, in milliseconds. */
const REST = 300;

/** What work costs the worker of a side and the server. */
export async function costsOf({ pids }: Rig, side: Side, work: () => unknown): Promise<Costs> {
  const [worker, server] = [await cpuSeconds(pids[side]), await cpuSeconds(pids.server)];
  const ms = await timed(work);
  await wait(REST);
  const workerCpuSeconds = difference(await cpuSeconds(pids[side]), worker);
  return { ms, workerCpuSeconds, serverCpuSeconds: difference(await cpuSeconds(pids.server), server) };
}
