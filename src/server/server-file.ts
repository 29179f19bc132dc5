/** `server.json` in the data folder: how other commands on this machine find the server that runs on it, and its service. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from './process-identity.js';
import { answers } from './readiness.js';

export interface ServerFile {
  /** `host:port` of its gRPC interface. */
  readonly address: string;
  /** URL of its web page, if it has one. */
  readonly ui?: string;
  /** URL of the service that `espalier dev` runs beside it. */
  readonly service?: string;
  readonly pid: number;
}

const fileOf = (dataDir: string): string => join(dataDir, 'server.json');

/** The server that runs on the folder: its process is alive and its address answers. Else `undefined`. */
export async function readServerFile(dataDir: string): Promise<ServerFile | undefined> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => '');
  const server = parseServerFile(text);
  if (server === undefined || (await identify(server.pid)) === undefined) return undefined;
  return (await answers(server.address)) ? server : undefined;
}

export async function writeServerFile(dataDir: string, server: ServerFile): Promise<void> {
  const draft = `${fileOf(dataDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(server, null, 2)}\n`);
  await rename(draft, fileOf(dataDir));
}

/** Adds the URL of a service to what the file of a live server says. */
export async function addService(dataDir: string, service: string): Promise<void> {
  const server = parseServerFile(await readFile(fileOf(dataDir), 'utf8'));
  if (server) await writeServerFile(dataDir, { ...server, service });
}

export async function removeServerFile(dataDir: string): Promise<void> {
  await rm(fileOf(dataDir), { force: true });
}

function parseServerFile(text: string): ServerFile | undefined {
  let parsed: Partial<Record<keyof ServerFile, unknown>> | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    return undefined;
  }
  const { address, ui, service, pid } = parsed ?? {};
  if (typeof address !== 'string' || !Number.isInteger(pid)) return undefined;
  return {
    address,
    pid: pid as number,
    ...(typeof ui === 'string' && { ui }),
    ...(typeof service === 'string' && { service }),
  };
}
