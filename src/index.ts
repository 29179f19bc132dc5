/**
 * What graphs are written, checked and run in this process with. Runs on a server: `espalier/client`; workers:
 * `espalier/worker`; tests: `espalier/testing`.
 */
export { step, type StepSpec } from './graph/step.js';
export { stream, type StreamSpec } from './graph/stream.js';
export { graph, type Graph, type GraphSpec } from './graph/graph.js';
export { byteStream, bytes, text, type ByteSource, type ByteStream, type ContentOptions } from './graph/bytes.js';
export { awaited, type AwaitedOptions, type AwaitedSchema } from './graph/awaited.js';
export type {
  AnyContract,
  AnyGraph,
  AnyStep,
  Contract,
  AnyStream,
  InputOf,
  OutputOf,
  StepContract,
  StreamContract,
} from './graph/contract.js';
export type {
  CollectOptions,
  EachItemsOptions,
  EachOptions,
  G,
  LoopOptions,
  RunOptions,
  When,
} from './graph/builder.js';
export type { ClusterOptions } from './graph/recording.js';
export type { Ref } from './graph/port-ref.js';
// What the types of graphs and handles are made of: a library that exports a graph needs their names for its own types.
export type { Addr, Addrs, AnyAddr } from './graph/address.js';
export type {
  AnyNode,
  AtCollect,
  AtEach,
  AtLoop,
  AtNode,
  AtOf,
  Collected,
  Items,
  ItemsOf,
  ListsOf,
  MaybeOuts,
  Node,
  Outs,
  Wires,
} from './graph/node.js';
export type { Code, Given, Literals, NoPorts, Ports, Returned, Wire } from './graph/ports.js';
export { input, operate, override, type InterventionMeta } from './graph/intervene.js';
export { filterByKind, findIntervention, isInput } from './graph/intervention-list.js';
export { defineOperate, type AnyOperate, type Operate, type OperateSpec } from './graph/operate.js';
export { defineResolver, type AnyResolver, type Lazy, type Resolver, type ResolverSpec } from './graph/resolver.js';
export type { CallCtx } from './graph/call-ctx.js';
export type { BlobRef, Effect, Intervention, Outcome } from './intervention/intervention.js';
export { explain, type ExplainSettings } from './step/explain.js';
export type { ExplainedNode, Explanation, Verdict } from './intervention/explain.js';
export type { InterventionIssue } from './intervention/check.js';
export { InvalidInterventionError } from './step/invalid-intervention-error.js';
export { RefusedError } from './run/refused-error.js';
export type { Breakpoint, Hold } from './engine/breakpoint.js';
export { DefinitionError } from './graph/definition-error.js';
export { compile, check, planHash, toMermaid } from './graph/compile.js';

export { impl, type Body, type Impl } from './step/impl.js';
export type { Ctx, CtxOf, Log } from './step/ctx.js';
export type { Hook, HookCalled, Hooks } from './step/hook.js';
export type { Registered } from './step/registry.js';
export { StepError } from './step/step-error.js';
export { InvalidInputError, type InputIssue } from './step/invalid-input-error.js';

export { runLocal, type LocalSettings } from './local/run-local.js';
export type { Intervened, InterveneOptions } from './run/run.js';
export type { Frame, FrameKind, NodeStatus, NodeView, Run, RunStatus, RunView, WatchOptions } from './run/run.js';
export { unwrap, type Unwrapped } from './run/unwrap.js';
export type { RunSettings } from './run/run-settings.js';
export { RunFailedError } from './run/run-failed-error.js';
export { missText } from './run/miss-text.js';
export type { CacheMiss, CacheUse, Origin } from './engine/known.js';
export type { Failure } from './engine/failure.js';

export type {
  Cluster,
  Condition,
  Document,
  DocumentNode,
  Duration,
  Form,
  Manifest,
  OnFailure,
  OnRunFailure,
  Policy,
  PortSchema,
  Protection,
  Retry,
} from './document/document.js';
export { parseDocument, type ParseResult } from './document/parse.js';
export { toJson, toYaml } from './document/yaml.js';
export { addEdge, addNode, removeEdge, removeNode, updateNode } from './document/edit.js';
export { inEdges, outEdges, type Edge } from './document/edges.js';
export { formatIssues, type Issue } from './document/issue.js';
export { InvalidDocumentError, InvalidGraphError } from './document/document-error.js';
export type { Plan } from './plan/plan.js';
export { bundlesOf, type Bundle } from './plan/bundles.js';

export { EspalierError } from './value/espalier-error.js';
export type { Json, JsonObject } from './value/json.js';
export type { Value } from './value/value.js';
