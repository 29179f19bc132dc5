import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../src/store/database/refusals.js';
import { opened, type Kind } from './registry-suite.js';

const refusal = (more: Partial<Refusal> = {}): Refusal => ({
  refusedAt: 1_795_411_283_580,
  at: 'grind.powder',
  kind: 'override',
  code: 'forbidden',
  message: 'it is protected',
  ...more,
});

/** What every database does with interventions that were refused. */
export function refusalsSuite(name: string, kind: Kind): void {
  describe(`refused interventions in ${name}`, () => {
    it('are kept by run, the latest first, as they were given', async () => {
      const { refusals } = await opened(await kind.fresh());
      const full = refusal({ run: 'r', graph: 'coffee', id: 'mine', by: 'ann', reason: "'; drop table graphs; --" });
      const odd = refusal({ run: 'r', id: 'a\0b', at: '\ud800', message: '😀'.repeat(5000) });
      await refusals.add([refusal({ run: 'other' }), refusal(), full]);
      await refusals.add([odd]);
      expect(await refusals.of('r', { limit: 10 })).toEqual([odd, full]);
      expect(await refusals.of('r', { limit: 1 })).toEqual([odd]);
      expect(await refusals.of('nobody', { limit: 10 })).toEqual([]);
    });

    it('are kept by thousands, and seen by everybody who has the database open', async () => {
      const target = await kind.fresh();
      const [one, other] = [await opened(target), await opened(target)];
      const many = Array.from({ length: 2001 }, (_, k) => refusal({ run: 'r', id: String(k) }));
      await one.refusals.add(many);
      await one.refusals.add([]);
      expect((await other.refusals.of('r', { limit: 5000 })).map(({ id }) => id)).toEqual(
        many.map(({ id }) => id).toReversed(),
      );
    });
  });
}
