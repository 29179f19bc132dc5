import type { CallHook, Checkpoint, Command, Execute, Finish, Keep, Merge, Resolve } from '../../src/engine/command.js';
import type { Engine } from '../../src/engine/engine.js';
import type { EngineEvent } from '../../src/engine/event.js';
import type { Known } from '../../src/engine/known.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { Snapshot } from '../../src/engine/snapshot.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Json } from '../../src/value/json.js';

/** The engine under test: the real one, or one with a bug planted in it. */
export interface EngineModule {
  createEngine(plan: Plan, options?: RunOptions, interventions?: readonly SentIntervention[]): Engine;
  restoreEngine(plan: Plan, snapshot: Snapshot): Engine;
  resumable(snapshot: Snapshot, now: number): Snapshot;
}
export interface Simulated {
  readonly finish: Finish;
  readonly engine: Engine;
  /** Every step that was executed, with how many generations. */
  readonly executed: ReadonlyMap<string, number>;
  /** The commands that said so, in order. */
  readonly executions: readonly Execute[];
  /** Calls of resolvers and merges, in order. */
  readonly supplies: readonly (Resolve | Merge)[];
  readonly wasCancelled: boolean;
  /** Input ports that the run waited for when it began. */
  readonly waitedFor: readonly string[];
}
/** What happens to a run from outside, beside its inputs. */
export interface Outside {
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly interventions?: readonly SentIntervention[];
  /** What the run is started with as known. */
  readonly known?: readonly Known[];
  /** What the cache has when it is asked; undefined: it does not answer. */
  readonly cached?: readonly Known[];
  /** How often a restored engine is held against the original one. After every event if not given. */
  readonly twins?: number;
  /** How often something disturbs the run: pauses, hand-overs, a cancellation. */
  readonly disturbed?: number;
  /** Called now and then: may send events of its own, and tells whether it has. */
  readonly meddle?: (engine: Engine, send: (event: Untimed) => void) => void;
  /** Called with every event and what came of it. */
  readonly observe?: (event: Untimed, commands: readonly Command[], engine: Engine) => void;
  /** Of a runner's run: what its calls are answered with. */
  readonly answerCall?: (call: Call) => Untimed;
  /** May send requests between a hand-over and the next link. */
  readonly betweenLinks?: (engine: Engine, send: (event: Untimed) => void) => void;
}
/** What a runner's run asks of its driver, beside steps. */
export type Call = Keep | Checkpoint | CallHook;
export type Untimed = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;
