import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Who may import whom. A room may import itself and what stands here: other rooms, and packages by name (`node:` for Node's
 * own). `type:` in front allows types only. What is not here is not allowed.
 */
const PURE = ['value', 'schema', 'expression', 'document', 'plan', 'intervention', 'engine', 'run'] as const;
const before = (room: (typeof PURE)[number]): readonly string[] => PURE.slice(0, PURE.indexOf(room));

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  value: [],
  schema: before('schema'),
  expression: before('expression'),
  document: [...before('document'), 'yaml'],
  plan: before('plan'),
  intervention: before('intervention'),
  engine: before('engine'),
  run: before('run'),
  graph: [...before('engine'), 'zod'],
  step: [...PURE, 'graph', 'seal', 'store', 'zod'],
  seal: ['value', 'schema', 'document', 'plan', 'config', 'node:', '@temporalio/common', '@temporalio/proto'],
  store: [
    ...['value', 'document', 'node:', 'kysely', 'libsql', 'pg', '@temporalio/common', '@temporalio/proto'],
    // Both only where blobs lie in S3, by dynamic import.
    ...['@aws-sdk/client-s3', '@aws-sdk/lib-storage'],
  ],
  // By dynamic import, for who asks for it.
  tracing: ['value', '@opentelemetry/api'],
  protocol: ['value', 'document', 'plan', 'intervention', 'engine'],
  local: [...PURE, 'graph', 'seal', 'step', 'store'],
  client: [
    ...PURE,
    'graph',
    'step',
    'seal',
    'store',
    'protocol',
    'tracing',
    'config',
    'server',
    // Its entry opens a runner, which is made of it.
    'runner',
    'node:',
    '@temporalio/client',
    '@temporalio/common',
    '@temporalio/proto',
    '@temporalio/envconfig',
    'zod',
  ],
  runner: [
    ...PURE,
    'graph',
    'step',
    'seal',
    'store',
    'protocol',
    'client',
    'node:',
    '@temporalio/common',
    '@temporalio/proto',
  ],
  // Of the client only types.
  workspace: ['value', 'document', 'plan', 'intervention', 'run', 'graph', 'step', 'store', 'local', 'client', 'node:'],
  server: ['value', 'config', 'node:', '@temporalio/client'],
  config: ['value', 'node:'],
  log: ['config'],
  // Its client is on top of the schemas, as `client` is on top of Temporal.
  // Of a runner types, and what its names may be.
  api: [...PURE, 'step', 'store', 'client', 'runner', 'node:', 'zod', 'eventsource-parser'],
  service: [
    ...[...PURE, 'graph', 'step', 'store', 'client', 'runner', 'tracing', 'config', 'log', 'api', 'node:', 'zod'],
    ...['@nestjs/common', '@nestjs/core', '@nestjs/platform-fastify', '@nestjs/swagger'],
    ...['prom-client', 'reflect-metadata'],
  ],
  cli: [
    ...PURE,
    'graph',
    'step',
    'store',
    'protocol',
    'local',
    'client',
    'runner',
    'config',
    'server',
    'log',
    'api',
    'service',
    'workers',
    'node:',
    'commander',
    'listr2',
    'picocolors',
    'tsx',
    // By dynamic import, for who asks for it.
    '@opentelemetry/sdk-node',
  ],
  nest: [
    ...['value', 'plan', 'graph', 'step', 'client', 'config', 'log', 'node:'],
    // Both only where a worker is launched, by dynamic import.
    ...['workers', '@temporalio/worker'],
    ...['@nestjs/common', '@nestjs/core'],
  ],
  testing: [
    ...[
      'value',
      'document',
      'plan',
      'intervention',
      'run',
      'graph',
      'step',
      'local',
      'client',
      'server',
      'seal',
      'store',
      'nest',
    ],
    ...['@nestjs/common', '@nestjs/core'],
  ],
  'workers/workflows': [...PURE, 'protocol', '@temporalio/workflow', '@temporalio/common'],
  'workers/activities': [
    ...PURE,
    'step',
    'graph',
    'seal',
    'store',
    'protocol',
    'local',
    'tracing',
    '@temporalio/activity',
    '@temporalio/client',
    '@temporalio/common',
    'node:',
  ],
  workers: [
    ...PURE,
    'graph',
    'step',
    'seal',
    'store',
    'protocol',
    'tracing',
    'config',
    'log',
    'workers/activities',
    'node:',
    '@temporalio/worker',
    '@temporalio/common',
    '@temporalio/envconfig',
  ],
  // The package's front door.
  src: [...PURE, 'graph', 'step', 'local'],
};

const root = resolve(import.meta.dirname, '../..');
const sources = ['src', 'workers'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file)),
);
const IMPORT =
  /(?:^|[\n;])\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'|\bimport\('([^']+)'\)/g;

function roomOf(file: string): string {
  const [top = '', next = ''] = file.split('/');
  if (top === 'src') return next.endsWith('.ts') ? 'src' : next;
  return next === 'workflows' || next === 'activities' ? `workers/${next}` : 'workers';
}

function importsOf(file: string): { readonly from: string; readonly room: string }[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...text.matchAll(IMPORT)].map(match => {
    const from = match[2] ?? match[3] ?? '';
    if (from.startsWith('.')) return { from, room: roomOf(relative(root, resolve(root, dirname(file), from))) };
    if (from.startsWith('node:')) return { from, room: 'node:' };
    return {
      from,
      room: from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/'),
    };
  });
}

describe('who may import whom', () => {
  test('every import is on the list', () => {
    const wrong = sources.flatMap(file => {
      const room = roomOf(file);
      return importsOf(file)
        .filter(found => found.room !== room && !ALLOWED[room]?.includes(found.room))
        .map(found => `${file} imports ${found.from}: ${room} may not import ${found.room}`);
    });
    expect(wrong).toEqual([]);
  });

  test('the list has no line for a room that is not there', () => {
    const rooms = new Set(sources.map(roomOf));
    expect(Object.keys(ALLOWED).filter(room => !rooms.has(room))).toEqual([]);
  });

  test('only config reads the environment', () => {
    const readers = sources.filter(file => /process\.env\b/.test(readFileSync(join(root, file), 'utf8')));
    expect(readers.filter(file => roomOf(file) !== 'config')).toEqual([]);
  });
});
