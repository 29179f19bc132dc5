import { Inject, Logger, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { EspalierWorkerOptions } from '../../workers/main.js';
import { Espalier } from '../client/espalier.js';
import { readConfig } from '../config/config.js';
import { missingWarnings, workTable } from './boot-report.js';
import { closeApplication } from './close-application.js';
import { discover, type Discovered, type Imported } from './discover.js';
import { launchWorker, type LaunchWorker } from './launch-worker.js';
import { ESPALIER_OPTIONS, type EspalierModuleOptions } from './options.js';
import type { NestModule } from './provided-step.js';
import { WorkerLife } from './worker-life.js';

/** How the worker works. Where the server is, where values lie, and whether it is traced, `forRoot` says. */
export type WorkerOptions = Pick<
  EspalierWorkerOptions,
  'taskQueue' | 'queues' | 'concurrency' | 'shutdownGrace' | 'metricsAddress' | 'workflowBundle'
>;
export interface EspalierForWorkerOptions extends WorkerOptions {
  /** Modules whose steps it executes. */
  readonly include: readonly Imported[];
}

/** Under which a module keeps how its worker works. */
export const WORKER_OPTIONS = Symbol('espalier worker options');
/** How a worker is launched; tests that need no server put something else here. */
export const LAUNCH = Symbol('espalier launch');

/**
 * A worker as part of the application. It starts when all else has been started and is drained before anything else is
 * destroyed: whatever a step uses is there while it runs.
 */
@Module({ providers: [{ provide: LAUNCH, useValue: launchWorker }] })
export class EspalierWorkerModule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('Espalier');
  readonly #own: NestModule;
  #life: WorkerLife | undefined;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(Espalier) private readonly espalier: Espalier,
    @Inject(ESPALIER_OPTIONS) private readonly root: EspalierModuleOptions,
    @Inject(WORKER_OPTIONS) private readonly options: WorkerOptions,
    @Inject(LAUNCH) private readonly launch: LaunchWorker,
  ) {
    this.#own = moduleOf(modules, options);
    // Nest starts modules from the farthest to the nearest to the root (1) and destroys them the other way round.
    this.#own.distance = 0;
  }

  async onApplicationBootstrap(): Promise<void> {
    const found = await discover([this.#own]);
    const worker = await this.workerOf(found);
    const { address, namespace } = this.espalier;
    const { warnings: _, ...registered } = found;
    const server = { ...this.root, address };
    const launch = (stopping: AbortSignal) =>
      this.launch({ registered, server, worker: { ...worker, namespace }, stopping });
    this.#life = new WorkerLife(launch, {
      unreachable: ({ message }) => this.#logger.warn(`${message}; the worker tries again`),
      working: () => this.#logger.log(`the worker takes work from ${address}`),
      failed: (error, stopping) => this.failed(error, stopping),
    });
    this.#life.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#life?.stop();
  }

  private failed(error: unknown, stopping: boolean): void {
    const reason = error instanceof Error ? error.message : String(error);
    const what = stopping ? 'the worker has ended badly' : "the worker can't go on, the application is closed";
    this.#logger.error(`${what}: ${reason}`, error instanceof Error ? error.stack : undefined);
    if (!stopping) closeApplication();
  }

  /** Says what will be done where. */
  private async workerOf({ steps, graphs, warnings }: Discovered) {
    const { queuesOf } = await import('../../workers/queues.js');
    const config = readConfig();
    const taskQueue = this.options.taskQueue ?? this.root.taskQueue ?? config.taskQueue;
    const queues = this.options.queues ?? queuesOf(graphs.map(graph => graph.document));
    this.#logger.log(workTable([...new Set([taskQueue, ...queues])], steps));
    for (const warning of [...warnings, ...missingWarnings(graphs, steps, taskQueue)]) this.#logger.warn(warning);
    const { dataDir, store, database, keys, codecs, tracing } = this.root;
    return {
      ...this.options,
      taskQueue,
      queues,
      ...(dataDir !== undefined && { dataDir }),
      ...(store && { store }),
      ...(database !== undefined && { database }),
      ...(keys && { keys }),
      ...(codecs && { codecs }),
      ...(tracing !== undefined && { tracing }),
    };
  }
}

function moduleOf(modules: ModulesContainer, options: WorkerOptions): NestModule {
  const own = [...modules.values()].find(module => module.providers.get(WORKER_OPTIONS)?.instance === options);
  if (!own) throw new Error('a worker module that Nest does not know');
  return own;
}
