import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Espalier } from '../client/espalier.js';
import type { Registered } from '../step/registry.js';
import { INCLUDED } from './discover.js';
import { EspalierFeatureModule, REGISTERED } from './feature-module.js';
import { ConfigurableModuleClass, type OPTIONS_TYPE } from './options.js';
import { EspalierWorkerModule, WORKER_OPTIONS, type EspalierForWorkerOptions } from './worker-module.js';

/**
 * Espalier in a Nest application: `forRoot` (or `forRootAsync`) once, then `Espalier` can be injected by its class;
 * `forWorker` in the process that executes steps; `forFeature` where graphs and plain implementations live.
 */
@Module({})
export class EspalierModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(Espalier) private readonly espalier: Espalier) {
    super();
  }

  /** Connects with the first call, to the server that the options name, else to that of the environment. */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  /** Graphs and implementations for the workers that include the module which imports this. */
  static forFeature(registered: Registered): DynamicModule {
    return { module: EspalierFeatureModule, providers: [{ provide: REGISTERED, useValue: registered }] };
  }

  /**
   * Executes, in this process, the steps of the included modules and of what they import. Global modules count only if
   * they are listed. Needs what `forRoot` provides: if that is not global, list it in `include` too.
   */
  static forWorker({ include, ...options }: EspalierForWorkerOptions): DynamicModule {
    return {
      module: EspalierWorkerModule,
      imports: [...include],
      providers: [
        { provide: INCLUDED, useValue: include },
        { provide: WORKER_OPTIONS, useValue: options },
      ],
    };
  }

  /** After the last request has been answered and everything that uses it has ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.espalier.close();
  }
}
