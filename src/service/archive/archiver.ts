import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Espalier } from '../../client/espalier.js';
import { NotReachableError } from '../../client/not-reachable-error.js';
import type { LogSink } from '../../log/log-sink.js';
import { Metrics } from '../metrics/metrics.js';
import { ARCHIVE_EVERY, LOG_SINK } from '../tokens.js';

/** Archives runs in the background. What fails is tried again the next time: Temporal keeps it for days. */
@Injectable()
export class Archiver implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stop = new AbortController();
  /** Links that can't be archived, and that was said. */
  private readonly told = new Set<string>();
  private working: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Espalier) private readonly espalier: Espalier,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOG_SINK) private readonly log: LogSink,
    @Inject(ARCHIVE_EVERY) private readonly every: number,
  ) {}

  onApplicationBootstrap(): void {
    if (this.every > 0) this.working = this.work();
  }

  /** The link that is being archived is archived to its end. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal } = this.stop;
    const pause = (): Promise<boolean> => wait(this.every, true, { signal, ref: false }).catch(() => false);
    while (await pause()) await this.archive().catch((error: unknown) => this.tell(error));
  }

  private async archive(): Promise<void> {
    const { archived = 0, failed = [] } = (await this.espalier.upkeep.archiveInTurn(this.stop.signal)) ?? {};
    this.metrics.linksArchived.inc(archived);
    for (const { run: runId, execution, error } of failed) {
      if (!this.told.has(execution)) this.tell(error, { runId, execution });
      this.told.add(execution);
    }
  }

  private tell(error: unknown, fields: Readonly<Record<string, string>> = {}): void {
    // Of a server that is away others say enough.
    const level = error instanceof NotReachableError ? 'debug' : 'warn';
    const what = error instanceof Error ? error.message : String(error);
    this.log.write({ time: new Date(), level, message: `not archived: ${what}`, fields: { ...fields, error } });
  }
}
