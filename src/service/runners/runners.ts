import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { z } from 'zod';
import type { ResumedWorkflow, ResumeWorkflow, StartedWorkflow, StartWorkflow } from '../../api/workflows.js';
import { Espalier } from '../../client/espalier.js';
import { runIdOf } from '../../runner/names.js';
import type { Runner } from '../../runner/runner.js';
import { Graphs } from '../graphs/graphs.js';
import { Audit } from '../interventions/audit.js';
import { Metrics } from '../metrics/metrics.js';
import { inBody } from '../problem/in-body.js';

/** The most runners that are kept. A name may be anybody's; one that is made anew only reads its workflows again. */
const MOST_RUNNERS = 100;

/** Runners by name, over the service's own storage: nothing is opened for a request. */
@Injectable()
export class Runners implements OnApplicationShutdown {
  /** The last one is the one used last. */
  private readonly runners = new Map<string, Promise<Runner>>();

  constructor(
    @Inject(Espalier) private readonly espalier: Espalier,
    @Inject(Graphs) private readonly graphs: Graphs,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** One of this name. One that makes room for it is not closed: a request may be at it, and it has nothing of its own. */
  get(name: string): Promise<Runner> {
    const runner = this.runners.get(name) ?? this.open(name);
    this.runners.delete(name);
    this.runners.set(name, runner);
    const [oldest] = this.runners.keys();
    if (this.runners.size > MOST_RUNNERS && oldest !== undefined) this.runners.delete(oldest);
    return runner;
  }

  /** Throws what `Runner.startWorkflow` does, and `not_found` for the graph; nothing is started then. */
  async start(name: string, { id, graph, hash, ...options }: z.output<typeof StartWorkflow>): Promise<StartedWorkflow> {
    const { plan } = await this.graphs.plan(graph, hash === undefined ? {} : { hash });
    const runner = await this.get(name);
    const { interventions = [] } = options;
    const run = runIdOf(name, id);
    const starting = runner.startWorkflow(id, plan, options);
    await inBody(this.audit.started({ graph, run }, interventions, starting));
    this.metrics.runsStarted.inc({ graph });
    return { runner: name, id, run, graph };
  }

  /** Throws what `Runner.resume` does. */
  async resume(name: string, id: string, options: z.output<typeof ResumeWorkflow>): Promise<ResumedWorkflow> {
    const runner = await this.get(name);
    const { rehydration, loaded, refs } = await runner.resume(id, options);
    return { runner: name, id, run: runIdOf(name, id), rehydration, loaded, refs };
  }

  async onApplicationShutdown(): Promise<void> {
    const all = await Promise.allSettled(this.runners.values());
    await Promise.all(all.map(async opened => opened.status === 'fulfilled' && opened.value.close()));
  }

  private open(name: string): Promise<Runner> {
    const opening = this.espalier.runner({ name, store: this.espalier.storage });
    opening.catch(() => {
      if (this.runners.get(name) === opening) this.runners.delete(name);
    });
    return opening;
  }
}
