import type { Failure } from '../engine/failure.js';
import type { Rehydration } from './rehydrate.js';

export type Phase = 'start' | 'stop' | 'exception';

/** What a runner tells of itself, by what it is about. Times in milliseconds. */
export interface Telemetry {
  readonly runner: { readonly phase: 'start' | 'stop'; readonly runner: string };
  /** `exception`: a call has thrown, or the workflow has failed. */
  readonly workflow: {
    readonly phase: Phase;
    readonly runner: string;
    readonly workflow: string;
    readonly error?: unknown;
  };
  /** Of workflows that this runner has started or resumed. */
  readonly node: NodeTelemetry;
  readonly store: {
    readonly runner: string;
    readonly op: string;
    readonly ms: number;
    readonly bytes?: number;
    readonly error?: unknown;
  };
  readonly rehydration: {
    readonly runner: string;
    readonly workflow: string;
    readonly rehydration: Rehydration;
    readonly loaded: number;
    readonly refs: number;
    readonly ms: number;
  };
}
export interface NodeTelemetry {
  readonly phase: Phase;
  readonly runner: string;
  readonly workflow: string;
  /** The node's address: `$[3]/brew`. */
  readonly at: string;
  readonly generation: number;
  /** When it happened, since the epoch. */
  readonly time: number;
  readonly error?: Failure;
}

export type TelemetryKind = keyof Telemetry;
export type Listener<K extends TelemetryKind> = (event: Telemetry[K]) => void;

/** Tells whoever listens. A listener that throws harms nobody. */
export class Teller {
  private readonly listeners = new Map<TelemetryKind, Set<(event: never) => void>>();

  /** Gives what ends the listening. */
  on<K extends TelemetryKind>(kind: K, listener: Listener<K>): () => void {
    const known = this.listeners.get(kind) ?? new Set();
    this.listeners.set(kind, known.add(listener));
    return () => void known.delete(listener);
  }

  isHeard(kind: TelemetryKind): boolean {
    return (this.listeners.get(kind)?.size ?? 0) > 0;
  }

  tell<K extends TelemetryKind>(kind: K, event: Telemetry[K]): void {
    for (const listener of this.listeners.get(kind) ?? []) {
      try {
        (listener as Listener<K>)(event);
      } catch {
        // It is not the runner's.
      }
    }
  }
}

/** Does the work and tells that the workflow has started or stopped by it, or what it threw. */
export async function told<T>(
  { name: runner, teller }: { readonly name: string; readonly teller: Teller },
  workflow: string,
  phase: 'start' | 'stop',
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work();
    teller.tell('workflow', { phase, runner, workflow });
    return result;
  } catch (error) {
    teller.tell('workflow', { phase: 'exception', runner, workflow, error });
    throw error;
  }
}
