/** Runs on a Temporal server: start them, wait for them, look at them. */
export { Espalier, type Start, type StartJson } from './espalier.js';
export type { ConnectOptions } from './connect.js';
export type { StartOptions } from './start.js';
export type { ListOptions, RunPage, RunSummary } from './list.js';
export type {
  Frame,
  Intervened,
  InterveneOptions,
  NodeView,
  Run,
  RunStatus,
  RunView,
  WatchOptions,
} from '../run/run.js';
export { RefusedError } from '../run/refused-error.js';
export { RunFailedError } from '../run/run-failed-error.js';
export { InvalidInputError } from '../step/invalid-input-error.js';
export { InvalidInterventionError } from '../step/invalid-intervention-error.js';
export { FoldError } from './fold-error.js';
export { NotReachableError } from './not-reachable-error.js';
export { RunFinishedError } from './requests.js';
