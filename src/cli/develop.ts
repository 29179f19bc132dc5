/**
 * `espalier dev`: server, worker and service in one process, until it is interrupted.
 * It stops in this order: the service takes no more requests, the worker drains, client and database close, the server ends.
 */
import { Espalier } from '../client/espalier.js';
import { databaseFor, readConfig } from '../config/config.js';
import { compile } from '../graph/compile.js';
import { startServer, type EmbeddedServer } from '../server/embedded.js';
import { LOOPBACK, twoFreePorts } from '../server/free-ports.js';
import { addService } from '../server/server-file.js';
import { sdkMetrics } from '../service/metrics/sdk-metrics.js';
import type { Service } from '../service/service.js';
import type { Registered } from '../step/registry.js';
import { openDatabase, type Database } from '../store/database/open-database.js';
import type { DevOptions } from './commands/dev.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { aborted, onInterrupt } from './interrupt.js';
import { listen, listenNearby } from './listen.js';
import { loadAllRegistered } from './load/registered-module.js';
import { CALL_TIMEOUT } from './serve.js';
import { dataDirOf } from './server-choice.js';
import { serverEnd } from './session.js';
import { quotedCommand } from './shell.js';
import { startTracing } from './start-tracing.js';
import { startWorker, type RunningWorker } from './start-worker.js';
import type { Terminal } from './terminal.js';
import { createVoice, type Voice } from './voice.js';
import { announceReady } from './welcome.js';

/** What `dev` is asked for. */
interface Wanted {
  readonly folders: readonly string[];
  readonly registered: Required<Registered>;
  readonly options: DevOptions;
  readonly voice: Voice;
  readonly tracing: boolean;
}

export async function develop(folders: readonly string[], options: DevOptions, terminal: Terminal): Promise<ExitCode> {
  const registered = await loadAllRegistered(folders);
  // What is wrong with a graph is said before anything is started.
  for (const graph of registered.graphs) compile(graph);
  const voice = createVoice(terminal);
  const interrupted = onInterrupt();
  const traced = await startTracing('espalier-dev');
  const server = await startServer({
    dataDir: dataDirOf(options),
    onProgress: message => voice.say(message),
    ...(options.uiPort !== undefined && { uiPort: options.uiPort }),
  });
  let stopping = false;
  try {
    const { lost, stop } = await startParts({ folders, registered, options, voice, tracing: traced.tracing }, server);
    await Promise.race([aborted(interrupted), serverEnd(server, () => stopping), ...lost]);
    voice.say('stopping; a second Ctrl-C does not wait for steps that run');
    await stop();
  } finally {
    stopping = true;
    await server.stop();
    await traced.stop();
  }
  const again = quotedCommand(['dev', ...folders, ...(options.data === undefined ? [] : ['--data', options.data])]);
  voice.say(`kept in ${server.dataDir}; ${again} goes on with it`);
  return EXIT.ok;
}

/** All that works on the server. `lost` rejects when a part of it can't go on. */
async function startParts(
  wanted: Wanted,
  server: EmbeddedServer,
): Promise<{ readonly lost: readonly Promise<unknown>[]; stop(): Promise<void> }> {
  const { folders, registered, options, voice, tracing } = wanted;
  const { address, dataDir } = server;
  const namespace = 'default';
  const database = await openDatabase(databaseFor(dataDir));
  await registerGraphs(registered, database, voice);
  const how = { lazy: true, callTimeout: CALL_TIMEOUT };
  const espalier = await Espalier.connect({ address, namespace, dataDir, database, tracing, ...how });
  const metricsAddress = `${LOOPBACK}:${(await twoFreePorts())[0]}`;
  const worker = folders.length > 0 ? await startDevWorker(wanted, server, metricsAddress) : undefined;
  const { host, port } = readConfig();
  const choice = {
    ...{ espalier, database, host, log: voice.log, tracing },
    ...(worker && { sdkMetrics: sdkMetrics(metricsAddress) }),
  };
  const service: Service =
    options.port === undefined
      ? await listenNearby({ ...choice, port })
      : await listen({ ...choice, port: options.port });
  await addService(dataDir, service.url);
  announceReady({ folders, registered, options, server, service }, voice);
  return {
    lost: worker ? [worker.done] : [],
    async stop() {
      await service.close();
      await worker?.stop();
      await espalier.close();
      await database.close();
    },
  };
}

async function registerGraphs({ graphs }: Required<Registered>, database: Database, voice: Voice): Promise<void> {
  for (const graph of graphs) {
    const { entry, change } = await database.graphs.put(graph.document, compile(graph).hash, 'dev');
    if (change === 'updated') voice.say(`graph ${entry.id} has changed: it is version ${entry.version} now`);
  }
}

function startDevWorker(
  { folders, registered, options, voice, tracing }: Wanted,
  { address, dataDir }: EmbeddedServer,
  metricsAddress: string,
): Promise<RunningWorker> {
  const { concurrency } = options;
  const choice = {
    ...{ address, namespace: 'default', dataDir, folders, metricsAddress, shutdownGrace: 5000, tracing },
    ...(concurrency !== undefined && { concurrency }),
  };
  return startWorker(registered, choice, voice.log);
}
