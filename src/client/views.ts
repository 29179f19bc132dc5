/**
 * What runs look like now: the fold of their histories, with what their activities are doing over it.
 * 1. A run that was read before is read on from there: its fold stays where it stopped, its history is not read again.
 * 2. How far there is something to read is asked first; it is then there at once, and no reading waits for more.
 * 3. A reading that fails is forgotten: the next one begins anew. So is the one not used for longest, when there are many.
 * 4. It begins with the last link, or with those of the last few thousand events: what earlier ones came to is in what they
 *    handed over, when their nodes did it is not told. Only a source is read from the very beginning.
 * 5. What has ended stays as it is, unless somebody resets it or it is forgotten: it is asked about every few seconds.
 */
import type { RunView } from '../run/run.js';
import type { RunSource } from '../run/source.js';
import type { Access } from './access.js';
import { orArchived } from './archived.js';
import { readChain, type FirstLink } from './chain.js';
import { describeRun } from './describe-run.js';
import { Fold } from './fold.js';
import { idOf, type HistoryEvent } from './history.js';
import { NotReachableError } from './not-reachable-error.js';
import { createPayloadReader } from './payloads.js';
import { pendingOf, withPending, type PendingInfo } from './pending.js';

const MOST_READINGS = 100;
/** How long an ended run is believed to be as it was, in milliseconds. */
const ENDED_FRESH = 5_000;

export class Views {
  private readonly readings = new Map<string, Reading>();

  constructor(
    private readonly access: Access,
    private readonly most = MOST_READINGS,
    /** The first link to read; if there is none such yet, the latest. */
    private readonly from: FirstLink = 'recent',
  ) {}

  /** Throws `not_found`, or `FoldError` if the history is not what the engine would have done. */
  of(runId: string): Promise<RunView> {
    return this.read(runId, reading => reading.view());
  }

  /** Its record as far as it has come. Throws as `of`. */
  source(runId: string): Promise<RunSource> {
    return this.read(runId, reading => reading.source());
  }

  /** What `see` finds in its fold, which goes on changing afterwards. Throws as `of`. */
  look<T>(runId: string, see: (fold: Fold) => T): Promise<T> {
    return this.read(runId, reading => reading.look(see));
  }

  private async read<T>(runId: string, look: (reading: Reading) => Promise<T>): Promise<T> {
    const reading = this.readings.get(runId) ?? new Reading(this.access, runId, this.from);
    this.use(runId, reading);
    try {
      return await look(reading);
    } catch (error) {
      if (this.readings.get(runId) === reading) this.readings.delete(runId);
      throw error;
    }
  }

  /** The last one in the map is the one used last. */
  private use(runId: string, reading: Reading): void {
    this.readings.delete(runId);
    this.readings.set(runId, reading);
    const [oldest] = this.readings;
    if (this.readings.size > this.most && oldest) this.readings.delete(oldest[0]);
  }
}

/** How far the service has come with a run. */
interface Extent {
  readonly execution: string;
  readonly events: number;
  readonly pending: readonly PendingInfo[];
}

class Reading {
  private readonly read;
  private readonly late = new AbortController();
  private fold: Fold;
  private pages: AsyncIterator<readonly HistoryEvent[]>;
  private execution = '';
  private events = 0;
  private seen: RunView | undefined;
  private askedAt = -Infinity;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly access: Access,
    private readonly runId: string,
    private readonly from: FirstLink,
  ) {
    this.read = createPayloadReader(access, runId);
    [this.fold, this.pages] = this.begin();
  }

  /** Whoever asks while another one reads waits for its turn, and fails with it. */
  view(): Promise<RunView> {
    return this.next(() => this.refresh());
  }

  source(): Promise<RunSource> {
    return this.next(async () => {
      await this.refresh();
      return this.fold.record.source();
    });
  }

  look<T>(see: (fold: Fold) => T): Promise<T> {
    return this.next(async () => {
      await this.follow();
      return see(this.fold);
    });
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done;
    return done;
  }

  private async refresh(): Promise<RunView> {
    if (this.seen?.endedAt !== undefined && performance.now() - this.askedAt < ENDED_FRESH) return this.seen;
    const extent = await this.follow();
    const view = (this.seen ??= this.fold.record.view());
    if (!view.nodes.some(node => node.state === 'running')) return view;
    return withPending(view, await pendingOf(extent.pending, this.read));
  }

  /** Reads as far as there is something to read. */
  private async follow(): Promise<Extent> {
    const extent = await this.extent();
    this.askedAt = performance.now();
    if (this.execution !== extent.execution || this.events < extent.events) {
      await this.readTo(extent);
      // The chain has ended somewhere else: the run was reset, or its id is used again.
      if (this.execution !== extent.execution) {
        [this.fold, this.pages] = this.begin();
        await this.readTo(extent);
      }
      this.seen = undefined;
    }
    return extent;
  }

  private async extent(): Promise<Extent> {
    const ask = async () => {
      const { workflowExecutionInfo: info, pendingActivities: pending } = await describeRun(this.access, this.runId);
      return { execution: info?.execution?.runId ?? '', events: Number(info?.historyLength ?? 0), pending };
    };
    return orArchived(this.access, this.runId, ask, ({ execution, events }) => ({ execution, events, pending: [] }));
  }

  private async readTo({ execution, events }: Extent): Promise<void> {
    while (this.execution !== execution || this.events < events) {
      const { value: page, done } = await this.nextPage();
      // An empty page: the service counts something that it does not show (yet).
      if (done || page.length === 0) return;
      await this.fold.take(page);
      // Nobody looks at them here.
      this.fold.record.takeFrames();
      this.events = page.reduce((most, event) => Math.max(most, idOf(event)), 0);
    }
  }

  /** What is there comes at once. The limit is that of a page: a long history takes as long as it takes. */
  private async nextPage(): Promise<IteratorResult<readonly HistoryEvent[]>> {
    const { address, foundBy, callLimit } = this.access;
    const limit = setTimeout(() => this.late.abort(new NotReachableError(address, foundBy)), callLimit);
    try {
      return await this.pages.next();
    } finally {
      clearTimeout(limit);
    }
  }

  private begin(): [Fold, AsyncIterator<readonly HistoryEvent[]>] {
    const onLink = (execution: string): void => {
      this.execution = execution;
      this.events = 0;
    };
    const options = { from: this.from, wait: true, signal: this.late.signal, onLink };
    const pages = readChain(this.access, this.runId, this.read, options);
    return [new Fold(this.runId, this.read), pages[Symbol.asyncIterator]()];
  }
}
