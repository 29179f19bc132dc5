import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import type { Launch, LaunchWorker } from '../../src/nest/launch-worker.js';
import { LAUNCH } from '../../src/nest/worker-module.js';
import { offer } from './shop.js';

afterEach(() => vi.unstubAllEnvs());

@Injectable()
class Service {
  // By its metadata, as users do.
  constructor(readonly espalier: Espalier) {}
}
@Module({ providers: [Service], exports: [Service] })
class ServiceModule {}

test('forRoot without arguments connects as the environment says, and only with the first call', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  const app = await Test.createTestingModule({ imports: [EspalierModule.forRoot(), ServiceModule] }).compile();
  await app.init();
  const { espalier } = app.get(Service);
  expect(espalier).toBe(app.get(Espalier));
  expect(espalier.address).toBe('127.0.0.1:1');
  await app.close();
});

test('while no server answers, calls say so', async () => {
  const root = EspalierModule.forRoot({ address: '127.0.0.1:1', callTimeout: 300 });
  const app = await Test.createTestingModule({ imports: [root] }).compile();
  await expect(app.get(Espalier).start(offer, { input: { item: 'a' } })).rejects.toBeInstanceOf(NotReachableError);
  await app.close();
});

test('forRootAsync takes its options from what is injected', async () => {
  @Module({ providers: [{ provide: 'server', useValue: '127.0.0.1:2' }], exports: ['server'] })
  class SettingsModule {}
  const root = EspalierModule.forRootAsync({
    imports: [SettingsModule],
    inject: ['server'],
    useFactory: async (address: string) => ({ address, tenant: 'acme' }),
  });
  const app = await Test.createTestingModule({ imports: [root, ServiceModule] }).compile();
  expect(app.get(Service).espalier).toMatchObject({ address: '127.0.0.1:2', namespace: 'acme' });
  await app.close();
});

test('one that is not global is seen where it is imported', async () => {
  const root = EspalierModule.forRoot({ address: '127.0.0.1:1', isGlobal: false });
  await expect(Test.createTestingModule({ imports: [root, ServiceModule] }).compile()).rejects.toThrow('Espalier');
  @Module({ imports: [root], providers: [Service] })
  class ImportingModule {}
  const app = await Test.createTestingModule({ imports: [ImportingModule] }).compile();
  expect(app.get(Service).espalier.address).toBe('127.0.0.1:1');
  await app.close();
});

test('whether it is traced forRoot says for the worker, too', async () => {
  const root = EspalierModule.forRoot({ address: '127.0.0.1:1', tracing: true });
  const worker = EspalierModule.forWorker({ include: [ServiceModule] });
  const launched: Launch[] = [];
  const launch: LaunchWorker = async asked => {
    launched.push(asked);
    return { run: async () => {}, shutdown: () => {} };
  };
  const building = Test.createTestingModule({ imports: [root, worker] })
    .overrideProvider(LAUNCH)
    .useValue(launch);
  const app = await building.compile();
  await app.init();
  await vi.waitFor(() => expect(launched.map(({ worker: { tracing } }) => tracing)).toEqual([true]));
  await app.close();
});

test('Espalier is closed after everything that uses it has ended', async () => {
  const closed: string[] = [];
  class User {
    constructor(@Inject(Espalier) espalier: Espalier) {
      const close = espalier.close.bind(espalier);
      espalier.close = async () => {
        closed.push('espalier');
        await close();
      };
    }

    onModuleDestroy(): void {
      closed.push('user');
    }

    beforeApplicationShutdown(): void {
      closed.push('user');
    }
  }
  @Module({ imports: [EspalierModule.forRoot({ address: '127.0.0.1:1' })], providers: [User] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  await app.close();
  expect(closed).toEqual(['user', 'user', 'espalier']);
});
