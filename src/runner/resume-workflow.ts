import { resumable } from '../engine/engine.js';
import { ENGINE_VERSION } from '../protocol/start.js';
import { fetchBytes } from '../step/load-values.js';
import type { SavedState } from '../step/save-workflow.js';
import type { Snapshotted } from '../store/workflows.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { House } from './house.js';
import { latestRun } from './latest-run.js';
import { launchWorkflow, type Started } from './launch-workflow.js';
import { rehydrate, type Rehydrated, type Rehydration } from './rehydrate.js';
import { noWorkflow } from './state.js';
import { readStart, type WorkflowStart } from './workflow-start.js';

export interface ResumeOptions {
  /** Default `full`. */
  readonly rehydration?: Rehydration;
  /** Of a saved state. Default: the latest one. */
  readonly cursor?: string;
}

const REHYDRATIONS: readonly string[] = ['full', 'hybrid', 'lazy'] satisfies Rehydration[];
/** The one that this client can go on from. */
const SNAPSHOT_VERSION = 1;

/**
 * Starts a workflow from where it was saved; undefined if it runs already. Throws `not_found` if nothing was saved,
 * `snapshot_newer`, `hydration_failed`.
 */
export async function resumeWorkflow(
  house: House,
  id: string,
  { rehydration = 'full', cursor }: ResumeOptions,
): Promise<(Rehydrated & { readonly start: Started }) | undefined> {
  checkRehydration(rehydration);
  const { blobs, workflows, name: runner } = house;
  const latest = await latestRun(house, id);
  if (latest.isRunning) return undefined;
  const saved = await workflows.find({ runner, id }, cursor);
  // One that was begun anew, by somebody who could not say so in the store, is not the one that was saved.
  if (!saved || (latest.start ?? saved.start) !== saved.start)
    throw cursor === undefined ? noWorkflow(house, id) : noSnapshot(id, cursor);
  const [start, bytes] = await Promise.all([readStart(saved.start, blobs), fetchBytes(saved.digest, blobs)]);
  const { snapshot } = JSON.parse(bytes.toString()) as SavedState;
  checkVersions(saved, start, snapshot);
  // It is a chain of links of its own.
  const carried = { link: 0, snapshot: resumable(snapshot, Date.now()) };
  // What can't be loaded is known before it runs.
  const rehydrated = await rehydrate(rehydration, start.plan, snapshot, blobs);
  // Loading may have taken long: what was saved meanwhile is not to be overtaken.
  if (cursor === undefined && (await workflows.find({ runner, id }))?.cursor !== saved.cursor) {
    return resumeWorkflow(house, id, { rehydration });
  }
  const isFirst = await launchWorkflow(house, { runner, id, start: saved.start }, start, carried);
  return isFirst ? { ...rehydrated, start: [saved.start, start] } : undefined;
}

function checkRehydration(rehydration: Rehydration): void {
  if (REHYDRATIONS.includes(rehydration)) return;
  const expected = REHYDRATIONS.join(', ');
  throw new EspalierError('invalid_option', `rehydration: expected one of ${expected}, got ${quote(rehydration)}`);
}

function checkVersions(
  { id, cursor }: Snapshotted,
  { engineVersion }: WorkflowStart,
  { snapshotVersion }: { readonly snapshotVersion: number },
): void {
  if (snapshotVersion === SNAPSHOT_VERSION && engineVersion <= ENGINE_VERSION) return;
  const has = `version ${snapshotVersion} of engine ${engineVersion}`;
  const message = `snapshot ${cursor} of workflow ${quote(id)} is of ${has}`;
  const known = `this program knows version ${SNAPSHOT_VERSION} of engine ${ENGINE_VERSION}`;
  throw new EspalierError('snapshot_newer', `${message}; ${known}: update it`);
}

const noSnapshot = (id: string, cursor: string): EspalierError =>
  new EspalierError('not_found', `workflow ${quote(id)} has no snapshot ${quote(cursor)}`);
