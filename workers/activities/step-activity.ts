import { Context } from '@temporalio/activity';
import { manifestDigest } from '../../src/document/manifest-digest.js';
import type { Failure } from '../../src/engine/failure.js';
import { manifestOf } from '../../src/graph/manifest.js';
import type { StepCall, StepResult, StreamResult } from '../../src/protocol/activity.js';
import { runStep } from '../../src/step/border.js';
import { cachedStep, type Caching } from '../../src/step/cached-step.js';
import { openContext } from '../../src/seal/context.js';
import type { Keys } from '../../src/seal/keys.js';
import { contextFor } from '../../src/seal/run-context.js';
import type { Log } from '../../src/step/ctx.js';
import type { Impl } from '../../src/step/impl.js';
import type { ParkedStreams } from '../../src/step/parked-streams.js';
import type { Registry } from '../../src/step/registry.js';
import { streamStep } from '../../src/step/stream-step.js';
import type { BlobStore } from '../../src/store/blob-store.js';
import type { Tracing } from '../../src/tracing/tracing.js';
import type { JsonObject } from '../../src/value/json.js';
import { toApplicationFailure } from './application-failure.js';
import { attemptError } from './attempt-error.js';
import { startHeartbeat, type Heartbeat } from './heartbeat.js';
import { ItemSender } from './item-sender.js';
import { stepSpan, type StepSpan } from './step-span.js';
import { workerStops } from './worker-stops.js';

/** Where results of steps are kept, and what this worker's code is called. */
export type StepCaching = Pick<Caching, 'cache' | 'buildId'>;

/**
 * The activity behind every step and stream: its type is the step's id. Ends with the step's outputs, with an
 * `ApplicationFailure` whose type is the failure's code, or, once it was asked to stop, as cancelled.
 */
export function createStepActivity(
  registry: Registry,
  { store, keys, parked, cached, tracing }: Omit<StepDeps, 'sender'>,
): (call: StepCall) => Promise<StepResult | StreamResult> {
  const sender = new ItemSender();
  const digests = new Map(registry.steps.map(impl => [impl, manifestDigest(manifestOf(impl.contract))]));

  return async call => {
    const context = Context.current();
    const { activityType, attempt } = context.info;
    const impl = registry.find(activityType);
    if (!impl || digests.get(impl) !== call.contract) {
      throw toApplicationFailure({ failure: notHere(activityType, impl, call), retryable: false, attempt });
    }
    const heartbeat = startHeartbeat(context);
    const stop = workerStops(context);
    const span = tracing && stepSpan(tracing, call, context);
    try {
      const given = await Promise.race([
        execute(impl, call, { store, keys, parked, sender, cached, span }, context, heartbeat),
        stop.happened,
      ]);
      return { ...given, ...traceOf(span) };
    } catch (error) {
      throw attemptError(error, context, { ...(call.retry && { retry: call.retry }), ...traceOf(span) });
    } finally {
      stop.forget();
      heartbeat.stop();
    }
  };
}

/** For history to say which span it was. */
const traceOf = (span: StepSpan | undefined): { readonly trace?: string } =>
  span?.traceparent === undefined ? {} : { trace: span.traceparent };

/** What it works with; without `cached` every step is computed, without `tracing` none has a span. */
interface StepDeps {
  readonly store: BlobStore;
  readonly keys: Keys;
  readonly parked: ParkedStreams;
  readonly sender: ItemSender;
  readonly cached?: StepCaching | undefined;
  readonly tracing?: Tracing | undefined;
}
interface AttemptDeps extends Omit<StepDeps, 'tracing'> {
  readonly span: StepSpan | undefined;
}

async function execute(
  impl: Impl,
  call: StepCall,
  { store, keys, parked, sender, cached, span }: AttemptDeps,
  context: Context,
  { progress }: Heartbeat,
): Promise<StepResult | StreamResult> {
  const { info, cancellationSignal: signal } = context;
  const secrets = await secretsOf(impl, call, keys, info);
  const attempt = {
    address: call.at,
    runId: info.workflowExecution?.workflowId ?? '',
    tenant: info.namespace,
    attempt: info.attempt,
    idempotencyKey: `${call.run}/${call.at}#${call.generation}`,
    inputs: call.in,
    ...(call.options && { options: call.options }),
    ...(call.peeks && { peeks: call.peeks }),
    ...(call.baggage && { baggage: call.baggage }),
    ...(secrets && { context: secrets }),
    ...(call.trace !== undefined && { traceparent: call.trace }),
  };
  const deps = { store, signal, log: stepLog(context, call), progress, ...(span && { inSpan: span.inSpan }) };
  if (call.stream) {
    const { exec, peeks: itemPeeks, ...flow } = call.stream;
    const sending = { flow, send: sender.of(context, exec), parked, isWanted: () => goesOn(context) };
    const sent = await streamStep(impl, { ...attempt, ...(itemPeeks && { itemPeeks }) }, deps, sending);
    // Where nobody listens any more it is all the same how it ends.
    return sent.kind === 'ended' ? { out: sent.outputs, count: sent.count } : { parked: true };
  }
  if (!call.cache || !cached) return { out: await runStep(impl, attempt, deps) };
  const { id: step, version } = impl.contract;
  const contract = { step, digest: call.contract, ...(version !== undefined && { version }) };
  return cachedStep(impl, attempt, deps, { ...cached, ...call.cache, contract });
}

/** Whether the run of an activity still goes on, in whatever link; so long as nobody can say, it does. */
async function goesOn({ client, info }: Context): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(info.workflowExecution?.workflowId ?? '').describe();
    return status.name === 'RUNNING';
  } catch {
    return true;
  }
}

/** What the step gets of the run's context: opened here, and nowhere else. */
async function secretsOf(
  { contract }: Impl,
  { context, at }: StepCall,
  keys: Keys,
  { namespace: tenant, workflowType: graph = '', workflowExecution }: Context['info'],
): Promise<JsonObject | undefined> {
  if (context === undefined) return undefined;
  const opened = await openContext(context, keys, { tenant, graph, runId: workflowExecution?.workflowId ?? '' });
  return contextFor(opened, at, Object.keys(contract.context));
}

function notHere(step: string, found: Impl | undefined, call: StepCall): Failure {
  const here = found ? `it has ${versioned(found)}, of another version or with other ports or options` : 'it has none';
  const message = `no implementation of ${step} with contract ${call.contract} on this worker: ${here}`;
  return { code: 'step_not_here', message, details: { step, contract: call.contract } };
}

const versioned = ({ contract: { id, version } }: Impl): string => (version === undefined ? id : `${id}@${version}`);

/** The SDK's logger, with what identifies the attempt in our words. */
function stepLog({ log, info }: Context, call: StepCall): Log {
  const known = {
    graph: info.workflowType,
    runId: info.workflowExecution?.workflowId,
    node: call.at,
    attempt: info.attempt,
  };
  return {
    debug: (message, fields) => log.debug(message, { ...fields, ...known }),
    info: (message, fields) => log.info(message, { ...fields, ...known }),
    warn: (message, fields) => log.warn(message, { ...fields, ...known }),
    error: (message, fields) => log.error(message, { ...fields, ...known }),
  };
}
