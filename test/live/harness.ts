/** What a file of live tests works with: a task queue and a blob folder of its own, on the suite's server. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Logger } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { Known } from '../../src/engine/known.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { AnyGraph } from '../../src/graph/contract.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import { compile } from '../../src/plan/compile.js';
import type { Plan } from '../../src/plan/plan.js';
import {
  ENGINE_VERSION,
  type LinkLimits,
  type RunFailureDetails,
  type StartArgument,
  type WorkflowName,
} from '../../src/protocol/start.js';
import type { Registered } from '../../src/step/registry.js';
import { decodeOutputs, encodeInputs } from '../../src/step/run-values.js';
import { createDataConverter } from '../../src/store/external-storage.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { createWorker, type EspalierWorker, type EspalierWorkerOptions } from '../../workers/main.js';
import { installRuntime } from '../../workers/runtime.js';
import { checkFold } from './fold-check.js';
import { historyOf, type History } from './history.js';
import { Replayer } from './replayer.js';

export interface StartOptions extends RunOptions {
  readonly id?: string;
  readonly linkLimits?: LinkLimits;
  /** Instead of the compiled graph. */
  readonly plan?: Plan;
  readonly interventions?: readonly SentIntervention[];
  readonly known?: readonly Known[];
  /** W3C `traceparent`. */
  readonly trace?: string;
  /** Of a runner's run: nothing is fed to it yet. */
  readonly workflow?: WorkflowName;
  /** A signal that comes with the start. */
  readonly signal?: string;
  readonly taskQueue?: string;
  readonly engineVersion?: number;
}

export interface LiveRun {
  readonly id: string;
  readonly handle: WorkflowHandle;
  /** The outputs, code side. */
  result(): Promise<Readonly<Record<string, unknown>>>;
  /** What ended a run that did not complete, and with which Temporal status. */
  failure(): Promise<RunFailureDetails>;
  status(): Promise<string>;
  history(): Promise<History>;
}

export interface Running {
  readonly worker: EspalierWorker;
  readonly done: Promise<void>;
}

/** The project `links` runs files of this suite once more with short links. */
const { historyEventsLimit } = readConfig();
const LINK_LIMITS = historyEventsLimit === undefined ? undefined : { events: historyEventsLimit };

const QUIET: Logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
// Replays make no worker of ours, and the runtime's own log would drown what vitest says.
installRuntime(QUIET);

export class Live {
  readonly bundleFile = inject('bundleFile');
  readonly queue = `test-${randomUUID()}`;
  #workers: readonly Running[] = [];
  readonly #started: LiveRun[] = [];
  readonly #ended: string[] = [];
  #replayer: Replayer | undefined;
  client!: Client;
  dataDir!: string;

  constructor(readonly address: string = inject('temporalAddress')) {}

  /**
   * Connects before the tests of the file, with a worker for all of them if `registered` is given, and replays
   * their runs after them, and holds the client's fold against each.
   */
  static use(registered?: Registered): Live {
    const live = new Live();
    let shared: Running | undefined;
    beforeAll(async () => {
      await live.open();
      if (registered) shared = await live.#run(registered, {});
    });
    afterEach(() => live.settle());
    afterAll(async () => {
      await stop(shared);
      await live.close();
    });
    return live;
  }

  get store() {
    return createFolderStore(join(this.dataDir, 'blobs', 'default'));
  }

  get replayer(): Replayer {
    this.#replayer ??= new Replayer(this.store, inject('watchedBundleFile'));
    return this.#replayer;
  }

  async open(): Promise<void> {
    this.dataDir = await mkdtemp(join(tmpdir(), 'espalier-test-'));
    await this.connect();
  }

  async connect(address: string = this.address): Promise<void> {
    const connection = await Connection.connect({ address });
    this.client = new Client({ connection, dataConverter: createDataConverter(this.store) });
  }

  /** Starts a worker in this process; it is stopped after the test. */
  async work(registered: Registered, options: EspalierWorkerOptions = {}): Promise<Running> {
    const running = await this.#run(registered, options);
    this.#workers = [...this.#workers, running];
    return running;
  }

  async #run(registered: Registered, options: EspalierWorkerOptions): Promise<Running> {
    const worker = await createWorker(registered, {
      address: this.address,
      taskQueue: this.queue,
      dataDir: this.dataDir,
      logger: QUIET,
      workflowBundle: { codePath: this.bundleFile },
      shutdownGrace: 1000,
      ...options,
    });
    return { worker, done: worker.run() };
  }

  async start(graph: AnyGraph, input: object = {}, options: StartOptions = {}): Promise<LiveRun> {
    const { id = `run-${randomUUID()}`, linkLimits = LINK_LIMITS, plan = compile(graph.document) } = options;
    const { signal, taskQueue = this.queue, engineVersion = ENGINE_VERSION } = options;
    const { concurrency, onFailure, deadline, cancelGrace, breakpoints, interventions, checkpoint } = options;
    const { known, workflow, trace } = options;
    const values = workflow ? {} : await encodeInputs(graph.in, input, this.store);
    const argument: StartArgument = {
      engineVersion,
      plan,
      inputs: Object.fromEntries(Object.entries(values).map(([port, value]) => [`$in.${port}`, value])),
      options: {
        ...(concurrency !== undefined && { concurrency }),
        ...(onFailure !== undefined && { onFailure }),
        ...(deadline !== undefined && { deadline }),
        ...(cancelGrace !== undefined && { cancelGrace }),
        ...(breakpoints !== undefined && { breakpoints }),
        ...(checkpoint !== undefined && { checkpoint }),
      },
      ...(interventions && { interventions }),
      ...(known && { known }),
      ...(trace !== undefined && { trace }),
      ...(workflow && { workflow }),
      searchable: true,
      ...(linkLimits && { linkLimits }),
    };
    const how = {
      workflowId: id,
      taskQueue,
      args: [argument],
      workflowTaskTimeout: 5000,
      memo: { told: id },
    };
    if (signal === undefined) await this.client.workflow.start(graph.id, how);
    else await this.client.workflow.signalWithStart(graph.id, { ...how, signal });
    const run = this.#runOf(id, graph);
    this.#started.push(run);
    return run;
  }

  #runOf(id: string, graph: AnyGraph): LiveRun {
    // Without a run id: the last link.
    const handle = this.client.workflow.getHandle(id);
    return {
      id,
      handle,
      result: async () => decodeOutputs(graph.out, (await handle.result()).outputs, this.store),
      failure: () => handle.result().then(() => Promise.reject(new Error(`run ${id} completed`)), failureDetails),
      status: async () => (await handle.describe()).status.name,
      history: () => historyOf(this.client, id),
    };
  }

  /** What Temporal says of activities in flight. */
  async pending(run: LiveRun): Promise<readonly temporal.api.workflow.v1.IPendingActivityInfo[]> {
    return (await run.handle.describe()).raw.pendingActivities ?? [];
  }

  /** After a test: notes the runs that have ended, stops those that go on, and its workers. */
  async settle(): Promise<void> {
    for (const run of this.#started.splice(0)) {
      if ((await run.status()) === 'RUNNING') await run.handle.terminate();
      else this.#ended.push(run.id);
    }
    await this.stop();
  }

  /** Stops the workers that the test has started, or one of them. */
  async stop(...running: readonly Running[]): Promise<void> {
    const ending = running.length > 0 ? running : this.#workers;
    await Promise.all(ending.map(stop));
    this.#workers = this.#workers.filter(worker => !ending.includes(worker));
  }

  async close(): Promise<void> {
    for (const id of this.#ended) await checkFold(this, id);
    await this.#replayer?.close();
    await this.client.connection.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function stop(running: Running | undefined): Promise<void> {
  running?.worker.shutdown();
  await running?.done;
}

function failureDetails(error: unknown): RunFailureDetails {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const { cause } = error;
  if (cause && 'details' in cause && Array.isArray(cause.details)) return cause.details[0] as RunFailureDetails;
  throw error;
}
