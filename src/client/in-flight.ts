import { activityId } from '../document/address.js';
import type {
  CallHook,
  Checkpoint,
  Execute,
  Gather,
  Keep,
  LookUp,
  Merge,
  Resolve,
  Slice,
  Timer,
} from '../engine/command.js';
import type { Plan } from '../plan/plan.js';
import {
  GATHER_LIMITS,
  LOOK_UP_LIMITS,
  RUNNER_LIMITS,
  SUPPLY_LIMITS,
  type ActivityLimits,
} from '../protocol/activity-failure.js';
import { idOf, type HistoryEvent } from './history.js';

/** What becomes an activity. */
export type ActivityCommand = Execute | LookUp | Keep | Checkpoint | CallHook | Gather | Slice | Resolve | Merge;

/** An execution (or a gather, …) of one link that the engine has commanded. */
export interface Flight {
  readonly exec: number;
  readonly kind: ActivityCommand['kind'];
  readonly activityId: string;
  /** Of an execution. */
  readonly node?: { readonly address: string; readonly generation: number };
  readonly limits: ActivityLimits;
}

/** What the engine has commanded in one link, by the names the history has for it. */
export class InFlight {
  private readonly byActivity = new Map<string, Flight>();
  private readonly byEvent = new Map<number, Flight>();
  private readonly timers = new Map<string, number>();
  private armed = 0;

  constructor(private readonly plan: Plan) {}

  command(command: ActivityCommand): Flight {
    const flight = command.kind === 'execute' ? this.stepFlight(command) : ownFlight(command);
    this.byActivity.set(flight.activityId, flight);
    return flight;
  }

  /** The SDK numbers the timers of a workflow from 1, in the order they are armed. */
  arm({ timer }: Timer): void {
    this.armed += 1;
    this.timers.set(String(this.armed), timer);
  }

  /** The flight that an `ActivityTaskScheduled` stands for, if there is one. */
  scheduled(event: HistoryEvent): Flight | undefined {
    const id = event.activityTaskScheduledEventAttributes?.activityId ?? '';
    const flight = this.byActivity.get(id);
    if (!flight) return undefined;
    this.byActivity.delete(id);
    this.byEvent.set(idOf(event), flight);
    return flight;
  }

  /** The flight that was scheduled by that event. */
  at(scheduledEventId: unknown): Flight | undefined {
    return this.byEvent.get(Number(scheduledEventId));
  }

  timer(timerId: string | null | undefined): number | undefined {
    return this.timers.get(timerId ?? '');
  }

  /** Flights that no event stands for. */
  unscheduled(): readonly Flight[] {
    return [...this.byActivity.values()];
  }

  drop(flight: Flight): void {
    this.byActivity.delete(flight.activityId);
  }

  private stepFlight({ exec, address, generation, body, node }: Execute): Flight {
    const planned = this.plan.bodies[body]?.nodes[node];
    const policy = planned?.kind === 'step' ? this.plan.policies[planned.policy] : undefined;
    const limits = policy ?? { timeout: 0, heartbeat: false };
    const id = activityId(address, generation);
    return { exec, kind: 'execute', activityId: id, node: { address, generation }, limits };
  }
}

const LIMITS = {
  lookUp: LOOK_UP_LIMITS,
  keep: RUNNER_LIMITS,
  checkpoint: RUNNER_LIMITS,
  hook: RUNNER_LIMITS,
  gather: GATHER_LIMITS,
  slice: GATHER_LIMITS,
  resolve: SUPPLY_LIMITS,
  merge: SUPPLY_LIMITS,
} as const;

function ownFlight({ exec, kind, address }: Exclude<ActivityCommand, Execute>): Flight {
  return { exec, kind, activityId: activityId(address, 1), limits: LIMITS[kind] };
}
