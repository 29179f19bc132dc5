import type { Command } from '../engine/command.js';
import type { EngineEvent } from '../engine/event.js';
import { fullness, type UpdateCount } from '../protocol/fullness.js';
import type { LinkLimits } from '../protocol/start.js';
import type { RunRecord } from '../run/record.js';
import { timeOf, type Activation } from './activations.js';
import type { ActivityCommand, Flight, InFlight } from './in-flight.js';

/** One activation, being folded: what the interpreter's driver did in it. */
export class Turn {
  private told = false;
  /** Cancelled in the turn that commanded them, in the order of their cancellation. */
  private readonly closing: Flight[] = [];
  private readonly fresh = new Map<number, Flight>();
  private readonly sent: ReadonlySet<string>;

  constructor(
    private readonly activation: Activation,
    private readonly link: { readonly inFlight: InFlight; readonly updates: UpdateCount },
    private readonly record: RunRecord,
    private readonly limits: LinkLimits | undefined,
  ) {
    this.sent = new Set(
      activation.commanded.map(event => event.activityTaskScheduledEventAttributes?.activityId ?? ''),
    );
  }

  feed(event: EngineEvent): void {
    this.tellFullness();
    this.perform(this.record.apply(event));
  }

  /** Closes what was never sent, and what follows from that; then holds the rest against the history. */
  conclude(): string | undefined {
    for (let flight = this.closing.shift(); flight; flight = this.closing.shift()) {
      this.link.inFlight.drop(flight);
      this.feed({ at: this.activation.at, kind: 'closed', exec: flight.exec });
    }
    for (const event of this.activation.commanded) {
      if (!event.activityTaskScheduledEventAttributes) continue;
      const flight = this.link.inFlight.scheduled(event);
      if (!flight)
        return `the engine has not commanded activity ${event.activityTaskScheduledEventAttributes.activityId}`;
      if (flight.node) this.record.times.scheduled(flight.node.address, flight.node.generation, timeOf(event));
    }
    const [missing] = this.link.inFlight.unscheduled();
    return missing && `the engine has commanded activity ${missing.activityId}, which is not there`;
  }

  private tellFullness(): void {
    if (this.told) return;
    this.told = true;
    const { task, suggested, size, at } = this.activation;
    const told = fullness({ events: task, bytes: size, updates: this.link.updates.filling, suggested }, this.limits);
    if (told) this.perform(this.record.apply({ at, ...told }));
  }

  private perform(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind === 'timer') this.link.inFlight.arm(command);
      else if (isActivity(command)) this.fresh.set(command.exec, this.link.inFlight.command(command));
      else if (command.kind === 'cancel' && 'exec' in command) this.cancel(command.exec);
    }
  }

  private cancel(exec: number): void {
    const flight = this.fresh.get(exec);
    if (flight && !this.sent.has(flight.activityId)) this.closing.push(flight);
  }
}

const ACTIVITIES: ReadonlySet<Command['kind']> = new Set<Command['kind']>([
  ...(['execute', 'lookUp', 'keep', 'checkpoint', 'hook', 'gather', 'slice', 'resolve', 'merge'] as const),
]);
const isActivity = (command: Command): command is ActivityCommand => ACTIVITIES.has(command.kind);
