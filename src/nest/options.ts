import { ConfigurableModuleBuilder, type FactoryProvider } from '@nestjs/common';
import type { ConnectOptions } from '../client/connect.js';
import { Espalier } from '../client/espalier.js';

/** How the application reaches its server; nothing given: as the environment says. Default of `lazy` here: true. */
export type EspalierModuleOptions = ConnectOptions;

/** What changes the module itself, not what it provides. */
export interface EspalierModuleExtras {
  /** `Espalier` can be injected everywhere without importing the module again. Default true. */
  readonly isGlobal?: boolean;
}

/** Under which the options of `forRoot` are provided. */
export const ESPALIER_OPTIONS = Symbol('espalier options');

/** A server that is down must not stop the boot: calls say so, until it is there. */
const client: FactoryProvider<Espalier> = {
  provide: Espalier,
  useFactory: (options: EspalierModuleOptions) => Espalier.connect({ lazy: true, ...options }),
  inject: [ESPALIER_OPTIONS],
};

export const { ConfigurableModuleClass, OPTIONS_TYPE } = new ConfigurableModuleBuilder<EspalierModuleOptions>({
  optionsInjectionToken: ESPALIER_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras<EspalierModuleExtras>({ isGlobal: true }, (definition, { isGlobal = true }) => ({
    ...definition,
    global: isGlobal,
    providers: [...(definition.providers ?? []), client],
    exports: [Espalier, ESPALIER_OPTIONS],
  }))
  .build();
