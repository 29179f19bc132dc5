/** An environment variable that this program reads: one row of the table in the documents. */
export interface Variable {
  readonly name: string;
  /** What holds when it is unset or empty, in words where it is not a fixed text; empty when there is nothing. */
  readonly default: string;
  readonly meaning: string;
}

/** Every variable `readConfig` reads, in the order of the documents. A test compares the two. */
export const VARIABLES: readonly Variable[] = [
  {
    name: 'ESPALIER_DATA',
    default: './.espalier',
    meaning: 'Data folder: Temporal database, blobs, server.json, lock.',
  },
  {
    name: 'ESPALIER_CACHE',
    default: '$XDG_CACHE_HOME/espalier, ~/.cache/espalier, on macOS ~/Library/Caches/espalier',
    meaning: 'Folder in which the downloaded Temporal CLI is kept.',
  },
  { name: 'XDG_CACHE_HOME', default: '~/.cache', meaning: 'Parent of the default of ESPALIER_CACHE, not on macOS.' },
  {
    name: 'ESPALIER_DATABASE',
    default: 'espalier.db in the data folder',
    meaning: 'Where graphs and their versions are kept: a postgres:// URL, or the path of a SQLite file.',
  },
  {
    name: 'ESPALIER_BLOBS',
    default: 'blobs in the data folder',
    meaning: 'Where large values lie: a folder, or s3://bucket/prefix?endpoint=…&region=…&pathStyle=true.',
  },
  {
    name: 'ESPALIER_HOST',
    default: '127.0.0.1',
    meaning: 'Address the service listens on; it asks nobody who they are, so think before you open it.',
  },
  { name: 'ESPALIER_PORT', default: '8080', meaning: 'Port of the service; 0 takes a free one.' },
  {
    name: 'ESPALIER_METRICS',
    default: '',
    meaning: 'IP address and port at which a worker tells its metrics to Prometheus; without it nowhere.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: '',
    meaning: 'URL of a collector of OpenTelemetry, to which serve, worker and dev then send spans.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    default: '',
    meaning: 'The same, for spans alone, with its path.',
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    default: 'otlp if one of these two is set',
    meaning: 'otlp, console or none.',
  },
  {
    name: 'ESPALIER_KEY_FILE',
    default: 'keys in the data folder',
    meaning: 'Keys that seal contexts and payloads: a JSON file, by tenant 32 bytes in base64.',
  },
  {
    name: 'ESPALIER_CODEC',
    default: '',
    meaning: 'What payloads go through before Temporal keeps them: compress, encrypt, or both with a comma between.',
  },
  {
    name: 'ESPALIER_UI_ORIGIN',
    default: '',
    meaning: 'Origin of the Temporal UI, which may then have the service decode payloads.',
  },
  {
    name: 'ESPALIER_ARCHIVE',
    default: '30',
    meaning: 'Seconds between two looks of the service for links of runs to be archived; 0: it archives none.',
  },
  {
    name: 'TEMPORAL_ADDRESS',
    default: '',
    meaning: 'Address of a Temporal server that runs already; without it the embedded one is used.',
  },
  { name: 'TEMPORAL_NAMESPACE', default: 'default', meaning: 'Namespace on that server.' },
  { name: 'TASK_QUEUE', default: 'espalier', meaning: 'Task queue of the worker and of the runs that are started.' },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'trace, debug, info, warn or error.' },
  { name: 'LOG_FORMAT', default: 'text', meaning: 'text, or json: one object per line.' },
  { name: 'NO_COLOR', default: '', meaning: 'Set to anything: no colours and no spinners.' },
  { name: 'CI', default: '', meaning: 'Set, but not to 0 or false: plain output, as with NO_COLOR.' },
  {
    name: 'HISTORY_EVENTS_LIMIT',
    default: '',
    meaning:
      "Number of history events after which a run continues as new, instead of the server's suggestion; for tests.",
  },
];
