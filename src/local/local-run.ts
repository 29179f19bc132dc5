/**
 * The in-process driver: a command becomes a promise, its end an event. It holds no rule of its own [R3]; the attempts
 * inside a generation are the driver's, by the policy in the plan.
 */
import type { Command, Execute, Finish, Gather, LookUp, Merge, Resolve, Slice } from '../engine/command.js';
import { createEngine, type Engine } from '../engine/engine.js';
import type { EngineEvent } from '../engine/event.js';
import type { Known } from '../engine/known.js';
import type { RunOptions } from '../engine/options.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { Plan, PlanContract, PlanPolicy } from '../plan/plan.js';
import { portOf } from '../run/port-of.js';
import { RunRecord } from '../run/record.js';
import type { RunSource } from '../run/source.js';
import { RefusedError } from '../run/refused-error.js';
import type { Intervened, RunView } from '../run/run.js';
import { contextFor, type RunContext } from '../seal/run-context.js';
import { runStep, type BorderDeps, type StepCall } from '../step/border.js';
import { cachedStep, type CachedResult, type Caching } from '../step/cached-step.js';
import type { Log } from '../step/ctx.js';
import { findCached } from '../step/find-cached.js';
import { gatherValue } from '../step/gather-value.js';
import type { Impl } from '../step/impl.js';
import { lookUp } from '../step/look-up.js';
import { ParkedStreams } from '../step/parked-streams.js';
import type { Registry } from '../step/registry.js';
import type { StreamCall } from '../step/run-stream.js';
import type { Send } from '../step/pack-items.js';
import { runMerge } from '../step/run-merge.js';
import { runResolver } from '../step/run-resolver.js';
import { sliceList } from '../step/slice-list.js';
import { streamStep, type StreamLink } from '../step/stream-step.js';
import { toFailure } from '../step/to-failure.js';
import type { BlobStore } from '../store/blob-store.js';
import type { MergeCache } from '../store/merge-cache.js';
import type { Value } from '../value/value.js';
import { callAt } from './clock.js';
import { execute, type Ended, type Outcome } from './execute.js';
import { Watchers } from './watchers.js';

export interface LocalDeps {
  readonly registry: Registry;
  readonly store: BlobStore;
  readonly log: Log;
  /** What its steps need and nobody may record. */
  readonly context?: RunContext;
  /** W3C trace context that its steps are told. */
  readonly traceparent?: string;
  readonly mergeCache?: MergeCache;
  /** Where results of steps are kept. Without it the run must not ask for any. */
  readonly cached?: Pick<Caching, 'cache' | 'buildId'>;
}

/** What a run begins with, beside its plan. */
export interface LocalBegun {
  readonly inputs: Readonly<Record<string, Value>>;
  readonly interventions: readonly SentIntervention[];
  readonly known?: readonly Known[];
  readonly forkedFrom?: string;
}
type Untimed = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;

export class LocalRun {
  readonly watchers = new Watchers();
  readonly ended: Promise<Finish>;
  private readonly createdAt = Date.now();
  private engine: Engine;
  private record: RunRecord;
  private readonly executions = new Map<number, AbortController>();
  private readonly timers = new Map<number, () => void>();
  private readonly parked = new ParkedStreams();
  private end: (finish: Finish) => void = () => {};
  private events = 0;
  private now = 0;

  constructor(
    readonly id: string,
    private readonly plan: Plan,
    private readonly options: RunOptions,
    private readonly deps: LocalDeps,
  ) {
    this.engine = createEngine(plan, options);
    this.record = new RunRecord(id, this.engine, 0, this.createdAt);
    this.ended = new Promise(resolve => (this.end = resolve));
  }

  start({ inputs, interventions, known, forkedFrom }: LocalBegun): void {
    this.engine = createEngine(this.plan, this.options, interventions);
    this.record = new RunRecord(this.id, this.engine, 0, this.createdAt, forkedFrom);
    this.feed({ kind: 'started', inputs, ...(known && { known }) });
  }

  /** Throws what it refuses it with. */
  intervene(intervention: SentIntervention): Intervened {
    const { id } = intervention;
    const refusal = this.engine.refusal(intervention);
    if (refusal) throw new RefusedError(refusal);
    this.feed({ kind: 'intervened', intervention });
    const decision = this.engine.decision(id);
    if (!decision) throw new Error(`nothing was decided about intervention ${id}`);
    return { id, ...decision };
  }

  withdraw(id: string): void {
    const refusal = this.engine.withdrawalRefusal(id);
    if (refusal) throw new RefusedError(refusal);
    this.feed({ kind: 'withdrawn', id });
  }

  release(address: string | undefined): void {
    const refusal = this.engine.releaseRefusal(address);
    if (refusal) throw new RefusedError(refusal);
    this.feed({ kind: 'released', ...(address !== undefined && { address }) });
  }

  view(): RunView {
    return this.record.view();
  }

  /** What a fork of it, or a comparison with it, goes by. */
  source(): RunSource {
    return this.record.source();
  }

  feed(event: Untimed): void {
    // A clock that is set back must not undo the order of events.
    this.now = Math.max(this.now, Date.now());
    this.events += 1;
    this.record.enter(this.events);
    for (const command of this.record.apply({ ...event, at: this.now })) this.perform(command);
    this.watchers.push(this.record.takeFrames());
  }

  private perform(command: Command): void {
    switch (command.kind) {
      case 'execute':
        return this.follow(command.exec, signal => this.execute(command, signal));
      case 'lookUp':
        return this.follow(command.exec, () => this.lookUp(command));
      case 'gather':
        return this.follow(command.exec, () => this.gather(command));
      case 'slice':
        return this.follow(command.exec, () => this.slice(command));
      case 'resolve':
        return this.follow(command.exec, signal =>
          this.supply(command.exec, signal, heard => this.resolve(command, heard)),
        );
      case 'merge':
        return this.follow(command.exec, signal =>
          this.supply(command.exec, signal, heard => this.merge(command, heard)),
        );
      case 'timer':
        return this.arm(command.timer, command.at);
      case 'cancel':
        return 'exec' in command ? this.executions.get(command.exec)?.abort() : this.disarm(command.timer);
      case 'finish':
        this.record.ended(command, this.now);
        void this.parked.close();
        return this.end(command);
      case 'handOver':
        throw new Error('a run in this process has no history to fill');
      case 'keep':
      case 'checkpoint':
      case 'hook':
        throw new Error('a run in this process is not fed');
    }
  }

  private follow(exec: number, work: (signal: AbortSignal) => Promise<Untimed>): void {
    const controller = new AbortController();
    this.executions.set(exec, controller);
    void work(controller.signal).then(event => {
      this.executions.delete(exec);
      this.feed(event);
    });
  }

  private async execute(command: Execute, signal: AbortSignal): Promise<Untimed> {
    const { exec, address, generation, body, node: index, inputs, stream } = command;
    const node = this.plan.bodies[body]?.nodes[index];
    const policy = node?.kind === 'step' ? this.plan.policies[node.policy] : undefined;
    const contract = node?.kind === 'step' ? this.plan.contracts[node.contract] : undefined;
    const impl = contract && this.deps.registry.find(contract.step);
    if (node?.kind !== 'step' || !policy || !contract) throw new Error(`nothing to execute at ${address}`);
    if (!impl) return notImplemented(exec, contract.step);
    this.record.times.scheduled(address, generation, this.now);
    const { options, peeks, itemPeeks } = node;
    const { baggage } = this.options;
    const { traceparent } = this.deps;
    const context = this.deps.context && contextFor(this.deps.context, address, contract.context ?? []);
    const call = {
      address,
      runId: this.id,
      tenant: 'local',
      inputs,
      ...(baggage && { baggage }),
      ...(context && { context }),
      ...(traceparent !== undefined && { traceparent }),
      ...(options && { options }),
      ...(peeks && { peeks }),
      ...(itemPeeks && { itemPeeks }),
    };
    const idempotencyKey = `${this.id}/${address}#${generation}`;
    const { store, log } = this.deps;
    const outcome = await execute(policy, signal, async (attempt, heard) => {
      this.record.times.started(address, generation, attempt, Date.now());
      const progress = (done: number, total?: number): void =>
        this.watchers.push([
          {
            live: true,
            at: address,
            kind: 'progress',
            time: Date.now(),
            progress: { done, ...(total !== undefined && { total }) },
          },
        ]);
      const deps = { store, log, signal: heard, progress };
      const attempted = { ...call, attempt, idempotencyKey };
      if (stream) return this.iterate(impl, attempted, deps, { exec, flow: stream });
      const { out, from, miss } = await this.give(impl, contract, attempted, deps);
      if (miss) this.record.times.missed(address, generation, miss);
      return { kind: 'completed', outputs: out, ...(from && { from }) };
    });
    return eventOf(exec, outcome);
  }

  private async give(impl: Impl, contract: PlanContract, call: StepCall, deps: BorderDeps): Promise<CachedResult> {
    const { cached } = this.deps;
    const { cache: use = 'use' } = this.options;
    if (!cached || !contract.cache || use === 'bypass') return { out: await runStep(impl, call, deps) };
    return cachedStep(impl, call, deps, { ...cached, ...contract.cache, use, contract });
  }

  private async iterate(
    impl: Impl,
    call: StreamCall,
    deps: BorderDeps,
    { exec, flow }: Pick<StreamLink, 'flow'> & { readonly exec: number },
  ): Promise<Ended> {
    const send: Send = async batch => {
      this.feed({ kind: 'yielded', exec, ...batch });
      // Nothing else would: timers and requests would wait until the generator ends.
      await new Promise<void>(resolve => setImmediate(resolve));
      return this.engine.flow(exec, batch.attempt) ?? { over: true };
    };
    const sent = await streamStep(impl, call, deps, { flow, send, parked: this.parked });
    if (sent.kind === 'ended') return { kind: 'completed', outputs: sent.outputs, count: sent.count };
    return { kind: sent.kind === 'over' ? 'closed' : 'parked' };
  }

  private async lookUp({ exec, inputs, interventions }: LookUp): Promise<Untimed> {
    const { plan, options } = this;
    const { cached, store } = this.deps;
    try {
      const begun = { plan, options, interventions, inputs };
      return { kind: 'found', exec, known: cached ? await lookUp(begun, findCached(plan, cached, store)) : [] };
    } catch (error) {
      return { kind: 'failed', exec, error: toFailure(error).failure };
    }
  }

  private async gather({ exec, value }: Gather): Promise<Untimed> {
    try {
      return { kind: 'gathered', exec, value: await gatherValue(value, this.deps.store) };
    } catch (error) {
      return { kind: 'failed', exec, error: toFailure(error).failure };
    }
  }

  private async slice({ exec, ...wanted }: Slice): Promise<Untimed> {
    try {
      return { kind: 'sliced', exec, ...(await sliceList(wanted, this.deps.store)) };
    } catch (error) {
      return { kind: 'failed', exec, error: toFailure(error).failure };
    }
  }

  private async supply(
    exec: number,
    signal: AbortSignal,
    give: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Untimed> {
    const outcome = await execute(SUPPLY_POLICY, signal, async (_, heard) => ({
      kind: 'completed',
      outputs: { value: await give(heard) },
    }));
    if (outcome.kind !== 'completed') return { exec, ...outcome };
    const { value } = outcome.outputs;
    if (!value) throw new Error('a value has become nothing');
    return { kind: 'supplied', exec, value };
  }

  private resolve({ address, name, args, schema }: Resolve, signal: AbortSignal): Promise<Value> {
    const { registry, store } = this.deps;
    const call = { address: portOf(address), name, args, schema, idempotencyKey: `${this.id}/${address}` };
    return runResolver(registry, call, { store, signal });
  }

  private merge({ address, operate, inner, data, schema }: Merge, signal: AbortSignal): Promise<Value> {
    const { registry, store, mergeCache: cache } = this.deps;
    const call = { address: portOf(address), operate, inner, data, schema, idempotencyKey: `${this.id}/${address}` };
    return runMerge(registry, call, { store, signal, ...(cache && { cache }) });
  }

  private arm(timer: number, at: number): void {
    const fire = (): void => {
      this.timers.delete(timer);
      this.feed({ kind: 'fired', timer });
    };
    this.timers.set(timer, callAt(at, fire));
  }

  private disarm(timer: number): void {
    this.timers.get(timer)?.();
    this.timers.delete(timer);
  }
}

/** As of its activity on Temporal. */
const SUPPLY_POLICY: PlanPolicy = {
  retry: { attempts: 5, backoff: 'exponential', initial: 200, max: 10_000, except: [] },
  timeout: 600_000,
  heartbeat: false,
  onFailure: 'fail',
};

/** It was not to be executed when the run began; no other worker will come. */
const notImplemented = (exec: number, step: string): Untimed => ({
  kind: 'failed',
  exec,
  error: { code: 'not_implemented', message: `step ${step} has no implementation here` },
});

const eventOf = (exec: number, outcome: Outcome): Untimed => ({ exec, ...outcome });
