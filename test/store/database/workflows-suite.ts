import { describe, expect, it } from 'vitest';
import type { SavedWorkflow } from '../../../src/store/workflows.js';
import { opened, type Kind } from './registry-suite.js';

const digest = (of: string): string => of.repeat(64).slice(0, 64);
const saved = (more: Partial<SavedWorkflow> = {}): SavedWorkflow => ({
  ...{ runner: 'shop', id: 'o-1', start: digest('a'), digest: digest('1'), reason: 'idle' },
  ...{ at: 1000, execs: 5, accepted: 3, ended: 2, failed: 1, ...more },
});
const found = ({ execs: _, ...all }: SavedWorkflow): Omit<SavedWorkflow, 'execs'> => all;

/** What every database does for runners. */
export function workflowsSuite(name: string, kind: Kind): void {
  describe(`${name}: workflows of runners`, () => {
    const key = { runner: 'shop', id: 'o-1' };
    const all = async (digests: AsyncIterable<string>): Promise<readonly string[]> => {
      const there: string[] = [];
      for await (const each of digests) there.push(each);
      return [...new Set(there)].toSorted();
    };

    it('RN-10: the latest state is that of the latest time, whenever it was saved; each has a cursor', async () => {
      const target = await kind.fresh();
      const [{ workflows }, again] = [await opened(target), await opened(target)];
      const ours = workflows('ours');
      expect(await ours.find(key)).toBeUndefined();
      const late = await ours.save(saved({ at: 2000, digest: digest('2') }));
      const early = await ours.save(saved());
      expect(await ours.find(key)).toEqual({ ...found(saved({ at: 2000, digest: digest('2') })), cursor: late });
      expect(await again.workflows('ours').find(key, early)).toEqual({ ...found(saved()), cursor: early });
      // Of two of one moment the one is later after which more was done.
      await ours.save(saved({ id: 'o-2', digest: digest('4'), execs: 7 }));
      await ours.save(saved({ id: 'o-2', digest: digest('3'), execs: 6 }));
      expect(await ours.find({ ...key, id: 'o-2' })).toMatchObject({ digest: digest('4') });
      // The same once more is the same one; for another reason it is not.
      expect(await ours.save(saved())).toBe(early);
      const asked = await ours.save(saved({ reason: 'manual' }));
      expect((await ours.list(key)).map(({ cursor }) => cursor)).toEqual([late, asked, early]);
      for (const cursor of ['', 'x', '999999', `${late}0000000000000000`, '1; drop table workflow_snapshots']) {
        expect(await ours.find(key, cursor)).toBeUndefined();
      }
    });

    it('A6: one tenant, one runner and one workflow see nothing of another one', async () => {
      const { workflows } = await opened(await kind.fresh());
      const cursor = await workflows('ours').save(saved({ id: 'ö\u0000\uD800' }));
      expect(await workflows('ours').find({ runner: 'shop', id: 'ö\u0000\uD800' })).toMatchObject({
        id: 'ö\u0000\uD800',
      });
      expect(await workflows('theirs').find({ runner: 'shop', id: 'ö\u0000\uD800' }, cursor)).toBeUndefined();
      expect(await workflows('ours').find(key, cursor)).toBeUndefined();
      expect(await workflows('ours').find({ runner: 'other', id: 'ö\u0000\uD800' })).toBeUndefined();
      expect(await all(workflows('theirs').digests())).toEqual([]);
    });

    it('a start that is replaced takes what was saved of it along; nothing else is lost to garbage collection', async () => {
      const { workflows } = await opened(await kind.fresh());
      const ours = workflows('ours');
      for (const start of ['a', 'b', 'c']) await ours.begin({ ...key, start: digest(start), startedAt: 1 });
      await ours.begin({ ...key, start: digest('a'), startedAt: 2 });
      await ours.begin({ ...key, id: 'o-2', start: digest('d'), startedAt: 1 });
      await ours.save(saved());
      await ours.save(saved({ start: digest('b'), digest: digest('2') }));
      expect(await all(ours.digests())).toEqual(['1', '2', 'a', 'b', 'c', 'd'].map(digest));
      await ours.forget({ ...key, start: digest('c') });
      await ours.replace({ ...key, start: digest('b') });
      expect(await all(ours.digests())).toEqual(['2', 'b', 'd'].map(digest));
      expect(await ours.list(key)).toMatchObject([{ start: digest('b') }]);
      // One that was held up, and one that had been replaced, say so late.
      await ours.begin({ ...key, start: digest('e'), startedAt: 3 });
      for (const late of ['b', 'a']) await ours.replace({ ...key, start: digest(late) });
      expect(await all(ours.digests())).toEqual(['2', 'b', 'd', 'e'].map(digest));
    });
  });
}
