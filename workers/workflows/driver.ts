/**
 * Drives one link of a run: feeds events to the engine and does the commands it answers with. It holds no rule of its own
 * [R3]; the client's fold of the history makes the same events of the same activations (src/client).
 * 1. An event is fed the moment its activation delivers it, with that activation's time.
 * 2. Before the first event of an activation the engine hears how full the history is (src/protocol/fullness.ts).
 * 3. Per execution there is one cancellation scope and one `.then`, nothing else: a promise costs 12–45 µs in here.
 */
import { CancellationScope, scheduleActivity, sleep, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { Command, Execute, Finish, Timer } from '../../src/engine/command.js';
import type { Engine } from '../../src/engine/engine.js';
import type { EngineEvent } from '../../src/engine/event.js';
import type { Failure } from '../../src/engine/failure.js';
import type {
  GatherResult,
  KeepResult,
  LookUpResult,
  SliceResult,
  StepResult,
  StreamResult,
  SupplyResult,
} from '../../src/protocol/activity.js';
import { activityFailure } from '../../src/protocol/activity-failure.js';
import { executedEvent } from '../../src/protocol/executed.js';
import { fullness, UpdateCount } from '../../src/protocol/fullness.js';
import type { StartArgument } from '../../src/protocol/start.js';
import {
  checkpointActivity,
  gatherActivity,
  hookActivity,
  keepActivity,
  lookUpActivity,
  mergeActivity,
  resolveActivity,
  sliceActivity,
  stepActivity,
  type Activity,
  type StepExtras,
} from './activity.js';
import { createNotes } from './notes.js';

export interface Driver {
  readonly feed: (event: EngineEvent) => void;
  /** As `feed`, of what came by an update. */
  readonly feedUpdate: (event: EngineEvent) => void;
  /** Updates that this link has taken. */
  readonly updates: UpdateCount;
  /** The engine has no more to do. Rejects with what our own code threw: the workflow task fails and is tried again. */
  readonly ended: Promise<void>;
  /** How the run ended; undefined if it is handed over. What comes with the event of a hand-over may still end it. */
  readonly finish: () => Finish | undefined;
}

/** Of a run that is no runner's: it has none of its commands. */
const NO_WORKFLOW = { runner: '', id: '', start: '' };

/** `changed` is called after every event, in the same activation. */
export function createDriver(engine: Engine, argument: StartArgument, changed: () => void): Driver {
  const { linkLimits, options, workflow = NO_WORKFLOW } = argument;
  const notes = createNotes(engine);
  // Cancelling the workflow is an event for the engine; what is in flight is cancelled when the engine says so.
  const shield = new CancellationScope({ cancellable: false });
  const executions = new Map<number, CancellationScope>();
  const timers = new Map<number, CancellationScope>();
  const updates = new UpdateCount();
  /** Whether the worker that decides may execute at once what it schedules: until one is met that lacks a step. */
  let eager = true;
  let knownLength = 0;
  let finish: Finish | undefined;
  let end: () => void;
  let fail: (error: unknown) => void;
  const ended = new Promise<void>((resolve, reject) => ([end, fail] = [resolve, reject]));

  function feed(event: EngineEvent): void {
    try {
      tellFullness(event.at);
      const commands = engine.apply(event);
      notes.learn(event);
      for (const command of commands) perform(command);
      changed();
    } catch (error) {
      fail(error);
    }
  }

  function feedUpdate(event: EngineEvent): void {
    feed(event);
    updates.add(event);
  }

  function tellFullness(at: number): void {
    const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
    if (historyLength === knownLength) return;
    knownLength = historyLength;
    const size = {
      events: historyLength,
      bytes: historySize,
      updates: updates.filling,
      suggested: continueAsNewSuggested,
    };
    const told = fullness(size, linkLimits);
    if (told) for (const command of engine.apply({ at, ...told })) perform(command);
  }

  function perform(command: Command): void {
    switch (command.kind) {
      case 'execute':
        return schedule(command.exec, stepActivity(engine.plan, command, extrasOf(command)), completed);
      case 'lookUp':
        return schedule(command.exec, lookUpActivity(command, argument), found);
      case 'keep':
        return schedule(command.exec, keepActivity(command), kept);
      case 'checkpoint':
        return schedule(command.exec, checkpointActivity(command, workflow, engine.snapshot()), called);
      case 'hook':
        return schedule(command.exec, hookActivity(command, workflow), called);
      case 'gather':
        return schedule(command.exec, gatherActivity(command), gathered);
      case 'slice':
        return schedule(command.exec, sliceActivity(command), sliced);
      case 'resolve':
        return schedule(command.exec, resolveActivity(command), supplied);
      case 'merge':
        return schedule(command.exec, mergeActivity(command), supplied);
      case 'timer':
        return arm(command);
      case 'cancel':
        return cancel(command);
      case 'finish':
        finish = command;
        return end();
      case 'handOver':
        return end();
    }
  }

  function extrasOf({ address, context = argument.context }: Execute): StepExtras {
    const note = notes.of(address);
    const { baggage, cache } = options;
    const { trace } = argument;
    return {
      ...(baggage && { baggage }),
      ...(cache && { cache }),
      ...(context !== undefined && { context }),
      ...(trace !== undefined && { trace }),
      ...(note !== undefined && { note }),
    };
  }

  function schedule<R>(exec: number, { type, call, options, policy }: Activity, answer: Answer<R>): void {
    const scope = new CancellationScope({ parent: shield, cancellable: true });
    executions.set(exec, scope);
    const succeed = (result: R): void => land(exec, answer(exec, result));
    const refuse = (error: unknown): void => {
      if (!(error instanceof TemporalFailure)) return fail(error);
      const failure = activityFailure(error, policy);
      // It would lack it again, and go on deciding: only the queue brings the step to another worker.
      if (failure?.code === 'step_not_here') eager = false;
      land(exec, refusal(exec, failure));
    };
    const how = eager ? options : { ...options, allowEagerDispatch: false };
    enter(scope, () => void scheduleActivity<R>(type, [call], how).then(succeed, refuse));
  }

  function land(exec: number, event: EngineEvent): void {
    executions.delete(exec);
    feed(event);
  }

  function arm({ timer, at, summary }: Timer): void {
    const scope = new CancellationScope({ parent: shield, cancellable: true });
    timers.set(timer, scope);
    const fire = (): void => {
      timers.delete(timer);
      feed({ at: Date.now(), kind: 'fired', timer });
    };
    enter(scope, () => void sleep(Math.max(1, at - Date.now()), { summary }).then(fire, () => timers.delete(timer)));
  }

  function cancel(command: Extract<Command, { kind: 'cancel' }>): void {
    if ('exec' in command) executions.get(command.exec)?.cancel();
    else timers.get(command.timer)?.cancel();
  }

  return { feed, feedUpdate, updates, ended, finish: () => finish };
}

/** Runs `work` in the scope at once. The scope's own promise only says that `work` has returned: nobody waits for it. */
function enter(scope: CancellationScope, work: () => void): void {
  // It awaits what it is given, which need be no promise: that would be one more.
  void scope.run(work as () => Promise<void>);
}

type Answer<R> = (exec: number, result: R) => EngineEvent;
const completed: Answer<StepResult | StreamResult> = (exec, result) => executedEvent(Date.now(), exec, result);
const found: Answer<LookUpResult> = (exec, { known }) => ({ at: Date.now(), kind: 'found', exec, known });
const kept: Answer<KeepResult> = (exec, { head }) => ({ at: Date.now(), kind: 'kept', exec, head });
const called: Answer<unknown> = exec => ({ at: Date.now(), kind: 'called', exec });
const gathered: Answer<GatherResult> = (exec, { value }) => ({ at: Date.now(), kind: 'gathered', exec, value });
const sliced: Answer<SliceResult> = (exec, { items, total }) => ({
  at: Date.now(),
  kind: 'sliced',
  exec,
  items,
  total,
});
const supplied: Answer<SupplyResult> = (exec, { value }) => ({ at: Date.now(), kind: 'supplied', exec, value });

function refusal(exec: number, error: Failure | undefined): EngineEvent {
  const at = Date.now();
  return error ? { at, kind: 'failed', exec, error } : { at, kind: 'closed', exec };
}
