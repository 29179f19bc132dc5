/** A small shop as its users would write it: what the tests of Nest work with. */
import { Injectable, Module } from '@nestjs/common';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { defineOperate } from '../../src/graph/operate.js';
import { defineResolver } from '../../src/graph/resolver.js';
import { step } from '../../src/graph/step.js';
import type { InputOf } from '../../src/graph/contract.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import { impl } from '../../src/step/impl.js';

export const price = step({ id: 'price', in: { item: z.string() }, out: { cents: z.int() } });
export const label = step({ id: 'label', in: { item: z.string(), cents: z.int() }, out: { text: z.string() } });

export const offer = graph({ id: 'offer', in: { item: z.string() }, out: { text: z.string() } }, (g, i) => {
  const priced = g.run(price, { item: i.item });
  const labelled = g.run(label, { item: i.item, cents: priced.cents });
  return { out: { text: labelled.text }, nodes: [priced, labelled] };
});

@Injectable()
export class Prices {
  centsOf(item: string): number {
    return item.length * 100;
  }
}

@Steps()
export class Pricing {
  // By its metadata, as users do.
  constructor(private readonly prices: Prices) {}

  @Implements(price)
  price({ item }: InputOf<typeof price>) {
    return { cents: this.prices.centsOf(item) };
  }
}

export const labelling = impl(label, ({ item, cents }) => ({ text: `${item}: ${cents / 100}` }));

export const discount = defineOperate({
  name: 'discount',
  port: z.int(),
  data: z.int(),
  uses: { inner: true, data: true },
  merge: (cents, less) => cents - less,
});
export const priceOf = defineResolver({
  name: 'priceOf',
  args: { letters: z.int() },
  value: z.int(),
  resolve: ({ letters }) => letters * 100,
});

@Module({
  imports: [
    EspalierModule.forFeature({ graphs: [offer], steps: [labelling], operates: [discount], resolvers: [priceOf] }),
  ],
  providers: [Prices, Pricing],
  exports: [Pricing],
})
export class ShopModule {}
