import { graph, impl, step, StepError } from 'espalier';
import { z } from 'zod';

const total = step({
  id: 'total',
  in: { price: z.number(), quantity: z.int() },
  options: { vat: z.number().default(0.2) },
  out: { total: z.number() },
  pure: true,
});
const check = step({ id: 'check', in: { quantity: z.int() }, out: { quantity: z.int() } });
const receipt = step({
  id: 'receipt',
  in: { customer: z.string(), quantity: z.int(), total: z.number() },
  out: { text: z.string() },
});

/** One order. What is too much for the stock gets a total, and no receipt. */
export const orders = graph(
  {
    id: 'orders',
    title: 'Orders of a day',
    in: { customer: z.string(), price: z.number(), quantity: z.int().default(1) },
    out: { total: z.number(), receipt: z.string() },
  },
  (g, { customer, price, quantity }) => {
    const sum = g.run(total, { price, quantity });
    const checked = g.run(check, { quantity });
    const written = g.run(receipt, { customer, quantity: checked.quantity, total: sum.total });
    return { out: { total: sum.total, receipt: written.text }, nodes: [sum, checked, written] };
  },
);

export const steps = [
  impl(total, ({ price, quantity }, { options }) => ({ total: price * quantity * (1 + options.vat) })),
  impl(check, ({ quantity }) => {
    if (quantity > 10) throw new StepError('out_of_stock', `only 10 are in stock, not ${quantity}`);
    return { quantity };
  }),
  impl(receipt, order => ({ text: `${order.quantity} for ${order.customer}: ${order.total.toFixed(2)}` })),
];
