import { resolve } from 'node:path';
import { readConfig } from '../config/config.js';
import { EspalierError } from '../value/espalier-error.js';

/** Which server or service a command talks to, as its options say it. */
export interface ServerChoice {
  /** `host:port` of a Temporal server, or the URL of a service. */
  readonly address?: string;
  readonly namespace?: string;
  readonly data?: string;
}

export const dataDirOf = ({ data }: ServerChoice): string =>
  data === undefined ? readConfig().dataDir : resolve(data);

/** The URL of a service, if the address is one. Throws `usage` for a namespace beside it. */
export function serviceOf({ address, namespace }: ServerChoice): string | undefined {
  if (address === undefined || !/^https?:\/\//i.test(address)) return undefined;
  if (namespace === undefined) return address;
  throw new EspalierError(
    'usage',
    '--namespace and the address of a service exclude each other: the service has its own',
  );
}

/** What makes another command find the same server. */
export const choiceArguments = ({ address, namespace, data }: ServerChoice): readonly string[] => [
  ...(address === undefined ? [] : ['--address', address]),
  ...(namespace === undefined ? [] : ['--namespace', namespace]),
  ...(data === undefined ? [] : ['--data', data]),
];
