import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { readServerFile } from '../server/server-file.js';
import { EspalierError } from '../value/espalier-error.js';
import { NotReachableError } from './not-reachable-error.js';

export interface ServerOptions {
  /** `host:port` of a Temporal server. */
  readonly address?: string;
  /** A profile of the Temporal configuration file. */
  readonly profile?: string;
  /** Folder of the embedded server that `espalier dev` runs. Default: ESPALIER_DATA, else `./.espalier`. */
  readonly dataDir?: string;
}

export interface FoundServer {
  readonly address: string;
  /** For people. */
  readonly foundBy: string;
  readonly namespace?: string;
  /** TLS, keys and headers of the profile or of the TEMPORAL_* variables. */
  readonly connectionOptions: ConnectionOptions;
}

/**
 * The server to talk to: the address given, else that of TEMPORAL_* variables or a profile, else the embedded server that
 * lives in the data folder. Throws `NotReachableError` if there is none.
 */
export async function findServer(options: ServerOptions & { readonly dataDir: string }): Promise<FoundServer> {
  const { connectionOptions, namespace } = readProfile(options.profile);
  const { address: configured, ...rest } = connectionOptions;
  const common = { connectionOptions: rest as ConnectionOptions, ...(namespace !== undefined && { namespace }) };
  if (options.address) return { ...common, address: options.address, foundBy: 'as given' };
  if (configured) return { ...common, address: configured, foundBy: profileName(options.profile) };
  const server = await readServerFile(options.dataDir);
  if (server) return { ...common, address: server.address, foundBy: `server.json in ${options.dataDir}` };
  throw new NotReachableError(
    'any address',
    `none given, no TEMPORAL_ADDRESS, no profile with one, and no server runs in ${options.dataDir}`,
  );
}

function readProfile(profile: string | undefined): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig(profile === undefined ? {} : { profile });
  } catch (cause) {
    const message = `the Temporal configuration can't be used: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new EspalierError('invalid_config', message, { cause });
  }
}

const profileName = (profile: string | undefined): string =>
  profile === undefined ? 'TEMPORAL_ADDRESS, or the Temporal configuration file' : `profile ${profile}`;
