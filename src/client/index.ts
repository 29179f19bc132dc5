/** Runs on a Temporal server: start them, wait for them, look at them. */
export { Espalier, type Start, type StartJson } from './espalier.js';
export type { ConnectOptions } from './connect.js';
export type { StartOptions } from './start.js';
export type { ForkOptions } from './fork.js';
export type { Fixture, FixtureOptions } from './fixture.js';
export type { PortDiff, RunDiff } from '../run/diff.js';
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
export { Runner, type Resumed, type RunnerOptions } from '../runner/runner.js';
export { AlreadyStartedError } from '../runner/already-started-error.js';
export type { AnyFed, Fed, FedAgain, OutputResults, ResultsAndFailures } from '../runner/fed.js';
export type { Accepted, FeedOptions } from '../runner/feed-input.js';
export type { Component, ComponentPolicy, PolicyMatch, PolicyRule } from '../runner/policies.js';
export type { Rehydration } from '../runner/rehydrate.js';
export type { Fact, InputFailure, Results, ResultsOptions } from '../runner/results.js';
export type { ResumeOptions } from '../runner/resume-workflow.js';
export type { Stopped, StopOptions } from '../runner/stop-workflow.js';
export type { Telemetry, TelemetryKind } from '../runner/telemetry.js';
export type { WorkflowOptions } from '../runner/workflow-options.js';
export type { WorkflowView } from '../runner/workflow-view.js';
export { openStorage, type Storage, type StorageOptions } from '../store/storage.js';
