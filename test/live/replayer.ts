import { Worker, type InjectedSinks, type ReplayResult } from '@temporalio/worker';
import type { Snapshot } from '../../src/engine/snapshot.js';
import { createDataConverter } from '../../src/store/external-storage.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { History } from './history.js';
import type { ActivationSinks } from './snapshots-interceptor.js';

/** Snapshots of the engine, by the task whose activation came to them. */
export type Snapshots = ReadonlyMap<number, Snapshot>;

/** Replays histories with the interpreter of today, one after the other on one worker: making it costs more than they do. */
export class Replayer {
  readonly #results: AsyncIterator<ReplayResult>;
  #history: History | undefined;
  #snapshots = new Map<number, Snapshot>();
  #last: Promise<unknown> = Promise.resolve();

  /** `codePath`: a bundle with `snapshots-interceptor.ts`. */
  constructor(store: BlobStore, codePath: string) {
    const sinks: InjectedSinks<ActivationSinks> = {
      espalier: {
        concluded: {
          fn: (_, { event, snapshot }) => void this.#snapshots.set(event, plain(snapshot)),
          callDuringReplay: true,
        },
      },
    };
    const dataConverter = createDataConverter(store);
    this.#results = Worker.runReplayHistories(
      { workflowBundle: { codePath }, dataConverter, sinks },
      this.#histories(),
    );
  }

  /** Throws if it would go another way than was recorded [A3]. */
  replay(history: History): Promise<Snapshots> {
    const replayed = this.#last.then(() => this.#replay(history));
    this.#last = replayed.catch(() => undefined);
    return replayed;
  }

  async close(): Promise<void> {
    await this.#results.return?.();
  }

  async #replay(history: History): Promise<Snapshots> {
    this.#history = history;
    this.#snapshots = new Map();
    const { value } = await this.#results.next();
    if (value?.error) throw value.error;
    return this.#snapshots;
  }

  /** Asked for the next one by each call of `#replay`. */
  *#histories(): Iterable<{ readonly history: History['raw']; readonly workflowId: string }> {
    while (this.#history) yield { history: this.#history.raw, workflowId: this.#history.id };
  }
}

/** What comes out of the sandbox has prototypes of its own. */
const plain = (snapshot: Snapshot): Snapshot => JSON.parse(JSON.stringify(snapshot)) as Snapshot;
