import { Global, Injectable, Module, Scope, type DynamicModule, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import type { InputOf } from '../../src/graph/contract.js';
import { discover, hostsOf } from '../../src/nest/discover.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import type { Ctx } from '../../src/step/ctx.js';
import { impl } from '../../src/step/impl.js';
import { EspalierTestingModule } from '../../src/testing/espalier-testing-module.js';
import { catchLogs, type Logged } from './logged.js';
import { discount, label, labelling, offer, price, priceOf, Prices, Pricing, ShopModule } from './shop.js';

/** An application with one worker that includes these, on no server; booted as far as `compile`. */
async function compiled(include: readonly (Type | DynamicModule)[], imports: readonly (Type | DynamicModule)[] = []) {
  const worker = EspalierModule.forWorker({ include, taskQueue: 'main' });
  const root = EspalierModule.forRoot({ address: 'localhost:1' });
  const builder = Test.createTestingModule({ imports: [root, ...imports, worker] });
  // The testing builder quiets the logger that the test listens to.
  const app = await EspalierTestingModule.override(builder)
    .setLogger(false as never)
    .compile();
  onTestFinished(() => app.close());
  return app;
}
const found = (app: TestingModule) => discover(hostsOf(app.get(ModulesContainer)));
/** From `compile` on: that is when the testing builder puts its own logger in place. */
async function logsOfBoot(app: Promise<TestingModule>): Promise<readonly Logged[]> {
  const booting = await app;
  const logs = catchLogs();
  await booting.init();
  return logs;
}
const names = async (app: TestingModule) => (await found(app)).steps.map(({ name }) => name);

@Steps()
class OtherPricing {
  @Implements(price)
  cost() {
    return { cents: 1 };
  }
}
@Module({ providers: [OtherPricing] })
class OtherShopModule {}

describe('two implementations of a step stop the boot', () => {
  test('naming both classes and methods', async () => {
    const app = await compiled([ShopModule, OtherShopModule]);
    await expect(app.init()).rejects.toMatchObject({
      code: 'duplicate_id',
      message:
        'step "price" has two implementations, Pricing.price of ShopModule and OtherPricing.cost of OtherShopModule; keep one',
    });
  });

  test('also when one is a plain function', async () => {
    const app = await compiled([
      EspalierModule.forFeature({
        steps: [
          impl(price, function cheap() {
            return { cents: 1 };
          }),
        ],
      }),
      ShopModule,
    ]);
    await expect(app.init()).rejects.toMatchObject({
      message: 'step "price" has two implementations, Pricing.price of ShopModule and cheap of forFeature; keep one',
    });
  });

  test('saying so when one class is a provider of two modules', async () => {
    @Module({ providers: [Prices, Pricing] })
    class KitchenModule {}
    const app = await compiled([ShopModule, KitchenModule]);
    await expect(app.init()).rejects.toMatchObject({
      message: expect.stringMatching(
        /Pricing\.price of \w+ and Pricing\.price of \w+; provide the class in one module and/,
      ),
    });
  });
});

test('what several modules import and export counts once, and so does an implementation given twice', async () => {
  @Module({ imports: [ShopModule], exports: [ShopModule] })
  class ShelfModule {}
  const forShop = EspalierModule.forFeature({
    steps: [labelling],
    graphs: [offer],
    operates: [discount],
    resolvers: [priceOf],
  });
  @Module({ imports: [ShopModule, ShelfModule, forShop] })
  class CounterModule {}
  const app = await compiled([CounterModule, ShelfModule, ShopModule]);
  await app.init();
  const { steps, graphs, operates, resolvers } = await found(app);
  expect([operates, resolvers]).toEqual([[discount], [priceOf]]);
  expect(steps.map(({ contract }) => contract.id).toSorted()).toEqual(['label', 'price']);
  expect(graphs).toEqual([offer]);
});

test('a worker has the steps of what it includes, of global modules only when they are listed', async () => {
  @Global()
  @Module({ imports: [OtherShopModule], providers: [] })
  class EverywhereModule {}
  @Module({ providers: [Prices] })
  class PlainModule {}
  expect(await names(await compiled([PlainModule], [EverywhereModule, ShopModule]))).toEqual([]);
  expect(await names(await compiled([EverywhereModule]))).toEqual(['OtherPricing.cost']);
});

test('inherited methods are steps, and a method that is overridden is the one that is called', async () => {
  abstract class Base {
    abstract readonly cents: number;

    @Implements(price)
    price() {
      return { cents: this.cents };
    }
  }
  @Steps()
  class Derived extends Base {
    readonly cents = 5;

    override price() {
      return { cents: this.cents * 2 };
    }
  }
  @Module({
    providers: [
      { provide: 'pricing', useClass: Derived },
      { provide: 'again', useExisting: 'pricing' },
    ],
  })
  class DerivedModule {}
  const { steps } = await found(await compiled([DerivedModule]));
  expect(steps.map(({ name }) => name)).toEqual(['Derived.price']);
  expect(await steps[0]?.body({}, {} as Ctx)).toEqual({ cents: 10 });
});

describe('a provider made for one execution', () => {
  @Injectable({ scope: Scope.REQUEST })
  class Basket {
    readonly items: string[] = [];
  }
  @Steps()
  class ByRequest {
    constructor(private readonly basket: Basket) {}

    @Implements(label)
    label({ item }: InputOf<typeof label>) {
      this.basket.items.push(item);
      return { text: this.basket.items.join() };
    }
  }
  @Steps({ scope: Scope.TRANSIENT })
  class Transient {
    private calls = 0;

    @Implements(price)
    price() {
      this.calls += 1;
      return { cents: this.calls };
    }
  }

  test('is new for each, whether it is itself of that scope or what it depends on is', async () => {
    @Module({ providers: [Basket, ByRequest, Transient] })
    class FreshModule {}
    const { steps } = await found(await compiled([FreshModule]));
    const call = (index: number, input: object) => steps[index]?.body({ ...input }, {} as Ctx);
    const results = [];
    for (const item of ['a', 'b']) results.push(await call(0, { item, cents: 1 }), await call(1, { item }));
    expect(results).toEqual([{ text: 'a' }, { cents: 1 }, { text: 'b' }, { cents: 1 }]);
  });

  test('is that of its own module, should another one provide the same class', async () => {
    @Module({})
    class ShelfModule {}
    const shelf = (items: readonly string[]): DynamicModule => ({
      module: ShelfModule,
      providers: [ByRequest, { provide: Basket, useFactory: () => ({ items: [...items] }), scope: Scope.REQUEST }],
    });
    const modules = [shelf(['first']), shelf(['second'])];
    const app = await compiled(
      [],
      modules.map(module => EspalierModule.forWorker({ include: [module] })),
    );
    const texts = [];
    for (const host of hostsOf(app.get(ModulesContainer))) {
      for (const { body } of (await discover([host])).steps) texts.push(await body({ item: 'x' }, {} as Ctx));
    }
    expect(texts).toEqual([{ text: 'first,x' }, { text: 'second,x' }]);
  });
});

describe('at boot the log says', () => {
  test('which queues the worker has, with which steps', async () => {
    const queued = graph({ id: 'queued', in: { item: z.string() }, out: {} }, (g, i) => {
      g.cluster('mill', { queue: 'mill' }, g => g.run(price, { item: i.item }));
      return { out: {} };
    });
    const logs = await logsOfBoot(compiled([ShopModule, EspalierModule.forFeature({ graphs: [queued] })]));
    expect(logs.map(({ message }) => message)).toContain(
      [
        'a worker for 2 queues',
        '  queue  steps',
        '  main   label, price (Pricing.price)',
        '  mill   label, price (Pricing.price)',
      ].join('\n'),
    );
  });

  test('which nodes of which graph need a step that is not here, and where they wait', async () => {
    const logs = await logsOfBoot(compiled([EspalierModule.forFeature({ graphs: [offer], steps: [labelling] })]));
    expect(logs).toContainEqual({
      level: 'warn',
      message: 'graph offer: step "price" of price is not implemented here; it waits for another worker on main',
      rest: ['Espalier'],
    });
  });

  test('which class has @Implements, but is no @Steps()', async () => {
    @Injectable()
    class Forgotten {
      @Implements(price)
      price() {
        return { cents: 1 };
      }
    }
    @Module({ providers: [Forgotten] })
    class ForgottenModule {}
    const logs = await logsOfBoot(compiled([ForgottenModule]));
    expect(logs).toContainEqual({
      level: 'warn',
      message: 'Forgotten.price: has @Implements, but Forgotten has no @Steps()',
      rest: ['Espalier'],
    });
  });
});
