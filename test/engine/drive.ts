import type { Command, Execute, Finish, Merge, Resolve } from '../../src/engine/command.js';
import { createEngine, restoreEngine, resumable } from '../../src/engine/engine.js';
import type { Engine, InterventionState } from '../../src/engine/engine.js';
import type { EngineEvent } from '../../src/engine/event.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Json } from '../../src/value/json.js';
import { literal, inlineOf } from '../../src/value/leaf.js';

type Untimed = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;

/** Plays the driver by hand: what is in flight, by address, and what the engine said last. */
export class Drive {
  engine: Engine;
  now = 1000;
  readonly flying = new Map<string, Execute>();
  /** Resolvers and merges on their way: by address, without the number. */
  readonly asked = new Map<string, Resolve | Merge>();
  readonly timers = new Map<number, number>();
  readonly all: Command[] = [];
  last: readonly Command[] = [];
  finish: Finish | undefined;
  /** How many commands have been looked through for gathers. */
  private gathered = 0;

  constructor(
    private readonly plan: Plan,
    options: RunOptions = {},
    interventions: readonly SentIntervention[] = [],
  ) {
    this.engine = createEngine(plan, options, interventions);
  }

  /** By name, or by the address of an open port. */
  start(inputs: Record<string, Json> = {}): this {
    const address = (name: string): string => (name.includes('.') ? name : `$in.${name}`);
    const values = Object.entries(inputs).map(([name, json]) => [address(name), literal(json)] as const);
    return this.event({ kind: 'started', inputs: Object.fromEntries(values) });
  }

  complete(address: string, outputs: Record<string, Json> = {}): this {
    const values = Object.entries(outputs).map(([port, json]) => [port, literal(json)] as const);
    return this.event({ kind: 'completed', exec: this.land(address), outputs: Object.fromEntries(values) });
  }

  fail(address: string, code = 'boom'): this {
    return this.event({ kind: 'failed', exec: this.land(address), error: { code, message: `${address} failed` } });
  }

  /** Answers every gather that waits, each with what it was given. */
  gather(): this {
    for (; this.gathered < this.all.length; this.gathered += 1) {
      const command = this.all[this.gathered];
      if (command?.kind !== 'gather') continue;
      this.event({ kind: 'gathered', exec: command.exec, value: command.value });
    }
    return this;
  }

  close(address: string): this {
    return this.event({ kind: 'closed', exec: this.land(address) });
  }

  intervene(intervention: SentIntervention): this {
    return this.event({ kind: 'intervened', intervention });
  }

  withdraw(id: string): this {
    return this.event({ kind: 'withdrawn', id });
  }

  /** A resolver or a merge answers; without a value it fails. */
  supply(address: string, json?: Json): this {
    const exec = this.asked.get(address)?.exec;
    if (exec === undefined)
      throw new Error(`${address} is not asked for; what is: ${[...this.asked.keys()].join(', ')}`);
    this.asked.delete(address);
    if (json === undefined) return this.event({ kind: 'failed', exec, error: { code: 'boom', message: 'no value' } });
    return this.event({ kind: 'supplied', exec, value: literal(json) });
  }

  /** What came of an intervention: `applied used`, `too-late not-used`, or the code of its refusal. */
  came(id: string): string {
    const { refused, outcome, effect } = this.interventionOf(id);
    return refused ? refused.code : `${outcome} ${effect}`;
  }

  interventionOf(id: string): InterventionState {
    const found = this.engine.interventions().find(one => one.id === id);
    if (!found) throw new Error(`the run has no intervention ${id}`);
    return found;
  }

  /** Lets time pass: every timer that is due fires, in order. */
  wait(ms: number): this {
    const until = this.now + ms;
    for (;;) {
      const due = [...this.timers].filter(([, at]) => at <= until).sort((a, b) => a[1] - b[1] || a[0] - b[0])[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.now = Math.max(this.now, due[1]);
      this.event({ kind: 'fired', timer: due[0] });
    }
    this.now = until;
    return this;
  }

  event(event: Untimed): this {
    return this.follow(this.engine.apply({ ...event, at: this.now }));
  }

  /** Another driver takes over: only the snapshot goes along. */
  handOver(): this {
    this.engine = restoreEngine(this.plan, resumable(JSON.parse(JSON.stringify(this.engine.snapshot())), this.now));
    this.flying.clear();
    this.asked.clear();
    this.timers.clear();
    return this.event({ kind: 'continued' });
  }

  get running(): string[] {
    return [...this.flying.keys()];
  }

  inputsOf(address: string): Record<string, Json | undefined> {
    const execute = this.flying.get(address);
    return Object.fromEntries(Object.entries(execute?.inputs ?? {}).map(([port, value]) => [port, inlineOf(value)]));
  }

  statuses(): Record<string, string> {
    return Object.fromEntries([...this.engine.nodes()].map(node => [node.address, node.status]));
  }

  get outputs(): Record<string, Json | undefined> {
    return Object.fromEntries(
      Object.entries(this.finish?.outputs ?? {}).map(([port, value]) => [port, inlineOf(value)]),
    );
  }

  private land(address: string): number {
    const execute = this.flying.get(address);
    if (!execute) throw new Error(`${address} is not in flight; what is: ${this.running.join(', ')}`);
    this.flying.delete(address);
    return execute.exec;
  }

  private follow(commands: readonly Command[]): this {
    this.last = commands;
    this.all.push(...commands);
    for (const command of commands) {
      if (command.kind === 'execute') this.flying.set(command.address, command);
      if (command.kind === 'resolve' || command.kind === 'merge') {
        this.asked.set(command.address.replace(/-\d+$/, ''), command);
      }
      if (command.kind === 'timer') this.timers.set(command.timer, command.at);
      if (command.kind === 'cancel' && 'timer' in command) this.timers.delete(command.timer);
      if (command.kind === 'cancel' && 'exec' in command) {
        for (const [address, { exec }] of this.asked) if (exec === command.exec) this.asked.delete(address);
      }
      if (command.kind === 'finish') this.finish = command;
    }
    return this;
  }
}
