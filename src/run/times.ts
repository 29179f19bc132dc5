import type { CacheMiss } from '../engine/known.js';
import type { Trace } from './run.js';

/** When the executions of a run did what, milliseconds since the epoch. The driver knows it; the engine never does. */
export interface Times {
  readonly generation: number;
  /** Attempts of its latest execution that are known to have started. */
  attempts: number;
  /** First: a stream that was parked is executed again as the same generation. */
  scheduledAt?: number;
  /** Of the latest attempt. */
  startedAt?: number;
  endedAt?: number;
  /** Why it was executed although its results are cached. */
  miss?: CacheMiss;
  /** Of which build the worker was that had the latest attempt. */
  build?: string;
  /** The span of the attempt that ended it. */
  trace?: Trace;
}

/** Times by address; an execution begins with new ones, so that frames say the same to who has not read the links before. */
export class TimeTable {
  private readonly byAddress = new Map<string, Times>();

  of(address: string, generation: number): Times | undefined {
    const times = this.byAddress.get(address);
    return times?.generation === generation ? times : undefined;
  }

  scheduled(address: string, generation: number, at: number): void {
    const scheduledAt = this.of(address, generation)?.scheduledAt ?? at;
    this.byAddress.set(address, { generation, attempts: 0, scheduledAt });
  }

  started(address: string, generation: number, attempt: number, at: number): void {
    const times = this.ensure(address, generation);
    times.attempts = Math.max(times.attempts, attempt);
    times.startedAt = at;
  }

  ended(address: string, generation: number, at: number): void {
    this.ensure(address, generation).endedAt = at;
  }

  missed(address: string, generation: number, miss: CacheMiss): void {
    this.ensure(address, generation).miss = miss;
  }

  builtAs(address: string, generation: number, build: string): void {
    this.ensure(address, generation).build = build;
  }

  traced(address: string, generation: number, trace: Trace): void {
    this.ensure(address, generation).trace = trace;
  }

  /** Forgets all other addresses: their scopes have closed. */
  keep(addresses: readonly string[]): void {
    const kept = new Set(addresses);
    for (const address of this.byAddress.keys()) if (!kept.has(address)) this.byAddress.delete(address);
  }

  private ensure(address: string, generation: number): Times {
    const known = this.of(address, generation);
    if (known) return known;
    const times: Times = { generation, attempts: 0 };
    this.byAddress.set(address, times);
    return times;
  }
}
