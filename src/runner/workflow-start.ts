import type { RunOptions } from '../engine/options.js';
import type { SentIntervention } from '../intervention/intervention.js';
import { fedPlan } from '../plan/fed.js';
import type { Plan } from '../plan/plan.js';
import type { Carried, LinkLimits, StartArgument, WorkflowName } from '../protocol/start.js';
import { fetchBytes } from '../step/load-values.js';
import { digestOf, type BlobStore } from '../store/blob-store.js';

/** What a workflow was started with, as it lies in the store: a resume begins with that again. */
export interface WorkflowStart {
  /** Tells it from another start with the same. */
  readonly key: string;
  readonly engineVersion: number;
  /** The graph's, its policies applied. */
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly interventions?: readonly SentIntervention[];
  /** Outputs of which `getResults` gives a list. */
  readonly many: readonly string[];
  readonly taskQueue: string;
  readonly linkLimits?: LinkLimits;
}

/** Puts it into the store; gives its digest. */
export async function putStart(start: WorkflowStart, blobs: BlobStore): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(start));
  const digest = digestOf(bytes);
  await blobs.put(digest, bytes);
  return digest;
}

/** Throws `hydration_failed` if it is not there. */
export async function readStart(digest: string, blobs: Pick<BlobStore, 'get'>): Promise<WorkflowStart> {
  return JSON.parse((await fetchBytes(digest, blobs)).toString()) as WorkflowStart;
}

/** The argument of the run; with `carried` one that goes on from there. */
export function argumentOf(
  { engineVersion, plan, options, interventions, linkLimits }: WorkflowStart,
  workflow: WorkflowName,
  searchable: boolean,
  carried?: Carried,
): StartArgument {
  return {
    engineVersion,
    plan: fedPlan(plan),
    inputs: {},
    options,
    ...(interventions && { interventions }),
    workflow,
    searchable,
    ...(linkLimits && { linkLimits }),
    ...(carried && { carried }),
  };
}
