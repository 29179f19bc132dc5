import * as fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Document } from '../../../src/document/document.js';
import { openDatabase, type Database } from '../../../src/store/database/open-database.js';
import type { Connection } from '../../../src/store/database/tables.js';
import { digestOf } from '../../../src/value/digest.js';
import type { Json } from '../../../src/value/json.js';
import { anyJson, anyText } from '../../value/any-json.js';
import { ALL, expectSound, put, titled } from './graph-documents.js';
import { startPutter } from './putters.js';

/** What the suite needs of a kind of database. */
export interface Kind {
  /** The target of an empty database. */
  fresh(): Promise<string>;
  /** The same database without the registry. */
  connect(target: string): Connection | Promise<Connection>;
}

/** Opens the database until the test ends. */
export async function opened(target: string): Promise<Database> {
  const database = await openDatabase(target);
  onTestFinished(() => database.close());
  return database;
}

/** What every database does. */
export function registrySuite(name: string, kind: Kind): void {
  const open = async (): Promise<Database> => opened(await kind.fresh());

  describe(`graphs in ${name}`, () => {
    it('keeps every version, numbers them, and points to the one put last', async () => {
      const { graphs } = await open();
      const before = Date.now();
      const first = await graphs.put(titled('coffee', 'one'), 'plan-1', 'ann');
      const second = await graphs.put(titled('coffee', 'two'), 'plan-2', 'bob');

      expect([first.change, second.change]).toEqual(['created', 'updated']);
      const hash = digestOf(titled('coffee', 'one') as unknown as Json);
      expect(first.entry).toMatchObject({
        id: 'coffee',
        hash,
        version: 1,
        title: 'one',
        plan: 'plan-1',
        createdBy: 'ann',
      });
      expect(first.entry.createdAt).toBeGreaterThanOrEqual(before);
      expect(first.entry.createdAt).toBeLessThanOrEqual(Date.now());
      expect(await graphs.get('coffee')).toEqual({ ...second.entry, document: titled('coffee', 'two') });
      expect(await graphs.get('coffee', hash)).toEqual({ ...first.entry, document: titled('coffee', 'one') });
      expect(await graphs.versions('coffee', ALL)).toEqual([second.entry, first.entry]);
    });

    it('says who changed what: an older version put again is a change, the current one is none', async () => {
      const { graphs } = await open();
      const one = await graphs.put(titled('coffee', 'one'), 'plan', 'ann');
      const two = await graphs.put(titled('coffee', 'two'), 'plan', 'bob');
      expect(await graphs.put(titled('coffee', 'one'), 'plan', 'cy')).toEqual({ entry: one.entry, change: 'updated' });
      expect(await graphs.put(titled('coffee', 'one'), 'plan', 'dan')).toEqual({
        entry: one.entry,
        change: 'unchanged',
      });
      await put(graphs, titled('coffee', 'three'));

      expect((await expectSound(graphs, 'coffee')).map(({ title }) => title)).toEqual(['one', 'two', 'three']);
      const [, third, ...older] = await graphs.changes('coffee', ALL);
      expect(third).toMatchObject({ seq: 3, by: 'cy', graph: 'coffee', from: two.entry.hash, to: one.entry.hash });
      expect(older.map(({ by, from }) => [by, from])).toEqual([
        ['bob', one.entry.hash],
        ['ann', undefined],
      ]);
    });

    it('lists names in the order of code points, in pages', async () => {
      const { graphs } = await open();
      const ids = ['B', 'Z', 'Zebra', 'a', 'a-b', 'aB', 'a_b', 'ab', 'b', 'z'];
      for (const id of ids.toReversed()) await put(graphs, titled(id, 'old'));
      for (const id of ids) await put(graphs, titled(id, 'new'));

      const listed: string[] = [];
      for (;;) {
        const page = await graphs.list({ limit: 3, ...(listed.length > 0 && { after: listed.at(-1) ?? '' }) });
        expect(page.every(({ title, version }) => title === 'new' && version === 2)).toBe(true);
        listed.push(...page.map(({ id }) => id));
        if (page.length < 3) break;
      }
      expect(listed).toEqual(ids);
    });

    it('gives versions and changes in pages, newest first', async () => {
      const { graphs } = await open();
      for (const title of ['one', 'two', 'three', 'four']) await put(graphs, titled('coffee', title));
      const numbers = async (before?: number): Promise<readonly number[]> => {
        const page = { limit: 2, ...(before !== undefined && { before }) };
        const [versions, changes] = [await graphs.versions('coffee', page), await graphs.changes('coffee', page)];
        expect(changes.map(({ seq }) => seq)).toEqual(versions.map(({ version }) => version));
        return versions.map(({ version }) => version);
      };
      expect(await numbers()).toEqual([4, 3]);
      expect(await numbers(3)).toEqual([2, 1]);
      expect(await numbers(1)).toEqual([]);
      expect(await numbers(Number.MAX_SAFE_INTEGER)).toEqual([4, 3]);
    });

    it('takes any text for an id, an author or a hash for what it is', async () => {
      const { graphs } = await open();
      const ids = ["'; drop table graphs; --", '"', '%', '_', '\\', '$1', '?', '__proto__', '', 'a\0b', '\ud800', '😀'];
      for (const id of ids)
        expect([await graphs.get(id), await graphs.get('coffee', id)]).toEqual([undefined, undefined]);
      for (const id of ids) await graphs.put(titled(id, id), 'plan', id);
      for (const id of ids) expect(await graphs.get(id)).toMatchObject({ id, title: id, createdBy: id, version: 1 });
      for (const id of ids) expect(await graphs.changes(id, ALL)).toMatchObject([{ graph: id, by: id }]);
      expect((await graphs.list(ALL)).map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(await graphs.get('x'.repeat(100_000))).toBeUndefined();
    });

    it('gives any JSON back as it went in, keys in their order', async () => {
      const { graphs } = await open();
      const text = (document: unknown): string => JSON.stringify(document);
      const property = fc.asyncProperty(anyJson, anyText, async (value, title) => {
        const document = { nodes: { z: { sleep: 1, in: { value: { value } } } }, title, in: {}, id: 'any' } as Document;
        const { hash } = await put(graphs, document);
        expect(text((await graphs.get('any', hash))?.document)).toBe(text(document));
      });
      await fc.assert(property, { seed: 4, numRuns: 60 });
    });

    it('keeps a document of 5 MB', async () => {
      const { graphs } = await open();
      const document = titled('large', 'é'.repeat(2_500_000));
      await put(graphs, document);
      expect((await graphs.get('large'))?.document).toEqual(document);
    });

    it('acknowledges the same document put many times at once as one version', async () => {
      const { graphs } = await open();
      const results = await Promise.all(
        Array.from({ length: 20 }, () => graphs.put(titled('coffee', 'one'), 'plan', 'ann')),
      );
      expect(results.map(({ change }) => change).sort()).toEqual(['created', ...Array<string>(19).fill('unchanged')]);
      expect(new Set(results.map(({ entry }) => JSON.stringify(entry))).size).toBe(1);
      expect(await expectSound(graphs, 'coffee')).toHaveLength(1);
    });

    it('is seen alike by everybody who has the database open', async () => {
      const target = await kind.fresh();
      const [one, other] = [await opened(target), await opened(target)];
      const { hash } = await put(one.graphs, titled('coffee', 'one'));
      expect((await other.graphs.get('coffee'))?.hash).toBe(hash);
      await put(other.graphs, titled('coffee', 'two'));
      expect((await one.graphs.list(ALL)).map(({ title }) => title)).toEqual(['two']);
    });
  });

  describe(`several processes on ${name}`, () => {
    it('open an empty database at the same moment', async () => {
      const target = await kind.fresh();
      const databases = await Promise.all(Array.from({ length: 8 }, () => opened(target)));
      await Promise.all(databases.map(({ graphs }, index) => put(graphs, titled('coffee', `number ${index}`))));
      for (const { graphs } of databases) expect(await expectSound(graphs, 'coffee')).toHaveLength(8);
    });

    it('open an empty database and put versions of one graph at once: every one is kept, in one order', async () => {
      const target = await kind.fresh();
      const putters = await Promise.all(['a', 'b', 'c'].map(letter => startPutter(target, letter, 40)));
      for (const putter of putters) putter.begin();
      expect(await Promise.all(putters.map(({ ended }) => ended))).toEqual([0, 0, 0]);

      const acknowledged = putters.flatMap(putter => putter.acknowledged);
      expect(acknowledged).toHaveLength(120);
      const { graphs } = await opened(target);
      const versions = await expectSound(graphs, 'shared');
      expect(versions.map(({ title }) => title).sort()).toEqual([...acknowledged].sort());
    });

    it('lose nothing that was acknowledged when one is killed in the middle', async () => {
      const target = await kind.fresh();
      const putter = await startPutter(target, 'killed', 1_000_000);
      putter.begin();
      await vi.waitFor(() => expect(putter.acknowledged.length).toBeGreaterThan(20), { timeout: 20_000, interval: 5 });
      putter.kill();
      expect(await putter.ended).toBeNull();

      const { graphs } = await opened(target);
      await put(graphs, titled('shared', 'after'));
      const titles = (await expectSound(graphs, 'shared')).map(({ title }) => title);
      expect(titles.slice(0, putter.acknowledged.length)).toEqual(putter.acknowledged);
    });
  });

  describe(`opening ${name}`, () => {
    it('finds what was put before, and answers a ping', async () => {
      const target = await kind.fresh();
      const before = await openDatabase(target);
      const { hash } = await put(before.graphs, titled('coffee', 'one'));
      await before.close();
      await expect(before.ping()).rejects.toMatchObject({ code: expect.stringMatching(/^database_/) as string });
      const { graphs, ping } = await opened(target);
      await ping();
      expect((await graphs.get('coffee'))?.hash).toBe(hash);
    });

    it('refuses a database that a newer program has changed, and leaves it as it is', async () => {
      const target = await kind.fresh();
      await (await openDatabase(target)).close();
      const { kysely } = await kind.connect(target);
      onTestFinished(() => kysely.destroy());
      await sql`insert into espalier_migrations (name, at) values ('9999-later', 1)`.execute(kysely);

      await expect(openDatabase(target)).rejects.toMatchObject({
        code: 'database_newer',
        message: expect.stringContaining('9999-later') as string,
      });
      await sql`delete from espalier_migrations where name = '9999-later'`.execute(kysely);
      await (await opened(target)).ping();
    });

    it('says `database_error` with its cause when a table is not as it should be, and stores nothing', async () => {
      const target = await kind.fresh();
      const { graphs } = await opened(target);
      await put(graphs, titled('coffee', 'one'));
      const { kysely } = await kind.connect(target);
      onTestFinished(() => kysely.destroy());
      await sql`alter table graph_changes rename to elsewhere`.execute(kysely);
      await expect(put(graphs, titled('coffee', 'two'))).rejects.toMatchObject({
        code: 'database_error',
        cause: { message: expect.stringContaining('graph_changes') as string },
      });
      await sql`alter table elsewhere rename to graph_changes`.execute(kysely);
      expect(await expectSound(graphs, 'coffee')).toHaveLength(1);
    });
  });
}
