import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childEnvironment, ConfigError, readConfig, type Environment } from '../../src/config/config.js';
import { VARIABLES } from '../../src/config/variables.js';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({}, 'linux')).toEqual({
      dataDir: resolve('.espalier'),
      cacheDir: join(homedir(), '.cache', 'espalier'),
      database: resolve('.espalier/espalier.db'),
      blobs: resolve('.espalier/blobs'),
      host: '127.0.0.1',
      port: 8080,
      temporalAddressSet: false,
      temporalNamespaceSet: false,
      taskQueue: 'espalier',
      logLevel: 'info',
      logFormat: 'text',
      tracing: false,
      codecs: [],
      archiveEvery: 30_000,
      noColor: false,
      ci: false,
    });
  });

  it('takes what is set', () => {
    const env = {
      ESPALIER_DATA: '/srv/espalier',
      ESPALIER_CACHE: '/srv/cache',
      ESPALIER_DATABASE: 'postgres://espalier@db/espalier',
      ESPALIER_BLOBS: 's3://bucket/espalier',
      ESPALIER_HOST: '0.0.0.0',
      ESPALIER_PORT: '0',
      ESPALIER_METRICS: '0.0.0.0:9464',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      ESPALIER_KEY_FILE: '/run/keys.json',
      ESPALIER_CODEC: 'Encrypt, compress',
      ESPALIER_UI_ORIGIN: 'http://127.0.0.1:8233/',
      ESPALIER_ARCHIVE: '5',
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: 'acme',
      TASK_QUEUE: 'mill',
      LOG_LEVEL: 'WARN',
      LOG_FORMAT: 'json',
      NO_COLOR: '1',
      CI: 'true',
      HISTORY_EVENTS_LIMIT: '50',
    };
    expect(readConfig(env)).toEqual({
      dataDir: '/srv/espalier',
      cacheDir: '/srv/cache',
      database: 'postgres://espalier@db/espalier',
      blobs: 's3://bucket/espalier',
      host: '0.0.0.0',
      port: 0,
      metricsAddress: '0.0.0.0:9464',
      tracing: true,
      keyFile: '/run/keys.json',
      codecs: ['compress', 'encrypt'],
      uiOrigin: 'http://127.0.0.1:8233',
      archiveEvery: 5000,
      temporalAddressSet: true,
      temporalNamespaceSet: true,
      taskQueue: 'mill',
      logLevel: 'warn',
      logFormat: 'json',
      noColor: true,
      ci: true,
      historyEventsLimit: 50,
    });
  });

  it('counts an empty variable as unset', () => {
    const empty = Object.fromEntries(VARIABLES.map(({ name }) => [name, '']));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it.each([
    ['lib/graphs.db', resolve('lib/graphs.db')],
    ['file:///srv/graphs.db', '/srv/graphs.db'],
    ['sqlite:/srv/graphs.db', '/srv/graphs.db'],
    ['postgresql://u:p@h:5432/d?sslmode=require', 'postgresql://u:p@h:5432/d?sslmode=require'],
  ])('takes ESPALIER_DATABASE=%s', (text, database) => {
    expect(readConfig({ ESPALIER_DATABASE: text }).database).toBe(database);
  });

  it.each([
    ['', resolve('data/blobs')],
    ['lib/blobs', resolve('lib/blobs')],
    ['file:///srv/blobs', '/srv/blobs'],
    ['s3://bucket/a?region=eu-west-1', 's3://bucket/a?region=eu-west-1'],
  ])('takes ESPALIER_BLOBS=%s', (text, blobs) => {
    expect(readConfig({ ESPALIER_DATA: 'data', ESPALIER_BLOBS: text }).blobs).toBe(blobs);
  });

  it.each([
    ['ESPALIER_CODEC', 'zip', /expected compress, encrypt/],
    ['ESPALIER_CODEC', 'compress;encrypt', /expected compress, encrypt/],
    ['ESPALIER_UI_ORIGIN', 'localhost:8233', /expected an origin/],
    ['ESPALIER_UI_ORIGIN', 'http://localhost:8233/ui', /expected an origin/],
    ['ESPALIER_UI_ORIGIN', '*', /expected an origin/],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, true],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, false],
  ])('says of %j whether spans are wanted', (env, tracing) => {
    expect(readConfig(env).tracing).toBe(tracing);
  });

  it.each(['[::1]:9464', '127.0.0.1:0'])('takes ESPALIER_METRICS=%s', value => {
    expect(readConfig({ ESPALIER_METRICS: value }).metricsAddress).toBe(value);
  });

  it.each(['9464', 'localhost:9464', '127.0.0.1', '0.0.0.0:70000', '1.2.3:9464'])(
    'refuses ESPALIER_METRICS=%s, which the SDK would not understand',
    value => {
      expect(() => readConfig({ ESPALIER_METRICS: value })).toThrow(/expected an IP address and a port/);
    },
  );

  it('puts the cache where the system has its caches', () => {
    expect(readConfig({ XDG_CACHE_HOME: '/x' }, 'linux').cacheDir).toBe('/x/espalier');
    expect(readConfig({ XDG_CACHE_HOME: '/x' }, 'darwin').cacheDir).toBe(join(homedir(), 'Library/Caches/espalier'));
  });

  it.each(['0', 'false', 'False'])('does not take CI=%s for a CI', value => {
    expect(readConfig({ CI: value }).ci).toBe(false);
  });

  it('reports all problems at once, with name, value and expectation', () => {
    const read = (): unknown =>
      readConfig({ LOG_LEVEL: 'loud', ESPALIER_PORT: '80a', HISTORY_EVENTS_LIMIT: '5o', TASK_QUEUE: ' q' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow('LOG_LEVEL is "loud"; expected one of trace, debug, info, warn, error');
    expect(read).toThrow('ESPALIER_PORT is "80a"; expected a whole number from 0 to 65535');
    expect(read).toThrow('HISTORY_EVENTS_LIMIT is "5o"; expected a whole number from 10 to 40000');
    expect(read).toThrow('TASK_QUEUE is " q"; expected at most 200 characters without blanks around them');
  });

  it.each(['9', '40001', '-50', '50.5', '1e2', ' 50', '0x32'])('refuses HISTORY_EVENTS_LIMIT=%j', value => {
    expect(() => readConfig({ HISTORY_EVENTS_LIMIT: value })).toThrow(ConfigError);
  });
});

describe('VARIABLES', () => {
  it('lists exactly what readConfig reads', () => {
    const read = new Set<string>();
    const recording = new Proxy<Environment>({}, { get: (_, name) => void read.add(String(name)) });
    readConfig(recording, 'linux');
    expect(VARIABLES.map(({ name }) => name).toSorted()).toEqual([...read].toSorted());
  });
});

describe('childEnvironment', () => {
  it('keeps loaders of this process and addresses of other servers from the programs we start', () => {
    const env = {
      PATH: '/bin',
      NODE_OPTIONS: '--import tsx',
      TEMPORAL_ADDRESS: 'a:1',
      TEMPORAL_PROFILE: 'p',
      X: undefined,
    };
    expect(childEnvironment(env)).toEqual({ PATH: '/bin' });
  });
});
