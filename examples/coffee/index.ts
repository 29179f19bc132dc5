import { defineOperate, defineResolver, graph, impl, step } from 'espalier';
import { z } from 'zod';

const grind = step({
  id: 'grind',
  in: { beans: z.number().describe('grams') },
  out: { powder: z.number() },
  options: { ratio: z.number().default(1) },
  pure: true,
});

const brew = step({
  id: 'brew',
  in: { powder: z.number(), water: z.number().describe('millilitres') },
  out: { coffee: z.string() },
  options: { style: z.string().default('espresso') },
});

export const coffee = graph(
  {
    id: 'coffee',
    title: 'Two steps to a cup',
    in: { beans: z.number(), water: z.number() },
    out: { coffee: z.string() },
  },
  (g, i) => {
    const ground = g.run(grind, { beans: i.beans });
    const cup = g.run(brew, { powder: ground.powder, water: i.water }, { options: { style: 'latte' } });
    return { out: { coffee: cup.coffee }, nodes: [ground, cup] };
  },
);

export const steps = [
  impl(grind, ({ beans }, ctx) => {
    ctx.log.info(`grinding ${beans} g`);
    return { powder: beans * ctx.options.ratio };
  }),
  impl(brew, ({ powder, water }, ctx) => {
    ctx.log.info(`brewing ${ctx.options.style} with ${powder} g and ${water} ml`);
    return { coffee: `Cup of ${ctx.options.style} with ${water}ml` };
  }),
];

/** `grind.powder` with kind `stronger` and value 5: 5 g more than the mill gives. */
export const stronger = defineOperate({
  name: 'stronger',
  port: z.number(),
  data: z.number(),
  uses: { inner: true, data: true },
  merge: (powder, more) => powder + more,
});

/** How much water a cup takes, asked for when something needs it. */
const cupSize = defineResolver({
  name: 'cupSize',
  args: { cup: z.enum(['small', 'large']).default('small') },
  value: z.number(),
  resolve: ({ cup }) => (cup === 'small' ? 200 : 300),
});

export const operates = [stronger];
export const resolvers = [cupSize];
