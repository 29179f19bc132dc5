/** What must hold in docker-compose.yml. A rule gives one line for each place where it does not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../src/config/variables.js';
import { workerSettings } from '../../workers/worker-settings.js';
import { asked, endsByItself, ROOT, serviceOf, type Compose, type Service } from './compose-file.js';

type Rule = (compose: Compose) => readonly string[];

const OURS = ['service', 'worker'];

/** Variables of ours that have no place in a container, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ESPALIER_CACHE: 'with TEMPORAL_ADDRESS no Temporal program is fetched',
  XDG_CACHE_HOME: 'as ESPALIER_CACHE',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'OTEL_EXPORTER_OTLP_ENDPOINT says it too',
  OTEL_TRACES_EXPORTER: 'as OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  NO_COLOR: 'there is no terminal, so output is plain',
  CI: 'as NO_COLOR',
  HISTORY_EVENTS_LIMIT: 'for tests',
};

export const COMPOSE_RULES: Readonly<Record<string, Rule>> = {
  'images have exact versions': perService((name, { image = '', build }) => {
    const tag = image.split(':')[1] ?? '';
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
    const fits = build === undefined ? /^\d+\.\d+(\.\d+)?(-[a-z]+)?$/.test(tag) : tag === version;
    return fits ? [] : [`${name}: the tag of ${image} says no version`];
  }),

  'what stays has a health check in exec form': perService((name, service) => {
    if (endsByItself(service)) return [];
    const [form, program] = service.healthcheck?.test ?? [];
    return form === 'CMD' && program ? [] : [`${name}: no health check in exec form`];
  }),

  'what stays is started again, what ends is tried again': perService((name, service) =>
    endsByItself(service) || service.restart === 'unless-stopped' ? [] : [`${name}: restart is ${service.restart}`],
  ),

  'whatever is waited for can come true': compose =>
    Object.entries(compose.services).flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).flatMap(([other, wait]) => waitProblem(compose, name, other, wait?.condition)),
    ),

  'nothing waits for itself': compose =>
    Object.keys(compose.services).flatMap(name => (reaches(compose, name, name) ? [`${name}: waits for itself`] : [])),

  'ports are published on loopback only': perService((name, { ports = [] }) =>
    ports.filter(port => !/^127\.0\.0\.1:\d+:\d+$/.test(port)).map(port => `${name}: port ${port} is open`),
  ),

  'mounted files exist, volumes are declared': compose =>
    perService((name, { volumes = [] }) =>
      volumes.flatMap(volume => {
        const [source = ''] = volume.split(':');
        const there = source.startsWith('.') ? existsSync(join(ROOT, source)) : source in compose.volumes;
        return there ? [] : [`${name}: ${source} is not there`];
      }),
    )(compose),

  'no password is written down': perService((name, { environment = {} }) =>
    Object.entries(environment).flatMap(([variable, value]) => {
      const secret = /(PASSWORD|PWD|SECRET|KEY)$/.test(variable)
        ? value
        : /:\/\/[^/@:]*:(.*)@/.exec(String(value))?.[1];
      return secret === undefined || /^\$\{\w+:\?.*\}$/.test(String(secret))
        ? []
        : [`${name}: ${variable} is readable`];
    }),
  ),

  'variables of ours are known': compose =>
    OURS.flatMap(name =>
      Object.keys(serviceOf(compose, name).environment ?? {})
        .filter(variable => !variable.startsWith('TEMPORAL_') && !VARIABLES.some(known => known.name === variable))
        .map(variable => `${name}: nobody reads ${variable}`),
    ),

  'every variable of ours is set, commented, or has no place here': compose =>
    VARIABLES.flatMap(({ name }) => {
      const set = OURS.some(service => name in (serviceOf(compose, service).environment ?? {}));
      const commented = new RegExp(`^\\s*# ${name}:`, 'm').test(compose.text);
      return set || commented || name in ELSEWHERE ? [] : [`${name}: neither set nor commented`];
    }),

  'service and worker share what they must share': compose => {
    const [service, worker] = OURS.map(name => serviceOf(compose, name));
    const same = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TASK_QUEUE', 'ESPALIER_DATA', 'ESPALIER_DATABASE'].filter(
      variable => service?.environment?.[variable] !== worker?.environment?.[variable],
    );
    const data = `data:${worker?.environment?.['ESPALIER_DATA']}`;
    const apart = OURS.filter(name => !serviceOf(compose, name).volumes?.includes(data));
    return [...same.map(variable => `${variable} differs`), ...apart.map(name => `${name}: ${data} is not mounted`)];
  },

  'a worker may drain before it is killed': compose => {
    const { shutdownForceTime = 0 } = workerSettings({});
    const grace = Number(/^(\d+)s$/.exec(serviceOf(compose, 'worker').stop_grace_period ?? '')?.[1] ?? 0) * 1000;
    return grace > Number(shutdownForceTime)
      ? []
      : [`worker: killed after ${grace} ms, drains ${shutdownForceTime} ms`];
  },

  'ports fit together': portProblems,
};

/** All that is wrong, each with its rule. */
export const composeProblems = (compose: Compose): readonly string[] =>
  Object.entries(COMPOSE_RULES).flatMap(([rule, check]) => check(compose).map(problem => `${rule}: ${problem}`));

function perService(check: (name: string, service: Service) => readonly string[]): Rule {
  return ({ services }) => Object.entries(services).flatMap(([name, service]) => check(name, service));
}

function waitProblem(compose: Compose, name: string, other: string, condition?: string): readonly string[] {
  const service = compose.services[other];
  if (!service) return [`${name}: there is no ${other}`];
  if (condition === 'service_healthy' && service.healthcheck) return [];
  if (condition === 'service_completed_successfully' && endsByItself(service)) return [];
  return [`${name}: ${other} can't be ${condition}`];
}

function reaches({ services }: Compose, from: string, to: string, seen = new Set<string>()): boolean {
  return Object.keys(services[from]?.depends_on ?? {}).some(next => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches({ services } as Compose, next, to, seen);
  });
}

function portProblems(compose: Compose): readonly string[] {
  const of = (name: string, variable: string): string => String(serviceOf(compose, name).environment?.[variable]);
  const ends = (name: string): readonly string[] =>
    (serviceOf(compose, name).ports ?? []).map(port => `${port.split(':')[2]}`);
  const expected: readonly (readonly [what: string, found: string, wanted: string])[] = [
    ['service health', asked(serviceOf(compose, 'service')), `${of('service', 'ESPALIER_PORT')}/readyz`],
    ['service port', ends('service').join(), of('service', 'ESPALIER_PORT')],
    ['service host', of('service', 'ESPALIER_HOST'), '0.0.0.0'],
    ['worker health', `0.0.0.0:${asked(serviceOf(compose, 'worker'))}`, `${of('worker', 'ESPALIER_METRICS')}/metrics`],
    ['UI health', asked(serviceOf(compose, 'temporal-ui')), `${of('temporal-ui', 'TEMPORAL_UI_PORT')}/healthz`],
    ['UI port', ends('temporal-ui').join(), of('temporal-ui', 'TEMPORAL_UI_PORT')],
    ['Temporal health', asked(serviceOf(compose, 'temporal')), '7243/api/v1/cluster-info'],
    ...['service', 'worker', 'temporal-ui', 'temporal-namespace'].map(
      name => [`Temporal of ${name}`, of(name, 'TEMPORAL_ADDRESS'), 'temporal:7233'] as const,
    ),
    ['PostgreSQL of Temporal', `${of('temporal', 'POSTGRES_SEEDS')}:${of('temporal', 'DB_PORT')}`, 'postgresql:5432'],
    [
      'PostgreSQL of the schema',
      `${of('temporal-schema', 'SQL_HOST')}:${of('temporal-schema', 'SQL_PORT')}`,
      'postgresql:5432',
    ],
    ['PostgreSQL of the service', /@([^/]+)\//.exec(of('service', 'ESPALIER_DATABASE'))?.[1] ?? '', 'postgresql:5432'],
  ];
  return expected.flatMap(([what, found, wanted]) =>
    found === wanted ? [] : [`${what}: ${found} instead of ${wanted}`],
  );
}
