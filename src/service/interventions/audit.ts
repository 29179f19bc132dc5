import { Inject, Injectable } from '@nestjs/common';
import type { Intervention } from '../../intervention/intervention.js';
import type { LogSink } from '../../log/log-sink.js';
import type { Intervened } from '../../run/run.js';
import type { Database } from '../../store/database/open-database.js';
import type { Refusal } from '../../store/database/refusals.js';
import { DATABASE, LOG_SINK } from '../tokens.js';
import { refusedBy } from './refused.js';

/** What interventions were for: a run, or the start of one. */
export type Aim = Pick<Refusal, 'run' | 'graph'>;

/** What was decided about interventions: all of it in the log, refusals in the database too. Never their values. */
@Injectable()
export class Audit {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOG_SINK) private readonly log: LogSink,
  ) {}

  decided(run: string, intervention: Intervention, { outcome }: Intervened): void {
    this.note({ run }, intervention, outcome ?? 'pending');
  }

  /** What a start with interventions resolves to; where it refuses some, that is kept. */
  async started<T>(aim: Aim, list: readonly Intervention[], start: Promise<T>): Promise<T> {
    try {
      return await start;
    } catch (error) {
      await this.refused(aim, list, error);
      throw error;
    }
  }

  /** Nothing to do if the error is about something else than these. */
  async refused(aim: Aim, list: readonly Intervention[], error: unknown): Promise<void> {
    const all = refusedBy(error, list);
    if (all.length === 0) return;
    const refusedAt = Date.now();
    await this.database.refusals.add(
      all.map(({ intervention: { id, at, kind, by, reason }, code, message }) => ({
        ...aim,
        ...{ refusedAt, at, kind, code, message },
        ...(id !== undefined && { id }),
        ...(by !== undefined && { by }),
        ...(reason !== undefined && { reason }),
      })),
    );
    for (const { intervention, code } of all) this.note(aim, intervention, code);
  }

  private note({ run, graph }: Aim, { at, kind, by }: Intervention, outcome: string): void {
    const fields = { ...(run !== undefined && { runId: run }), ...(graph !== undefined && { graph }), at, kind };
    const who = by === undefined ? {} : { by };
    this.log.write({
      time: new Date(),
      level: 'info',
      message: 'intervention',
      fields: { ...fields, ...who, outcome },
    });
  }
}
