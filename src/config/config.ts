/**
 * The environment, read once and checked: the only file that touches `process.env`.
 * The values of TEMPORAL_* belong to the client, which reads them itself; here only whether they are set.
 */
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EspalierError } from '../value/espalier-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** From the least severe on. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

const CODECS = ['compress', 'encrypt'] as const;
export type CodecName = (typeof CODECS)[number];

const DEFAULT_PORT = 8080;
/** In seconds. */
const DEFAULT_ARCHIVE = 30;

/** The settings of this process. Paths are absolute. */
export interface Config {
  readonly dataDir: string;
  readonly cacheDir: string;
  /** `postgres://…`, or the absolute path of a SQLite file. */
  readonly database: string;
  /** `s3://…`, or the absolute path of a folder. */
  readonly blobs: string;
  /** Where the service listens. */
  readonly host: string;
  readonly port: number;
  readonly temporalAddressSet: boolean;
  readonly temporalNamespaceSet: boolean;
  readonly taskQueue: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** IP address and port at which a worker tells its metrics; absent: nowhere. */
  readonly metricsAddress?: string;
  /** Whether spans are wanted. What they go to is for OpenTelemetry's SDK to read. */
  readonly tracing: boolean;
  /** Keys of tenants; absent: made in the data folder. */
  readonly keyFile?: string;
  /** What payloads go through on their way to Temporal. */
  readonly codecs: readonly CodecName[];
  /** Of the Temporal UI, which may ask the service to decode payloads; absent: no page of another site may. */
  readonly uiOrigin?: string;
  /** How often the service looks for runs to be archived, in milliseconds; 0: never. */
  readonly archiveEvery: number;
  readonly noColor: boolean;
  readonly ci: boolean;
  /** Events after which a run continues as new; absent: when the server suggests it. */
  readonly historyEventsLimit?: number;
}

/** One variable with a value that cannot be used. */
export interface ConfigIssue {
  readonly variable: string;
  readonly message: string;
}

/** Carries every bad variable at once. Code `invalid_config`. */
export class ConfigError extends EspalierError {
  constructor(readonly issues: readonly ConfigIssue[]) {
    super(
      'invalid_config',
      ['environment:', ...issues.map(issue => `  ${issue.variable} ${issue.message}`)].join('\n'),
    );
  }
}

/** Reads and checks the environment; an empty variable counts as unset. Throws `ConfigError` with all problems. */
export function readConfig(env: Environment = process.env, platform: NodeJS.Platform = process.platform): Config {
  const issues: ConfigIssue[] = [];
  const historyEventsLimit = readInteger(env, 'HISTORY_EVENTS_LIMIT', 10, 40_000, issues);
  const metricsAddress = readAddress(env, 'ESPALIER_METRICS', issues);
  const uiOrigin = readOrigin(env, 'ESPALIER_UI_ORIGIN', issues);
  const dataDir = resolve(env['ESPALIER_DATA'] || '.espalier');
  const config: Config = {
    dataDir,
    cacheDir: resolve(env['ESPALIER_CACHE'] || defaultCacheDir(env, platform)),
    database: databaseOf(env['ESPALIER_DATABASE'], dataDir),
    blobs: blobsFor(dataDir, env),
    host: env['ESPALIER_HOST'] || '127.0.0.1',
    port: readInteger(env, 'ESPALIER_PORT', 0, 65_535, issues) ?? DEFAULT_PORT,
    temporalAddressSet: Boolean(env['TEMPORAL_ADDRESS']),
    temporalNamespaceSet: Boolean(env['TEMPORAL_NAMESPACE']),
    taskQueue: readTaskQueue(env, issues),
    logLevel: readChoice(env, 'LOG_LEVEL', LOG_LEVELS, 'info', issues),
    logFormat: readChoice(env, 'LOG_FORMAT', LOG_FORMATS, 'text', issues),
    ...(metricsAddress !== undefined && { metricsAddress }),
    tracing: isTraced(env),
    ...(env['ESPALIER_KEY_FILE'] && { keyFile: resolve(env['ESPALIER_KEY_FILE']) }),
    codecs: readChoices(env, 'ESPALIER_CODEC', CODECS, issues),
    ...(uiOrigin !== undefined && { uiOrigin }),
    archiveEvery: 1000 * (readInteger(env, 'ESPALIER_ARCHIVE', 0, 86_400, issues) ?? DEFAULT_ARCHIVE),
    noColor: Boolean(env['NO_COLOR']),
    ci: !['', '0', 'false'].includes((env['CI'] ?? '').toLowerCase()),
    ...(historyEventsLimit !== undefined && { historyEventsLimit }),
  };
  if (issues.length > 0) throw new ConfigError(issues);
  return config;
}

/**
 * The environment for programs we start: ours without NODE_OPTIONS (loaders and debuggers meant for this process) and
 * without TEMPORAL_* (which would make the CLI of an embedded server look at another one).
 */
export function childEnvironment(env: Environment = process.env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || name === 'NODE_OPTIONS' || name.startsWith('TEMPORAL_') ? [] : [[name, value]],
    ),
  );
}

function defaultCacheDir(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'espalier');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'espalier');
}

/** What names no PostgreSQL is a file, so that a path of any form works; `file:` in front of it is allowed. */
function databaseOf(text: string | undefined, dataDir: string): string {
  if (!text) return join(dataDir, 'espalier.db');
  return /^postgres(ql)?:\/\//.test(text) ? text : resolve(text.replace(/^(file|sqlite):(\/\/)?/, ''));
}

/** The database of a command with a data folder of its own: the one given, that of ESPALIER_DATABASE, a file in the folder. */
export const databaseFor = (dataDir: string, given?: string, env: Environment = process.env): string =>
  databaseOf(given || env['ESPALIER_DATABASE'], dataDir);

/** Where the blobs of a command with a data folder of its own lie: in the target of ESPALIER_BLOBS, or a folder in it. */
export function blobsFor(dataDir: string, env: Environment = process.env): string {
  const text = env['ESPALIER_BLOBS'];
  if (!text) return join(dataDir, 'blobs');
  return text.startsWith('s3://') ? text : resolve(text.replace(/^file:(\/\/)?/, ''));
}

/** As the standard says: an exporter is named (`none` is none), or where the usual one sends to. */
function isTraced(env: Environment): boolean {
  const exporter = env['OTEL_TRACES_EXPORTER'];
  if (exporter) return exporter !== 'none';
  return Boolean(env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT']);
}

function readTaskQueue(env: Environment, issues: ConfigIssue[]): string {
  const value = env['TASK_QUEUE'] || 'espalier';
  if (value.length > 200 || value !== value.trim()) {
    const message = `is ${quote(value)}; expected at most 200 characters without blanks around them`;
    issues.push({ variable: 'TASK_QUEUE', message });
  }
  return value;
}

function readChoice<T extends string>(
  env: Environment,
  variable: string,
  choices: readonly T[],
  otherwise: T,
  issues: ConfigIssue[],
): T {
  const value = env[variable];
  if (!value) return otherwise;
  const choice = choices.find(known => known === value.toLowerCase());
  if (choice === undefined) {
    issues.push({ variable, message: `is ${quote(value)}; expected one of ${choices.join(', ')}` });
  }
  return choice ?? otherwise;
}

/** A list with commas between. */
function readChoices<T extends string>(
  env: Environment,
  variable: string,
  choices: readonly T[],
  issues: ConfigIssue[],
): readonly T[] {
  const names = (env[variable] ?? '').split(',').map(name => name.trim().toLowerCase());
  const unknown = names.filter(name => name !== '' && !choices.some(choice => choice === name));
  if (unknown.length > 0) {
    const message = `is ${quote(env[variable] ?? '')}; expected ${choices.join(', ')}, or some of them with commas between`;
    issues.push({ variable, message });
  }
  return choices.filter(choice => names.includes(choice));
}

/** As browsers write it: `http://localhost:8233`. */
function readOrigin(env: Environment, variable: string, issues: ConfigIssue[]): string | undefined {
  const value = env[variable];
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  issues.push({ variable, message: `is ${quote(value)}; expected an origin, such as http://localhost:8233` });
  return undefined;
}

function readAddress(env: Environment, variable: string, issues: ConfigIssue[]): string | undefined {
  const value = env[variable];
  if (!value) return undefined;
  const [, ip = '', port] = /^\[?([\d.]+|[\da-fA-F:.]+)\]?:(\d{1,5})$/.exec(value) ?? [];
  if (isIP(ip) === 0 || Number(port) > 65_535) {
    issues.push({ variable, message: `is ${quote(value)}; expected an IP address and a port, such as 0.0.0.0:9464` });
  }
  return value;
}

function readInteger(
  env: Environment,
  variable: string,
  least: number,
  most: number,
  issues: ConfigIssue[],
): number | undefined {
  const text = env[variable];
  if (!text) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  issues.push({ variable, message: `is ${quote(text)}; expected a whole number from ${least} to ${most}` });
  return undefined;
}

const quote = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
