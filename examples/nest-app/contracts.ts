import { graph, step } from 'espalier';
import { z } from 'zod';

const item = z.string().min(1);
const quantity = z.int().min(1).max(1000);

export const NewOrder = z.object({ item, quantity });
export type NewOrder = z.output<typeof NewOrder>;

export const reserve = step({ id: 'reserve', in: { item, quantity }, out: { shelf: z.string() } });
export const pack = step({ id: 'pack', in: { shelf: z.string(), quantity }, out: { parcel: z.string() } });
export const bill = step({ id: 'bill', in: { item, quantity }, out: { cents: z.int(), reference: z.string() } });

export const order = graph(
  { id: 'order', in: { item, quantity }, out: { parcel: z.string(), cents: z.int(), reference: z.string() } },
  (g, i) => {
    const reserved = g.run(reserve, { item: i.item, quantity: i.quantity });
    const packed = g.run(pack, { shelf: reserved.shelf, quantity: i.quantity });
    const billed = g.run(bill, { item: i.item, quantity: i.quantity });
    return {
      out: { parcel: packed.parcel, cents: billed.cents, reference: billed.reference },
      nodes: [reserved, packed, billed],
    };
  },
);
