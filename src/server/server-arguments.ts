import { LOOPBACK } from './free-ports.js';

/** What the arguments of `temporal` depend on. */
export interface ServerSettings {
  readonly databaseFile: string;
  readonly namespace: string;
  readonly port: number;
  /** Absent: without the web page. */
  readonly uiPort?: number;
  /**
   * `normal` (default) keeps everything acknowledged over any crash of a process; `full` also over a power cut, as SQLite
   * promises, and costs about 3 ms per step.
   */
  readonly synchronous?: 'normal' | 'full';
  /** Over ours. */
  readonly dynamicConfig?: Readonly<Record<string, number | string>>;
}

/** Stock settings poll 20 times a second, round timers to 1 s and wait 1 s between continue-as-new runs. */
const TUNING: Readonly<Record<string, number | string>> = {
  'history.transferProcessorMaxPollRPS': 5000,
  'history.timerProcessorMaxPollRPS': 5000,
  'history.visibilityProcessorMaxPollRPS': 5000,
  'history.timerProcessorMaxTimeShift': '5ms',
  'history.workflowIdReuseMinimalInterval': '0s',
};

/** What our runs can be searched by. */
const SEARCH_ATTRIBUTES = { EspalierStatus: 'Keyword', EspalierOverridden: 'Bool', EspalierRunner: 'Keyword' };

/** The arguments of `temporal` for a development server on one SQLite file, tuned for fast steps. */
export function serverArguments(settings: ServerSettings): string[] {
  const { databaseFile, namespace, port, uiPort, synchronous = 'normal', dynamicConfig = {} } = settings;
  return [
    'server',
    'start-dev',
    `--ip=${LOOPBACK}`,
    `--port=${port}`,
    `--namespace=${namespace}`,
    `--db-filename=${databaseFile}`,
    '--sqlite-pragma=journal_mode=wal',
    `--sqlite-pragma=synchronous=${synchronous}`,
    ...(uiPort === undefined ? ['--headless'] : [`--ui-port=${uiPort}`, '--ui-disable-news-fetch']),
    ...Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `--search-attribute=${name}=${type}`),
    ...Object.entries({ ...TUNING, ...dynamicConfig }).map(
      ([key, value]) => `--dynamic-config-value=${key}=${JSON.stringify(value)}`,
    ),
  ];
}
