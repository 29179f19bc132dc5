import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From a view that was read before to a result that was waited for, in seconds. */
const BUCKETS = [0.001, 0.003, 0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60];

/** What the service counts. Of its own registry: two services in one process do not meet. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'espalier_http_request_duration_seconds',
    help: 'Time to answer a request, by its route as it was declared',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [this.registry],
  });
  readonly eventStreams = this.gauge('espalier_event_streams', 'Clients that watch a run');
  readonly eventFrames = this.counter('espalier_event_frames_total', 'Frames handed to clients that watch', []);
  /** Only ids of registered graphs become labels: strangers can't make new ones. */
  readonly runsStarted = this.counter('espalier_runs_started_total', 'Starts of runs, repeated ones included', [
    'graph',
  ]);
  readonly linksArchived = this.counter('espalier_links_archived_total', 'Links of runs that were archived', []);
  /** What is no fault of the client: `not_reachable`, `database_busy`, … */
  readonly faults = this.counter('espalier_http_faults_total', 'Answers with a status from 500 on, by their code', [
    'code',
  ]);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  private counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
