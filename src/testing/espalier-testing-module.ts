import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Espalier } from '../client/espalier.js';
import { discover, hostsOf, INCLUDED, type Imported } from '../nest/discover.js';
import { createStepLog } from '../nest/nest-log.js';
import { LAUNCH } from '../nest/worker-module.js';
import { launchIdle } from './launch-idle.js';
import { LocalEspalier } from './local-espalier.js';

/** What is used of `Test.createTestingModule(…)`. */
export interface TestingBuilder {
  overrideProvider(token: unknown): {
    useValue(value: unknown): unknown;
    useFactory(options: { factory: (modules: ModulesContainer) => unknown; inject: unknown[] }): unknown;
  };
}

const local = {
  factory: (modules: ModulesContainer): LocalEspalier =>
    new LocalEspalier(() => discover(hostsOf(modules)), createStepLog()),
  inject: [ModulesContainer],
};

/**
 * `EspalierModule` for tests: `Espalier`, injected by its class, runs graphs on the engine in this process, with the steps of
 * the included modules and all that is injected into them. No server, no worker; nothing is kept.
 */
@Module({})
export class EspalierTestingModule implements OnApplicationShutdown {
  constructor(@Inject(Espalier) private readonly espalier: Espalier) {}

  /** Beside the modules of a test, in place of `EspalierModule.forRoot` and `forWorker`. */
  static forRoot({ include = [] }: { readonly include?: readonly Imported[] } = {}): DynamicModule {
    return {
      module: EspalierTestingModule,
      global: true,
      imports: [...include],
      providers: [
        { provide: INCLUDED, useValue: include },
        { provide: Espalier, useFactory: local.factory, inject: local.inject },
      ],
      exports: [Espalier],
    };
  }

  /** For a whole application with its own `forRoot` and `forWorker`: `override(Test.createTestingModule(…)).compile()`. */
  static override<B extends TestingBuilder>(builder: B): B {
    builder.overrideProvider(Espalier).useFactory(local);
    builder.overrideProvider(LAUNCH).useValue(launchIdle);
    return builder;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.espalier.close();
  }
}
