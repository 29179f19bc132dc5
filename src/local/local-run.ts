/**
 * The in-process driver: a command becomes a promise, its end an event. It holds no rule of its own [R3]; the attempts
 * inside a generation are the driver's, by the policy in the plan.
 */
import type { Command, Execute, Finish, Gather } from '../engine/command.js';
import { createEngine } from '../engine/engine.js';
import type { EngineEvent } from '../engine/event.js';
import type { RunOptions } from '../engine/options.js';
import type { Plan } from '../plan/plan.js';
import { RunRecord } from '../run/record.js';
import type { RunView } from '../run/run.js';
import { runStep } from '../step/border.js';
import type { Log } from '../step/ctx.js';
import { gatherValue } from '../step/gather-value.js';
import type { AddressedInputs } from '../step/plan-inputs.js';
import type { Registry } from '../step/registry.js';
import { toFailure } from '../step/to-failure.js';
import type { BlobStore } from '../store/blob-store.js';
import { callAt } from './clock.js';
import { execute, type Outcome } from './execute.js';
import { Watchers } from './watchers.js';

export interface LocalDeps {
  readonly registry: Registry;
  readonly store: BlobStore;
  readonly log: Log;
}
type Untimed = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;

export class LocalRun {
  readonly watchers = new Watchers();
  readonly ended: Promise<Finish>;
  private readonly record: RunRecord;
  private readonly executions = new Map<number, AbortController>();
  private readonly timers = new Map<number, () => void>();
  private end: (finish: Finish) => void = () => {};
  private events = 0;
  private now = 0;

  constructor(
    readonly id: string,
    private readonly plan: Plan,
    options: RunOptions,
    private readonly deps: LocalDeps,
  ) {
    this.record = new RunRecord(id, createEngine(plan, options), 0, Date.now());
    this.ended = new Promise(resolve => (this.end = resolve));
  }

  start(inputs: AddressedInputs): void {
    this.feed({ kind: 'started', inputs });
  }

  view(): RunView {
    return this.record.view();
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
      case 'gather':
        return this.follow(command.exec, () => this.gather(command));
      case 'timer':
        return this.arm(command.timer, command.at);
      case 'cancel':
        return 'exec' in command ? this.executions.get(command.exec)?.abort() : this.disarm(command.timer);
      case 'finish':
        this.record.ended(command, this.now);
        return this.end(command);
      case 'handOver':
        throw new Error('a run in this process has no history to fill');
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

  private async execute({ exec, address, generation, body, node: index, inputs }: Execute, signal: AbortSignal) {
    const node = this.plan.bodies[body]?.nodes[index];
    const policy = node?.kind === 'step' ? this.plan.policies[node.policy] : undefined;
    const contract = node?.kind === 'step' ? this.plan.contracts[node.contract] : undefined;
    const impl = contract && this.deps.registry.find(contract.step);
    if (node?.kind !== 'step' || !policy || !impl) throw new Error(`nothing to execute at ${address}`);
    this.record.times.scheduled(address, generation, this.now);
    const { options, peeks } = node;
    const call = {
      address,
      runId: this.id,
      tenant: 'local',
      inputs,
      ...(options && { options }),
      ...(peeks && { peeks }),
    };
    const idempotencyKey = `${this.id}/${address}#${generation}`;
    const { store, log } = this.deps;
    const outcome = await execute(policy, signal, (attempt, heard) => {
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
      return runStep(impl, { ...call, attempt, idempotencyKey }, { store, log, signal: heard, progress });
    });
    return eventOf(exec, outcome);
  }

  private async gather({ exec, value }: Gather): Promise<Untimed> {
    try {
      return { kind: 'gathered', exec, value: await gatherValue(value, this.deps.store) };
    } catch (error) {
      return { kind: 'failed', exec, error: toFailure(error).failure };
    }
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

const eventOf = (exec: number, outcome: Outcome): Untimed => ({ exec, ...outcome });
