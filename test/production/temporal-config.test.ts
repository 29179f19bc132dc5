import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/names.js';
import { serverArguments } from '../../src/server/server-arguments.js';
import { COMPOSE_TEXT, readCompose, ROOT, serviceOf } from './compose-file.js';

const FOLDER = join(ROOT, 'temporal-config');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** What the embedded server is started with: `--name=key=value`, values as they are written. */
function embedded(name: string): Readonly<Record<string, string>> {
  const flags = serverArguments({ databaseFile: 'db', namespace: 'default', port: 1 });
  const pairs = flags.filter(flag => flag.startsWith(`--${name}=`)).map(flag => flag.split('=').slice(1));
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
}

describe('dynamic-config.yaml', () => {
  const config = parse(read('dynamic-config.yaml')) as Readonly<Record<string, readonly { readonly value: unknown }[]>>;
  const values = Object.fromEntries(Object.entries(config).map(([key, [only]]) => [key, JSON.stringify(only?.value)]));

  test('sets what the embedded server is started with, and eager execution of steps', () => {
    expect(values).toEqual({ ...embedded('dynamic-config-value'), 'system.enableActivityEagerExecution': 'true' });
  });

  test('has one value without constraints for each key', () => {
    expect(Object.values(config).map(entries => entries.map(entry => Object.keys(entry)))).toEqual(
      Object.values(config).map(() => [['value']]),
    );
  });
});

describe('setup-namespace.sh', () => {
  const [, list = ''] = /for attribute in (.*); do/.exec(read('setup-namespace.sh')) ?? [];
  const added = Object.fromEntries(list.split(' ').map(attribute => attribute.split(':')));

  test('adds the search attributes of our runs', () => {
    expect(added).toEqual(SEARCH_ATTRIBUTES);
    expect(added).toEqual(embedded('search-attribute'));
  });
});

describe('docker-compose.yml', () => {
  test('starts every script of temporal-config, and Temporal with its dynamic configuration', () => {
    for (const name of readdirSync(FOLDER)) expect(COMPOSE_TEXT).toContain(`/etc/temporal/espalier/${name}`);
    for (const name of ['temporal', 'temporal-schema', 'temporal-namespace']) {
      expect(serviceOf(readCompose(), name).volumes).toContain('./temporal-config:/etc/temporal/espalier:ro');
    }
  });
});

test.each(readdirSync(FOLDER).filter(name => name.endsWith('.sh')))('%s stops at the first failure', name => {
  expect(read(name)).toMatch(/^#!\/bin\/sh\n/);
  expect(read(name)).toMatch(/^set -eu$/m);
});
