import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Espalier } from '../client/espalier.js';
import type { LogSink } from '../log/log-sink.js';
import type { Database } from '../store/database/open-database.js';
import { CodecController } from './codec/codec.controller.js';
import { Archiver } from './archive/archiver.js';
import { EventStreams } from './events/event-streams.js';
import { EventsController } from './events/events.controller.js';
import { Graphs } from './graphs/graphs.js';
import { GraphsController } from './graphs/graphs.controller.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { Audit } from './interventions/audit.js';
import { Interventions } from './interventions/interventions.js';
import { InterventionsController } from './interventions/interventions.controller.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import type { MetricsSource } from './metrics/sdk-metrics.js';
import { ProblemFilter } from './problem/problem-filter.js';
import { SchemaPipe } from './problem/schema-pipe.js';
import { Requests } from './requests.js';
import { Runners } from './runners/runners.js';
import { RunnersController } from './runners/runners.controller.js';
import { Runs } from './runs/runs.js';
import { RunsController } from './runs/runs.controller.js';
import { ARCHIVE_EVERY, DATABASE, LOG_SINK, SDK_METRICS } from './tokens.js';
import { ValuesController } from './values/values.controller.js';

/** What the service works with; whoever starts it opens and closes them. */
export interface ServiceParts {
  readonly espalier: Espalier;
  readonly database: Database;
  readonly log: LogSink;
  /** Of a worker in the same process: told together with the service's own. */
  readonly sdkMetrics?: MetricsSource;
  /** How often it looks for runs to be archived, in milliseconds; 0 (the default): it archives none. */
  readonly archiveEvery?: number;
}

@Module({})
export class ServiceModule {
  static of(parts: ServiceParts, requests: Requests): DynamicModule {
    const { espalier, database, log, sdkMetrics, archiveEvery = 0 } = parts;
    return {
      module: ServiceModule,
      controllers: [
        GraphsController,
        RunsController,
        InterventionsController,
        RunnersController,
        EventsController,
        ValuesController,
        HealthController,
        MetricsController,
        CodecController,
      ],
      providers: [
        { provide: Espalier, useValue: espalier },
        { provide: DATABASE, useValue: database },
        { provide: LOG_SINK, useValue: log },
        { provide: SDK_METRICS, useValue: sdkMetrics },
        { provide: ARCHIVE_EVERY, useValue: archiveEvery },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: SchemaPipe },
        { provide: Requests, useValue: requests },
        Graphs,
        Runs,
        Interventions,
        Runners,
        Audit,
        EventStreams,
        Readiness,
        Metrics,
        Archiver,
      ],
    };
  }
}
