import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { RunInterventions } from '../../api/views.js';
import { parseDuration } from '../../document/duration.js';
import type { Duration } from '../../document/document.js';
import type { Intervention } from '../../intervention/intervention.js';
import type { Intervened } from '../../run/run.js';
import type { Database } from '../../store/database/open-database.js';
import { Runs } from '../runs/runs.js';
import { DATABASE } from '../tokens.js';
import { Audit } from './audit.js';

/** The most refused interventions that are told of a run. */
const MOST_REFUSED = 1000;

/** Changes to runs from outside: what the routes do. */
@Injectable()
export class Interventions {
  constructor(
    @Inject(Runs) private readonly runs: Runs,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  /** Throws what `Run.intervene` does, after that has been kept, and `not_found`. */
  async intervene(runId: string, given: Intervention, wait: Duration | undefined): Promise<Intervened> {
    const run = await this.runs.find(runId);
    const intervention = { ...given, id: given.id ?? randomUUID() };
    const timeout = wait === undefined ? undefined : parseDuration(wait);
    try {
      const answer = await run.intervene(intervention, timeout === undefined ? {} : { timeout });
      this.audit.decided(runId, intervention, answer);
      return answer;
    } catch (error) {
      await this.audit.refused({ run: runId }, [intervention], error);
      throw error;
    }
  }

  /** Throws what `Run.withdraw` does. */
  async withdraw(runId: string, id: string): Promise<void> {
    const run = await this.runs.find(runId);
    await run.withdraw(id);
  }

  async list(runId: string): Promise<z.output<typeof RunInterventions>> {
    const { interventions = [] } = await this.runs.view(runId);
    const refused = await this.database.refusals.of(runId, { limit: MOST_REFUSED });
    return { interventions: [...interventions], refused: [...refused] };
  }
}
