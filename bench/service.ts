import type { AnyGraph } from '../src/graph/contract.js';
import { startChild } from './children.js';
import type { Rig } from './rig.js';
import { VALUE } from './steps.js';

/** The service in a process of its own, as a client sees it. */
export interface BenchService {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  readonly pid: number;
  register(graph: AnyGraph): Promise<void>;
  /** The id of the run. */
  start(graph: AnyGraph, options?: { readonly taskQueue?: string }): Promise<string>;
  /** Reads an answer to its end; throws if it is not a success. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startBenchService({
  address,
  dataDir,
  closer,
}: Pick<Rig, 'address' | 'dataDir' | 'closer'>): Promise<BenchService> {
  const child = await startChild<{ readonly url: string }>('./service-child.ts', { address, dataDir }, closer);
  const url = `${child.told.url}/api/v1`;
  const send = (method: string, path: string, body: object): Promise<unknown> =>
    answer(
      fetch(`${url}${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    );
  return {
    url,
    pid: child.pid,
    stop: () => child.stop(),
    async register(graph) {
      await send('PUT', `/graphs/${graph.id}`, graph.document);
    },
    async start(graph, options) {
      const started = await send('POST', '/runs', { graph: graph.id, input: { value: VALUE }, ...options });
      return (started as { readonly id: string }).id;
    },
    get: path => answer(fetch(`${url}${path}`)),
  };
}

async function answer(response: Promise<Response>): Promise<unknown> {
  const { ok, status, url, ...rest } = await response.then(async got => ({
    ok: got.ok,
    status: got.status,
    url: got.url,
    text: await got.text(),
  }));
  if (ok) return JSON.parse(rest.text || 'null');
  throw new Error(`${url} answered ${status}: ${rest.text.slice(0, 300)}`);
}
