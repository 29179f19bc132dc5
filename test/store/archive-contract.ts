import { describe, expect, it } from 'vitest';
import { CONTINUED, type Archive, type ArchivedLink } from '../../src/store/archive.js';
import { digestOf } from '../../src/value/digest.js';

/** A link that differs from all others; a later number is a later time. */
const link = (number: number, more: Partial<ArchivedLink> = {}): ArchivedLink => ({
  run: `r-${number}`,
  link: 0,
  execution: `execution-${String(number).padStart(4, '0')}`,
  graph: 'coffee',
  status: 'completed',
  startedAt: 1_795_411_283_580 + number,
  closedAt: 1_795_411_284_000 + number,
  events: 11,
  digest: digestOf(number),
  ...more,
});

/** An empty archive, a second one on the same rows, and one of another tenant. */
export interface Archives {
  readonly archive: Archive;
  readonly again: Archive;
  readonly other: Archive;
}

/** What every archive does. */
export function archiveContract(name: string, create: () => Promise<Archives>): void {
  const idsOf = (links: readonly ArchivedLink[]): string[] => links.map(({ execution }) => execution);
  const all = async (archive: Archive): Promise<ArchivedLink[]> => {
    const found: ArchivedLink[] = [];
    for await (const each of archive.links()) found.push(each);
    return found;
  };

  describe(`${name} as an archive`, () => {
    it('gives back what was put, whatever is in it, to everybody who has it open', async () => {
      const { archive, again } = await create();
      const odd = link(2, { run: "a\0'\ud800😀", graph: 'Ä', overridden: true, forkedFrom: 'b\0', link: 7 });
      for (const each of [link(1), odd, link(1, { events: 12 })]) await archive.put(each);
      expect(await again.get(odd.execution)).toEqual(odd);
      expect(await again.latest(odd.run)).toEqual(odd);
      expect(await again.get(link(1).execution)).toEqual(link(1, { events: 12 }));
      expect([await again.get('none'), await again.latest('none')]).toEqual([undefined, undefined]);
      expect(await again.has([...idsOf([link(1), odd, link(3)])])).toEqual(new Set(idsOf([link(1), odd])));
    });

    it('knows the last link of the latest run of an id', async () => {
      const { archive } = await create();
      const chain = [link(1), link(2, { link: 1 }), link(3, { link: 2 })].map(each => ({ ...each, run: 'r' }));
      for (const each of chain.toReversed()) await archive.put(each);
      expect(await archive.latest('r')).toEqual(chain[2]);
      await archive.put(link(4, { run: 'r' }));
      expect(await archive.latest('r')).toEqual(link(4, { run: 'r' }));
    });

    it('lists last links page by page, the latest first, also of one moment', async () => {
      const { archive } = await create();
      const many = Array.from({ length: 30 }, (_, k) => link(k, { startedAt: 1000 + Math.floor(k / 7) }));
      const others = [link(50, { status: CONTINUED }), link(51, { graph: 'tea' }), link(52, { status: 'failed' })];
      for (const each of [...many, ...others, link(53, { overridden: true })]) await archive.put(each);
      const listed: ArchivedLink[] = [];
      const wanted = { graph: 'coffee', status: 'completed', limit: 8 };
      for (let page = await archive.runs(wanted); page.length > 0;) {
        listed.push(...page);
        const after = page.at(-1);
        page = await archive.runs({ ...wanted, ...(after && { after }) });
      }
      expect(idsOf(listed)).toEqual(idsOf([link(53), ...many.toReversed()]));
      expect(idsOf(await archive.runs({ overridden: true, limit: 9 }))).toEqual(idsOf([link(53)]));
      expect(idsOf(await archive.runs({ status: 'failed', limit: 9 }))).toEqual(idsOf([link(52)]));
      expect(idsOf(await archive.runs({ graph: 'tea', limit: 9 }))).toEqual(idsOf([link(51)]));
    });

    it('gives all of hundreds, and remembers how far it has come', async () => {
      const { archive, again } = await create();
      const many = Array.from({ length: 501 }, (_, k) => link(k, { status: k % 2 ? CONTINUED : 'failed' }));
      await Promise.all(many.map(each => archive.put(each)));
      expect(idsOf(await all(again)).toSorted()).toEqual(idsOf(many));
      expect(await archive.closedUntil()).toBe(0);
      for (const time of [5, 9, 7]) await archive.setClosedUntil(time);
      expect(await again.closedUntil()).toBe(9);
    });

    it('shows a tenant nothing of another one', async () => {
      const { archive, other } = await create();
      await archive.put(link(1));
      await archive.setClosedUntil(5);
      await other.put(link(1, { run: 'theirs' }));
      expect(await archive.get(link(1).execution)).toEqual(link(1));
      expect(await other.latest('r-1')).toBeUndefined();
      expect(idsOf(await other.runs({ limit: 9 }))).toHaveLength(1);
      expect([(await all(other)).length, await other.closedUntil()]).toEqual([1, 0]);
      expect((await other.has([link(1).execution, link(2).execution])).size).toBe(1);
    });
  });
}
