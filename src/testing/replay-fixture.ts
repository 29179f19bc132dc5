import type { Fixture } from '../client/fixture.js';
import { prepareFork, type ForkChanges } from '../client/prepare-fork.js';
import { runFork, type LocalSettings } from '../local/run-local.js';
import { diffRuns, type PortDiff } from '../run/diff.js';
import { readsOfRedacted } from '../run/redacted-reads.js';
import type { Run, RunView } from '../run/run.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import type { JsonObject } from '../value/json.js';

/** What is really executed, with what, and how. */
export interface ReplayOptions
  extends Omit<LocalSettings, 'store' | 'stepCache' | 'buildId' | 'cache'>, Pick<ForkChanges, 'input'> {
  /** Addresses of nodes that are executed, and with them all that follows; without any, what did not complete. */
  readonly live?: readonly string[];
}

export interface Replayed {
  /** It has ended. */
  readonly run: Run<JsonObject>;
  readonly view: RunView;
  /** Outputs that are not as they were recorded, and why; without those that were taken out. */
  readonly mismatches: readonly PortDiff[];
}

/**
 * Runs a recorded run again in this process, without any server: what is not live gives what it gave then. Throws as
 * `runLocal`, `unknown_address`, `invalid_fixture`, and `redacted` if something that is executed reads what was taken out.
 */
export async function replayFixture(fixture: Fixture, options: ReplayOptions = {}): Promise<Replayed> {
  if (fixture?.fixtureVersion !== 1) {
    throw new EspalierError('invalid_fixture', 'expected what espalier.fixture gives, of version 1');
  }
  const { source, blobs, redacted } = fixture;
  const { live = [], input, interventions, ...settings } = options;
  const store = createMemoryStore();
  for (const [digest, blob] of Object.entries(blobs)) {
    await store.put(digest, typeof blob === 'string' ? Buffer.from(blob) : Buffer.from(blob.base64, 'base64'));
  }
  const changes = { from: live, ...(input && { input }), ...(interventions && { interventions }) };
  const fork = await prepareFork(source, changes, undefined, store);
  const [read] = readsOfRedacted(source.plan, fork, redacted);
  if (read) {
    const message = `${read.node} is executed and reads ${read.port}, which was taken out of the fixture`;
    throw new EspalierError('redacted', `${message}: give that anew, or execute what makes it as well`);
  }
  const run = runFork(source.plan, { ...fork, forkedFrom: source.run }, { ...settings, store });
  await run.ended();
  const { differing } = diffRuns(source, await run.source());
  const taken = new Set(redacted);
  const mismatches = differing.filter(({ at }) => !taken.has(at));
  // Without a graph its outputs are JSON.
  return { run: run as Run<JsonObject>, view: await run.view(), mismatches };
}
