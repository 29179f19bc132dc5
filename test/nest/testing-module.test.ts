import { Inject, Injectable, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { Espalier } from '../../src/client/espalier.js';
import type { InputOf } from '../../src/graph/contract.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import type { Ctx } from '../../src/step/ctx.js';
import { EspalierTestingModule } from '../../src/testing/espalier-testing-module.js';
import { catchLogs } from './logged.js';
import { offer, Prices, ShopModule } from './shop.js';

async function espalierOf(...include: readonly Type[]): Promise<Espalier> {
  const app = await Test.createTestingModule({ imports: [EspalierTestingModule.forRoot({ include })] }).compile();
  onTestFinished(() => app.close());
  return app.get(Espalier);
}
const input = { item: 'soap' };

test('a graph runs in this process with what is injected into its steps', async () => {
  const run = await (await espalierOf(ShopModule)).start(offer, { input });
  expect(await run.result()).toEqual({ text: 'soap: 4' });
});

test('what a test puts in place of a dependency, or of the steps themselves, is used', async () => {
  const builder = Test.createTestingModule({ imports: [EspalierTestingModule.forRoot({ include: [ShopModule] })] });
  const app = await builder
    .overrideProvider(Prices)
    .useValue({ centsOf: () => 700 })
    .compile();
  const run = await app.get(Espalier).start(offer, { input });
  expect(await run.result()).toEqual({ text: 'soap: 7' });
  await app.close();
});

describe('a whole application', () => {
  @Injectable()
  class Offers {
    constructor(@Inject(Espalier) private readonly espalier: Espalier) {}

    async textOf(item: string): Promise<string> {
      const run = await this.espalier.start(offer, { input: { item } });
      return (await run.result()).text;
    }
  }
  @Module({
    imports: [
      EspalierModule.forRoot({ address: 'localhost:1' }),
      ShopModule,
      EspalierModule.forWorker({ include: [ShopModule] }),
    ],
    providers: [Offers],
  })
  class AppModule {}

  test('runs without a server, its own forRoot and forWorker left as they are', async () => {
    const app = await EspalierTestingModule.override(Test.createTestingModule({ imports: [AppModule] })).compile();
    await app.init();
    expect(await app.get(Offers).textOf('tea')).toBe('tea: 3');
    await app.close();
  });
});

describe('runs', () => {
  test('are found by id and listed, latest first, page by page', async () => {
    const espalier = await espalierOf(ShopModule);
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await (await espalier.start(offer, { id, input })).result();
    expect(await espalier.run('b', offer).result()).toEqual({ text: 'soap: 4' });
    expect((await espalier.run('b').view()).nodes.map(({ at }) => at)).toEqual(['price', 'label']);
    expect(await espalier.find('c')).toMatchObject({ id: 'c', graph: 'offer', status: 'completed' });
    const first = await espalier.list({ graph: 'offer', status: 'completed', limit: 2 });
    expect(first.runs.map(({ id }) => id)).toEqual(['c', 'b']);
    const rest = await espalier.list({ limit: 2, ...(first.cursor !== undefined && { cursor: first.cursor }) });
    expect(rest).toMatchObject({ runs: [{ id: 'a' }] });
    expect(rest.cursor).toBeUndefined();
    expect((await espalier.list({ graph: 'other' })).runs).toEqual([]);
  });

  test('that are not there are not found', async () => {
    const espalier = await espalierOf();
    const run = espalier.run('nobody');
    await expect(run.result()).rejects.toMatchObject({ code: 'not_found' });
    await expect(run.cancel()).rejects.toMatchObject({ code: 'not_found' });
    await expect(run.watch()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'not_found' });
    await expect(espalier.find('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('are started once for an id and for an idempotency key', async () => {
    const espalier = await espalierOf(ShopModule);
    const run = await espalier.start(offer, { input, idempotencyKey: 'k' });
    expect((await espalier.start(offer, { input, idempotencyKey: 'k' })).id).toBe(run.id);
    const other = { input: { item: 'tea' }, idempotencyKey: 'k' };
    await expect(espalier.start(offer, other)).rejects.toMatchObject({ code: 'idempotency_conflict' });
    await expect(espalier.start(offer, { input, id: run.id })).rejects.toMatchObject({ code: 'already_started' });
    expect((await espalier.list()).runs).toHaveLength(1);
  });

  test('whose input is wrong, or whose steps are not there, are not started', async () => {
    const espalier = await espalierOf(ShopModule);
    const wrong = { input: { item: 5 as unknown as string } };
    await expect(espalier.start(offer, wrong)).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect((await espalier.list()).runs).toEqual([]);
    const empty = await espalierOf();
    await expect(empty.start(offer, { input })).rejects.toMatchObject({ code: 'step_not_here' });
  });

  test('of a document give JSON, those of a typed graph what code sees', async () => {
    const Day = z.codec(z.iso.date(), z.date(), {
      decode: s => new Date(s),
      encode: d => d.toISOString().slice(0, 10),
    });
    const next = step({ id: 'next', in: { day: Day }, out: { day: Day } });
    const days = graph({ id: 'days', in: { day: Day }, out: { day: Day } }, (g, i) => ({
      out: { day: g.run(next, { day: i.day }).day },
    }));
    @Steps()
    class Days {
      @Implements(next)
      next({ day }: InputOf<typeof next>) {
        return { day: new Date(day.getTime() + 86_400_000) };
      }
    }
    @Module({ providers: [Days] })
    class DaysModule {}
    const espalier = await espalierOf(DaysModule);
    const run = await espalier.start(days, { input: { day: new Date('2026-01-31') } });
    expect(await run.result()).toEqual({ day: new Date('2026-02-01') });
    expect(await espalier.run(run.id).result()).toEqual({ day: '2026-02-01' });
    const plain = await espalier.start(days.document, { input: { day: '2026-01-31' } });
    expect(await plain.result()).toEqual({ day: '2026-02-01' });
  });

  test('that go on when the application closes are cancelled, and their steps told', async () => {
    const sleep = step({ id: 'sleep', in: {}, out: {} });
    const sleeping = graph({ id: 'sleeping', in: {}, out: {} }, g => ({ out: {}, nodes: [g.run(sleep, {})] }));
    let heard: Promise<unknown> | undefined;
    @Steps()
    class Sleeping {
      @Implements(sleep)
      async sleep(_: object, { signal, log }: Ctx) {
        log.info('asleep', { deep: true });
        heard = new Promise(resolve => signal.addEventListener('abort', resolve));
        await heard;
      }
    }
    @Module({ providers: [Sleeping] })
    class SleepingModule {}
    const espalier = await espalierOf(SleepingModule);
    const logs = catchLogs();
    const run = await espalier.start(sleeping);
    await expect.poll(() => heard !== undefined, { timeout: 10_000 }).toBe(true);
    expect(logs).toContainEqual({ level: 'log', message: 'asleep', rest: [{ deep: true }, 'Espalier'] });
    await espalier.close();
    await heard;
    expect(await run.ended()).toBe('cancelled');
  });
});
