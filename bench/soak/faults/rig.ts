import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Espalier } from '../../../src/client/espalier.js';
import { createLogSink } from '../../../src/log/log-sink.js';
import { Lanes } from '../../../src/protocol/lanes.js';
import { startServer, type EmbeddedServer } from '../../../src/server/embedded.js';
import { createDataConverter } from '../../../src/store/external-storage.js';
import { createFolderStore } from '../../../src/store/folder-store.js';
import { writeBundles } from '../../../test/live/bundles.js';
import { Replayer } from '../../../test/live/replayer.js';
import { startServiceProcess, type ServiceProcess } from '../../../test/live/service-process.js';
import { startWorkerChild, type WorkerChild } from '../../../test/live/worker-child.js';
import { createLogger } from '../../../workers/logger.js';
import { installRuntime } from '../../../workers/runtime.js';
import type { Closer } from '../../closer.js';

const WORKER = fileURLToPath(new URL('./worker-child.ts', import.meta.url));

/** One server and one service for all runs; a worker for each that runs beside others (`queue`). Any of them may be killed. */
export class Rig {
  /** Whoever needs the server to be there, and whoever kills it, goes alone. */
  readonly #turns = new Lanes(1);
  readonly #workers = new Map<string, WorkerChild>();

  private constructor(
    readonly address: string,
    readonly dataDir: string,
    readonly bundleFile: string,
    readonly client: Client,
    readonly espalier: Espalier,
    readonly replayer: Replayer,
    private server: EmbeddedServer,
    private service: ServiceProcess,
  ) {}

  static async open(closer: Closer, keep: () => boolean): Promise<Rig> {
    const dataDir = await mkdtemp(join(tmpdir(), 'espalier-faults-'));
    closer.add(async () => {
      if (keep()) process.stderr.write(`what was found lies in ${dataDir}\n`);
      else await rm(dataDir, { recursive: true, force: true });
    });
    installRuntime(createLogger(createLogSink({ level: 'error' })));
    const [server, { bundleFile, watchedBundleFile }] = await Promise.all([
      startServer({ dataDir, headless: true }),
      writeBundles(dataDir),
    ]);
    const { address } = server;
    const store = storeIn(dataDir);
    const client = new Client({
      connection: await Connection.connect({ address }),
      dataConverter: createDataConverter(store),
    });
    const espalier = await Espalier.connect({ address, dataDir });
    const replayer = new Replayer(store, watchedBundleFile);
    const service = await startServiceProcess({ address, dataDir, queue: 'none' });
    const rig = new Rig(address, dataDir, bundleFile, client, espalier, replayer, server, service);
    closer.add(() => rig.close());
    return rig;
  }

  get store() {
    return storeIn(this.dataDir);
  }

  /** Of the service, whichever it is. */
  get url(): string {
    return this.service.url;
  }

  /** Does something that the server has to be there for. */
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run('server', work);
  }

  /** The one that works on a queue. */
  async worker(queue: string): Promise<WorkerChild> {
    const { address, dataDir, bundleFile } = this;
    const there = this.#workers.get(queue);
    if (there) return there;
    const start = () => startWorkerChild({ address, dataDir, bundleFile, queue }, {}, WORKER);
    // The server may have been killed under it.
    const started = await start().catch(() => this.undisturbed(start));
    this.#workers.set(queue, started);
    return started;
  }

  /** Gives the moment before, in milliseconds since the epoch. `meanwhile`: when it is dead and no other is there yet. */
  async killWorker(queue: string, meanwhile: () => void): Promise<number> {
    const worker = await this.worker(queue);
    const at = Date.now();
    await worker.kill('SIGKILL');
    this.#workers.delete(queue);
    meanwhile();
    await this.worker(queue);
    return at;
  }

  /** As `killWorker`. */
  killServer(meanwhile: () => void): Promise<number> {
    return this.undisturbed(async () => {
      const { pid, exited } = this.server;
      const at = Date.now();
      process.kill(pid, 'SIGKILL');
      meanwhile();
      await exited;
      const port = Number(this.address.split(':')[1]);
      this.server = await startServer({ dataDir: this.dataDir, headless: true, port });
      return at;
    });
  }

  /** As `killWorker`. */
  killService(meanwhile: () => void): Promise<number> {
    return this.undisturbed(async () => {
      const at = Date.now();
      await this.service.kill();
      meanwhile();
      const port = Number(new URL(this.url).port);
      this.service = await startServiceProcess(
        { address: this.address, dataDir: this.dataDir, queue: 'none' },
        { port },
      );
      return at;
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map(worker => worker.kill('SIGKILL')));
    await this.service.kill();
    await this.replayer.close();
    await this.espalier.close();
    await this.client.connection.close();
    await this.server.stop();
  }
}

const storeIn = (dataDir: string) => createFolderStore(join(dataDir, 'blobs', 'default'));
