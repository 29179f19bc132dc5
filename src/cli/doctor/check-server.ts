import { connect } from '../../client/connect.js';
import { findServer } from '../../client/find-server.js';
import { NotReachableError } from '../../client/not-reachable-error.js';
import { SEARCH_ATTRIBUTES } from '../../protocol/names.js';
import { EspalierError } from '../../value/espalier-error.js';
import type { DoctorOptions } from '../commands/doctor.js';
import { exitCodeOf } from '../exit-codes.js';
import { dataDirOf } from '../server-choice.js';
import { messageOf, ok, warning, type Finding } from './finding.js';

/** The Temporal server: whether it answers, its version, the namespace, and what runs can be searched by. */
export async function checkServer(options: DoctorOptions): Promise<readonly Finding[]> {
  const dataDir = dataDirOf(options);
  const { address, namespace } = options;
  const where = {
    dataDir,
    ...(address !== undefined && { address }),
    ...(namespace !== undefined && { namespace }),
  };
  try {
    await findServer(where);
  } catch (error) {
    if (!(error instanceof NotReachableError)) return [serverFailure(error)];
    const mend = 'nothing to do: `espalier run` starts one for its own time, `espalier dev` one that stays';
    return [warning('server', `none is named, and none runs in ${dataDir}`, mend)];
  }
  try {
    return await askServer(where);
  } catch (error) {
    return [serverFailure(error)];
  }
}

async function askServer(where: Parameters<typeof connect>[0]): Promise<readonly Finding[]> {
  const { client, address, foundBy, namespace, isSearchable } = await connect(where);
  const { connection } = client;
  try {
    const { serverVersion } = await client.workflowService.getSystemInfo({});
    return [
      ok('server', `${address} (${foundBy}), Temporal ${serverVersion}`),
      ok('namespace', namespace),
      (await isSearchable()) ? ok('search', attributes()) : unsearchable(namespace),
    ];
  } finally {
    await connection.close();
  }
}

function serverFailure(error: unknown): Finding {
  const isNamespace = error instanceof EspalierError && error.code === 'unknown_namespace';
  const mend = isNamespace
    ? 'create it with: temporal operator namespace create --namespace NAME'
    : 'start that server, or correct --address, TEMPORAL_ADDRESS or the profile';
  const check = isNamespace ? 'namespace' : 'server';
  return { check, status: 'fail', message: messageOf(error), mend, exit: exitCodeOf(error) };
}

function unsearchable(namespace: string): Finding {
  const create = Object.entries(SEARCH_ATTRIBUTES).map(
    ([name, type]) =>
      `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
  );
  const message = `${attributes()} not registered: paused and overridden runs, and those with errors, can't be listed as such`;
  return warning('search', message, `register with: ${create.join('; ')}`);
}

const attributes = (): string => `search attributes ${Object.keys(SEARCH_ATTRIBUTES).join(', ')}`;
