/** Holds the client's fold of a run against the engine that ran it, after every activation. */
import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import type { Access } from '../../src/client/access.js';
import { readChain } from '../../src/client/chain.js';
import { Fold } from '../../src/client/fold.js';
import { createPayloadReader } from '../../src/client/payloads.js';
import type { Snapshot } from '../../src/engine/snapshot.js';
import { createFolderKeys } from '../../src/seal/folder-keys.js';
import { onlyBlobs } from '../client/stand-in.js';
import type { Live } from './harness.js';
import { linksOf, type History } from './history.js';

/** Whose runs they are. */
type Source = Pick<Live, 'client' | 'store' | 'dataDir' | 'address' | 'queue'>;
/** Snapshots by `link.task`. */
type Snapshots = ReadonlyMap<string, Snapshot>;

/**
 * Replays a run with the interpreter of today and folds its history: throws if it would go another way than was recorded
 * [A3], or if the two engines differ after any activation.
 */
export async function checkFold(
  live: Source & Pick<Live, 'replayer'>,
  runId: string,
): Promise<{ readonly activations: number; readonly links: number }> {
  const links = (await linksOf(live.client, runId)).toReversed();
  const replayed = await replaySnapshots(live, links);
  const folded = await foldSnapshots(live, runId);
  deepStrictEqual([...folded.keys()], [...replayed.keys()], runId);
  for (const [key, snapshot] of folded) deepStrictEqual({ key, snapshot }, { key, snapshot: replayed.get(key) });
  return { activations: folded.size, links: links.length };
}

async function replaySnapshots({ replayer }: Pick<Live, 'replayer'>, links: readonly History[]): Promise<Snapshots> {
  const snapshots = new Map<string, Snapshot>();
  for (const [link, history] of links.entries()) {
    for (const [task, snapshot] of await replayer.replay(history)) snapshots.set(`${link}.${task}`, snapshot);
  }
  return snapshots;
}

async function foldSnapshots(live: Source, runId: string): Promise<Snapshots> {
  const snapshots = new Map<string, Snapshot>();
  const access = accessOf(live);
  const read = createPayloadReader(access, runId);
  const fold = new Fold(runId, read, (link, { task }, engine) => {
    snapshots.set(`${link}.${task}`, plain(engine.snapshot()));
  });
  for await (const page of readChain(access, runId, read)) await fold.take(page);
  return snapshots;
}

export function accessOf({ client: { workflow: client }, store, dataDir, address, queue: taskQueue }: Source): Access {
  const { loadedDataConverter: converter, namespace } = client.options;
  return {
    client,
    converter,
    store,
    storage: onlyBlobs(store),
    storageOptions: { blobs: store, database: join(dataDir, 'espalier.db'), tenant: namespace },
    keys: createFolderKeys(join(dataDir, 'keys')),
    address,
    foundBy: 'of the test',
    namespace,
    taskQueue,
    callLimit: 10_000,
    isSearchable: async () => true,
  };
}

/** The engine goes on changing what is its. */
const plain = (snapshot: Snapshot): Snapshot => JSON.parse(JSON.stringify(snapshot)) as Snapshot;
