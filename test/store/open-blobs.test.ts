import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../src/store/blob-store.js';
import { parseBlobTarget, tenantFolder } from '../../src/store/blob-target.js';
import { openBlobs } from '../../src/store/open-blobs.js';
import { listOf } from './contract.js';

const hostile = fc.oneof(
  fc.string({
    minLength: 1,
    maxLength: 12,
    unit: fc.constantFrom('a', 'A', 'b', '.', '/', '\\', '!', '-', '\0', 'ß', '4'),
  }),
  fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme' }),
);

describe('the folder of a tenant', () => {
  it('A6: is one name that leads nowhere else', () => {
    fc.assert(
      fc.property(hostile, tenant => {
        const folder = tenantFolder(tenant);
        expect(folder).toMatch(/^[a-z0-9_!-]{1,255}$/);
        expect(dirname(resolve('/target', folder))).toBe('/target');
      }),
    );
  });

  it('A6: differs for two tenants, also where case does not count', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        fc.pre(one !== other);
        expect(tenantFolder(one).toLowerCase()).not.toBe(tenantFolder(other).toLowerCase());
      }),
      {
        numRuns: 1000,
        examples: [
          ['a', 'A'],
          ['!61', 'a'],
          ['!', '!21'],
          ['x'.repeat(151), `${'x'.repeat(150)}y`],
        ],
      },
    );
  });

  it.each([
    ['default', 'default'],
    ['my_team-2', 'my_team-2'],
    ['..', '!2e!2e'],
    ['Team/A', '!54eam!2f!41'],
  ])('%j is called %s', (tenant, folder) => {
    expect(tenantFolder(tenant)).toBe(folder);
  });

  it.each(['', '\ud800', 'a\udfffb'])('%j is refused', tenant => {
    expect(() => tenantFolder(tenant)).toThrow(expect.objectContaining({ code: 'invalid_tenant' }));
  });
});

describe('the target of blobs', () => {
  it.each([
    ['lib/blobs', { kind: 'folder', dir: resolve('lib/blobs') }],
    ['/srv/blobs', { kind: 'folder', dir: '/srv/blobs' }],
    ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '', pathStyle: false }],
    ['s3://bucket/', { kind: 's3', bucket: 'bucket', prefix: '', pathStyle: false }],
    ['s3://my.bucket/a/B_c/', { kind: 's3', bucket: 'my.bucket', prefix: 'a/B_c/', pathStyle: false }],
    [
      's3://bucket/a?endpoint=http://127.0.0.1:9000&region=eu-west-1&pathStyle=true',
      {
        ...{ kind: 's3', bucket: 'bucket', prefix: 'a/', pathStyle: true },
        ...{ endpoint: 'http://127.0.0.1:9000', region: 'eu-west-1' },
      },
    ],
  ])('%s is taken', (target, parsed) => {
    expect(parseBlobTarget(target)).toEqual(parsed);
  });

  it.each([
    ...['', 'gs://bucket/a', 's3://', 's3://Bucket', 's3://b', 's3://me:secret@bucket/a', 's3://bucket/a/../b'],
    ...['s3://bucket/a//b', 's3://bucket/a b', 's3://bucket/.', 's3://bucket?pathStyle=yes', 's3://bucket?region='],
    ...['s3://bucket?endpoint=bucket.local', 's3://bucket?endpoint=http://me:secret@h', 's3://bucket?Region=x'],
  ])('%j is refused, without telling a password', target => {
    const error = expect.objectContaining({ code: 'invalid_store', message: expect.not.stringContaining('secret') });
    expect(() => parseBlobTarget(target)).toThrow(error);
  });
});

describe('openBlobs', () => {
  const bytes = Buffer.from('of one tenant');
  const digest = digestOf(bytes);

  it('A6: shows a tenant nothing of the others, whatever they are called', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'espalier-tenants-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const target = join(dir, 'blobs');
    await (await openBlobs(target, 'a')).put(digest, bytes);
    for (const tenant of ['A', '..', '../blobs/a', './a', 'a/', 'a\0', '/', '.', 'a/..', '!61', `${target}/a`]) {
      const store = await openBlobs(target, tenant);
      expect(await store.get(digest)).toBeUndefined();
      expect(await listOf(store)).toEqual([]);
      await store.put(digest, bytes);
      expect(await store.delete(digest)).toBe(true);
    }
    expect(await readdir(dir)).toEqual(['blobs']);
    expect(await (await openBlobs(target, 'a')).get(digest)).toEqual(bytes);
  });
});
