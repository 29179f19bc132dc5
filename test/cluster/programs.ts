/** Our own programs against the cluster, as docker-compose.yml starts them: the worker, `espalier run`, the service. */
import { join } from 'node:path';
import { environmentOf, healthUrl, ROOT } from './compose.js';
import { answers, call, freePorts, start, until, type Environment } from './processes.js';
import type { Cluster } from './temporal.js';

const MAIN = join(ROOT, 'dist/src/cli/main.js');
const COFFEE = join(ROOT, 'examples/coffee');

export interface Place {
  readonly cluster: Cluster;
  /** For logs and data. */
  readonly folder: string;
  readonly postgresPort: number;
}

/** A worker process executes what `espalier run` and the service start; then it is told to end. */
export async function tryPrograms(place: Place): Promise<void> {
  const [metrics = 0] = await freePorts(1);
  const env = environmentOf('worker', { ...shared(place), ESPALIER_METRICS: `127.0.0.1:${metrics}` });
  const worker = start(process.execPath, [MAIN, 'worker', COFFEE], { env, log: join(place.folder, 'worker.log') });
  try {
    const healthy = await until('the worker', () => answers(healthUrl('worker', metrics)));
    console.log(`worker: healthy after ${healthy.toFixed(0)} ms`);
    const inputs = ['--set', 'beans=20', '--set', 'water=200', '--no-worker', '--deadline', '1m', '-o', 'json'];
    console.log(`run: ${oneLine(await call(process.execPath, [MAIN, 'run', COFFEE, ...inputs], env))}`);
    await tryService(place);
  } finally {
    console.log(`worker: ended ${(await worker.stop()).toFixed(0)} ms after SIGTERM`);
  }
}

/** The service on the same PostgreSQL: ready, not ready while Temporal is down, ready again. */
async function tryService(place: Place): Promise<void> {
  const { cluster, folder, postgresPort } = place;
  const [port = 0] = await freePorts(1);
  const env = environmentOf('service', {
    ...shared(place),
    ESPALIER_DATABASE: `postgres://espalier@127.0.0.1:${postgresPort}/espalier`,
    ESPALIER_HOST: '127.0.0.1',
    ESPALIER_PORT: String(port),
  });
  const service = start(process.execPath, [MAIN, 'serve'], { env, log: join(folder, 'service.log') });
  const url = healthUrl('service', port);
  try {
    const ready = await until('the service', () => answers(url));
    console.log(`service: ready after ${ready.toFixed(0)} ms; ${await runByHttp(`http://127.0.0.1:${port}/api/v1`)}`);
    await cluster.kill();
    const told = await until('the service without Temporal', async () => !(await answers(url)));
    await cluster.start();
    const healed = await until('the service with Temporal again', () => answers(url));
    console.log(
      `service: says so ${told.toFixed(0)} ms after kill -9 of Temporal, ready again ${healed.toFixed(0)} ms after ` +
        `that is healthy; ${await runByHttp(`http://127.0.0.1:${port}/api/v1`)}`,
    );
  } finally {
    console.log(`service: ended ${(await service.stop()).toFixed(0)} ms after SIGTERM`);
  }
}

/** Registers the graph, starts it, and waits for its result. */
async function runByHttp(api: string): Promise<string> {
  const document = await call(process.execPath, [MAIN, 'graph', 'export', COFFEE, '-o', 'json']);
  await send('PUT', `${api}/graphs/coffee`, document);
  const started = await send('POST', `${api}/runs`, JSON.stringify({ graph: 'coffee', input: { beans: 2, water: 9 } }));
  const { id } = JSON.parse(started) as { readonly id: string };
  return oneLine(await send('GET', `${api}/runs/${id}/result?wait=30s`));
}

async function send(method: string, url: string, body?: string): Promise<string> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const request = { method, headers, signal: AbortSignal.timeout(60_000), ...(body !== undefined && { body }) };
  const response = await fetch(url, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text;
}

const shared = ({ cluster, folder }: Place): Environment => ({
  TEMPORAL_ADDRESS: cluster.address,
  ESPALIER_DATA: join(folder, 'data'),
});
const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');
