/** `EspalierModule` in applications with a worker, on a real server. */
import { join } from 'node:path';
import { setTimeout as work } from 'node:timers/promises';
import {
  Global,
  Inject,
  Injectable,
  Module,
  Scope,
  type DynamicModule,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { ModuleRef, NestFactory, REQUEST } from '@nestjs/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { Espalier } from '../../src/client/espalier.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import type { InputOf } from '../../src/graph/contract.js';
import { graph } from '../../src/graph/graph.js';
import { operate, override } from '../../src/graph/intervene.js';
import { step } from '../../src/graph/step.js';
import type { Intervention } from '../../src/intervention/intervention.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import { twoFreePorts } from '../../src/server/free-ports.js';
import { startServer } from '../../src/server/embedded.js';
import type { Ctx } from '../../src/step/ctx.js';
import { discount, offer, priceOf, ShopModule } from '../nest/shop.js';
import { openDatabase } from '../../src/store/database/open-database.js';
import { createEncryption } from '../../src/seal/encryption.js';
import { Live } from './harness.js';
import { openNamespace } from './own-namespace.js';
import { thrownBy } from './use-espalier.js';

const live = Live.use();

type Imports = readonly (Type | DynamicModule)[];
const root = (options: object = {}) =>
  EspalierModule.forRoot({ address: live.address, dataDir: live.dataDir, taskQueue: live.queue, ...options });
const worker = (include: readonly Type[], options: object = {}) =>
  EspalierModule.forWorker({ include, workflowBundle: { codePath: live.bundleFile }, ...options });

/** An application of these modules, closed after the test. */
async function boot(imports: Imports, providers: readonly Type[] = []) {
  @Module({ imports: [...imports], providers: [...providers] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  return app;
}

test('a run on a server uses what is injected into its steps', async () => {
  const app = await boot([root(), worker([ShopModule])]);
  const run = await app.get(Espalier).start(offer, { input: { item: 'soap' } });
  expect(await run.result()).toEqual({ text: 'soap: 4' });
});

test('a worker has the keys, the codecs and the database of the application', async () => {
  const keys = { of: async () => new Uint8Array(32) };
  const database = await openDatabase(join(live.dataDir, 'application.db'));
  onTestFinished(() => database.close());
  // Of its own: what is encrypted nobody else can list.
  const { name: namespace } = await openNamespace(live);
  const app = await boot([
    root({ namespace, keys, codecs: [createEncryption(keys, namespace)], database }),
    worker([ShopModule]),
  ]);
  const espalier = app.get(Espalier);
  const runner = await espalier.runner({ name: 'nested' });
  const fed = await runner.startWorkflow('w', offer);
  await fed.run({ item: 'soap' });
  await expect.poll(async () => (await fed.getWorkflow()).ended).toBe(1);
  expect(await fed.stop()).toMatchObject({ persisted: true });
  expect((await database.workflows(namespace).list({ runner: 'nested', id: 'w' })).length).toBeGreaterThan(0);
});

test('a worker has the operates and resolvers of its features', async () => {
  const app = await boot([root(), worker([ShopModule])]);
  const begin = async (intervention: Intervention) => {
    const run = await app.get(Espalier).start(offer, { input: { item: 'soap' }, interventions: [intervention] });
    return run.result();
  };
  const { cents } = offer.at.price.out;
  expect(await begin(operate(cents, discount, 50))).toEqual({ text: 'soap: 3.5' });
  expect(await begin(override(cents, priceOf({ letters: 7 })))).toEqual({ text: 'soap: 7' });
});

const who = step({ id: 'who', in: {}, out: { node: z.string(), made: z.int() } });
const whoTwice = graph({ id: 'whoTwice', in: {}, out: { one: z.string(), two: z.string() } }, g => {
  const one = g.run(who, {}, { as: 'one' });
  const two = g.run(who, {}, { as: 'two' });
  return { out: { one: one.node, two: two.node }, nodes: [one, two] };
});
const made: string[] = [];

@Injectable({ scope: Scope.REQUEST })
class Execution {
  constructor(@Inject(REQUEST) readonly ctx: Ctx) {
    made.push(ctx.address);
  }
}
@Steps()
class Who {
  constructor(private readonly execution: Execution) {}

  @Implements(who)
  who() {
    return { node: this.execution.ctx.address, made: made.length };
  }
}
@Module({ providers: [Execution, Who] })
class WhoModule {}

test('each execution of a step with request-scoped dependencies has its own, made from its ctx', async () => {
  const app = await boot([root(), worker([WhoModule])]);
  const run = await app.get(Espalier).start(whoTwice);
  expect(await run.result()).toEqual({ one: 'one', two: 'two' });
  expect(made.toSorted()).toEqual(['one', 'two']);
});

test('two applications in one process execute their own steps and stop on their own', async () => {
  const queue = `${live.queue}-other`;
  const shop = await boot([root(), worker([ShopModule])]);
  const other = await boot([root({ taskQueue: queue }), worker([WhoModule])]);
  const run = await other.get(Espalier).start(whoTwice);
  expect(await run.result()).toEqual({ one: 'one', two: 'two' });
  await other.close();
  const offered = await shop.get(Espalier).start(offer, { input: { item: 'tea' } });
  expect(await offered.result()).toEqual({ text: 'tea: 3' });
});

const save = step({ id: 'save', in: { n: z.int() }, out: { n: z.int() } });
const saveAll = graph({ id: 'saveAll', in: { n: z.int() }, out: { n: z.int() } }, (g, i) => {
  const nodes = Array.from({ length: 12 }, (_, k) => g.run(save, { n: i.n }, { as: `s${k}`, retry: { attempts: 1 } }));
  return { out: { n: nodes[11]?.n ?? 0 }, nodes };
});
/** Written to by all databases of a test. */
let rows: string[] = [];
let begun = 0;

@Injectable()
class Database implements OnModuleDestroy {
  private closed = false;

  write(row: string): void {
    if (this.closed) throw new Error('the database is closed');
    rows.push(row);
  }

  onModuleDestroy(): void {
    this.closed = true;
  }
}
@Module({ providers: [Database], exports: [Database] })
class DatabaseModule {}
@Global()
@Module({ providers: [Database], exports: [Database] })
class GlobalDatabaseModule {}

@Steps()
class Saving {
  constructor(private readonly modules: ModuleRef) {}

  @Implements(save)
  async save({ n }: InputOf<typeof save>, ctx: Ctx) {
    begun += 1;
    await work(300);
    this.modules.get(Database, { strict: false }).write(ctx.address);
    return { n };
  }
}
@Module({ providers: [Saving] })
class SavingModule {}
@Module({ imports: [DatabaseModule], providers: [Saving] })
class SavingWithDatabaseModule {}

describe('a worker drains before the database closes', () => {
  const few = { concurrency: 3 };
  test.each<[string, () => Imports, readonly Type[]]>([
    ['of a module that the included one imports', () => [root(), worker([SavingWithDatabaseModule], few)], []],
    ['of a module after it', () => [root(), worker([SavingModule], few), DatabaseModule], []],
    ['of the application itself', () => [root(), worker([SavingModule], few)], [Database]],
    ['of a global module', () => [GlobalDatabaseModule, root(), worker([SavingModule], few)], []],
  ])('%s', async (_, imports, providers) => {
    rows = [];
    begun = 0;
    const first = await boot(imports(), providers);
    const { id } = await first.get(Espalier).start(saveAll, { input: { n: 1 } });
    await expect.poll(() => begun, { interval: 10 }).toBeGreaterThanOrEqual(3);
    await first.close();
    expect(rows).toHaveLength(begun);
    expect(begun).toBeLessThan(12);
    const second = await boot(imports(), providers);
    expect(await second.get(Espalier).run(id, saveAll).result()).toEqual({ n: 1 });
    expect(rows.toSorted()).toEqual(Array.from({ length: 12 }, (_, k) => `s${k}`).toSorted());
  });
});

test('an application boots while no server answers, says so, and works when one comes', async () => {
  const [port] = await twoFreePorts();
  const address = `127.0.0.1:${port}`;
  const app = await boot([root({ address, callTimeout: 500 }), worker([ShopModule])]);
  const espalier = app.get(Espalier);
  expect(await thrownBy(espalier.start(offer, { input: { item: 'soap' } }))).toBeInstanceOf(NotReachableError);
  const server = await startServer({ headless: true, port });
  onTestFinished(() => server.stop());
  const run = await vi.waitFor(() => espalier.start(offer, { input: { item: 'soap' } }), { timeout: 30_000 });
  expect(await run.result()).toEqual({ text: 'soap: 4' });
  await app.close();
});

test('an application that still waits for a server closes at once', async () => {
  const [port] = await twoFreePorts();
  const app = await boot([root({ address: `127.0.0.1:${port}` }), worker([ShopModule])]);
  const began = Date.now();
  await app.close();
  expect(Date.now() - began).toBeLessThan(1000);
});

test('an application whose server went away closes all the same', async () => {
  const server = await startServer({ headless: true });
  onTestFinished(() => server.stop());
  const app = await boot([root({ address: server.address }), worker([ShopModule])]);
  const run = await app.get(Espalier).start(offer, { input: { item: 'soap' } });
  expect(await run.result()).toEqual({ text: 'soap: 4' });
  await server.stop();
  const began = Date.now();
  await app.close();
  expect(Date.now() - began).toBeLessThan(10_000);
});
