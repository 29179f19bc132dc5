import { describe, expect, test } from 'vitest';
import { COMPOSE_TEXT, readCompose } from './compose-file.js';
import { COMPOSE_RULES, composeProblems } from './compose-rules.js';

describe('docker-compose.yml', () => {
  test.each(Object.entries(COMPOSE_RULES))('%s', (_, rule) => {
    expect(rule(readCompose())).toEqual([]);
  });
});

/** What is said of a mistake, and the mistake. */
const MISTAKES: readonly (readonly [says: string, from: string | RegExp, to: string])[] = [
  ['temporal: the tag of temporalio/server:latest', 'temporalio/server:1.32.0', 'temporalio/server:latest'],
  ['service: the tag of espalier:0.0.9', 'espalier:0.1.0', 'espalier:0.0.9'],
  ['postgresql: no health check in exec form', /test: \[CMD, pg_isready.*/, 'test: [CMD-SHELL, pg_isready]'],
  ['temporal-ui: restart is always', /(ui:2.54.1\n +restart:) unless-stopped/, '$1 always'],
  ['there is no postgres', 'postgresql: { condition', 'postgres: { condition'],
  [
    "temporal-schema can't be service_healthy",
    'schema: { condition: service_completed_successfully',
    'schema: { condition: service_healthy',
  ],
  [
    "temporal can't be service_completed",
    'temporal: { condition: service_healthy',
    'temporal: { condition: service_completed_successfully',
  ],
  ["temporal can't be undefined", 'temporal: { condition: service_healthy }', 'temporal: {}'],
  [
    'postgresql: waits for itself',
    /(image: postgres.*)/,
    '$1\n    depends_on: { worker: { condition: service_healthy } }',
  ],
  ['service: port 8080:8080 is open', '127.0.0.1:8080:8080', '8080:8080'],
  ['worker: ./examples/tea is not there', './examples/coffee:', './examples/tea:'],
  ['postgresql: postgres is not there', '- postgresql:/var', '- postgres:/var'],
  ['temporal: POSTGRES_PWD is readable', /POSTGRES_PWD: .*/, 'POSTGRES_PWD: espalier'],
  ['service: ESPALIER_DATABASE is readable', /postgres:\/\/espalier:.*@/, 'postgres://espalier:espalier@'],
  ['worker: nobody reads ESPALIER_METRIC', 'ESPALIER_METRICS:', 'ESPALIER_METRIC:'],
  ['LOG_FORMAT: neither set nor commented', 'LOG_FORMAT: json', 'LOG_LEVELS: info'],
  ['TASK_QUEUE differs', /(ESPALIER_METRICS: .*)/, '$1\n      TASK_QUEUE: other'],
  ['worker: data:/data is not mounted', /- data:\/data\n(.*examples)/, '- data:/blobs\n$1'],
  ['worker: killed after 40000 ms', /45s(\n\nvolumes)/, '40s$1'],
  ['service health: 8080/readyz instead of 8081/readyz', 'ESPALIER_PORT: 8080', 'ESPALIER_PORT: 8081'],
  ['service port: 8081 instead of 8080', '127.0.0.1:8080:8080', '127.0.0.1:8080:8081'],
  ['service host', 'ESPALIER_HOST: 0.0.0.0', 'ESPALIER_HOST: 127.0.0.1'],
  ['worker health', 'ESPALIER_METRICS: 0.0.0.0:9464', 'ESPALIER_METRICS: 0.0.0.0:9090'],
  ['UI port', '127.0.0.1:8233:8080', '127.0.0.1:8233:80'],
  ['UI health', ':8080/healthz', ':8088/healthz'],
  ['Temporal health', ':7243/', ':7233/'],
  ['Temporal of temporal-ui', /temporal:7233(\n.*UI_PORT)/, 'temporal:7243$1'],
  ['PostgreSQL of Temporal', 'POSTGRES_SEEDS: postgresql', 'POSTGRES_SEEDS: postgres'],
  ['PostgreSQL of the schema', 'SQL_PORT: 5432', 'SQL_PORT: 5433'],
  ['PostgreSQL of the service', '@postgresql:5432/', '@postgresql:5433/'],
];

describe('a mistake in docker-compose.yml is found', () => {
  test.each(MISTAKES)('%s', (says, from, to) => {
    const text = COMPOSE_TEXT.replace(from, to);
    expect(text).not.toBe(COMPOSE_TEXT);
    expect(composeProblems(readCompose(text)).join('\n')).toContain(says);
  });
});
