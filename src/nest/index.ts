/** Espalier in a Nest application. `Espalier` itself, to be injected by its class: `espalier/client`. */
export { EspalierModule } from './espalier-module.js';
export type { EspalierModuleExtras, EspalierModuleOptions } from './options.js';
export type { EspalierForWorkerOptions } from './worker-module.js';
export { Implements, Steps } from './steps.js';
