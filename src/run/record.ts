/**
 * What a run shows to the outside, kept beside its engine by whoever drives or folds it.
 * 1. Every event goes through `apply`: frames follow from what the engine then says has changed, and from nothing else.
 * 2. A frame's id is `link.task.sub`: `task` is given by the driver and grows; `sub` counts within it.
 * 3. Times and attempts come from the driver, before the event they belong to.
 */
import type { Command } from '../engine/command.js';
import type { Engine, EngineStatus, InterventionState, NodeState } from '../engine/engine.js';
import type { EngineEvent } from '../engine/event.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { RunSource } from './source.js';
import type { Frame, FrameKind, RunView } from './run.js';
import { TimeTable } from './times.js';
import { endedStatus, viewOf, type Ending, type RunFacts } from './view.js';

type Told = Pick<InterventionState, 'at' | 'id' | 'outcome' | 'refused'>;

type Unplaced = Omit<Frame, 'id'>;

const WITH_OUTPUTS: ReadonlySet<FrameKind> = new Set<FrameKind>(['completed', 'cached', 'short-circuited']);

export class RunRecord {
  readonly times = new TimeTable();
  private frames: Frame[] = [];
  private facts: RunFacts;
  private task = 0;
  /** Undefined where the beginning of the run is not known any more. */
  private given: RunSource['inputs'] | undefined;
  private sub = 0;

  constructor(
    id: string,
    private engine: Engine,
    link = 0,
    startedAt?: number,
    forkedFrom?: string,
  ) {
    const more = { ...(startedAt !== undefined && { startedAt }), ...(forkedFrom !== undefined && { forkedFrom }) };
    this.facts = { id, link, ...more };
  }

  /** What it will begin with: it may be forked before. */
  give(inputs: RunSource['inputs']): void {
    this.given = inputs;
  }

  /** From here on frames belong to `task`. */
  enter(task: number): void {
    if (task === this.task) return;
    this.task = task;
    this.sub = 0;
  }

  /** Hands the event to the engine and notes what came of it. */
  apply(event: EngineEvent): readonly Command[] {
    const { status: before, holds } = this.engine;
    if (event.kind === 'started') this.given = event.inputs;
    const known = new Set(holds.map(({ at }) => at));
    const tell = this.tellerOf(event);
    const commands = this.engine.apply(event);
    tell?.();
    const held = this.engine.holds.filter(({ at }) => !known.has(at));
    // A request comes before what follows from it, a breakpoint after the node that has come to it.
    if (held.length === 0) this.noteStatus(before, event.at);
    for (const node of this.engine.changed()) this.noteNode(node, event.at);
    for (const { at } of held) this.push({ at, kind: 'held', time: event.at });
    if (held.length > 0) this.noteStatus(before, event.at);
    return commands;
  }

  /** The run goes on in its next link, whose engine was restored from the snapshot of this one. */
  handedOver(engine: Engine, link: number, at: number): void {
    this.push({ at: '', kind: 'link', time: at });
    this.engine = engine;
    this.times.keep(Array.from(engine.nodes(), ({ address }) => address));
    this.facts = { ...this.facts, link };
    this.task = 0;
    this.sub = 0;
  }

  /** The run has ended. Its last frame. */
  ended(ending: Ending, at: number): void {
    this.facts = { ...this.facts, ending, endedAt: at };
    const { outputs, error } = ending;
    this.push({ at: '', kind: 'ended', time: at, status: endedStatus(ending), outputs, ...(error && { error }) });
  }

  /** Frames that came since the last call, in order. */
  takeFrames(): readonly Frame[] {
    const frames = this.frames;
    this.frames = [];
    return frames;
  }

  /** What a fork of the run, or a comparison with it, goes by. */
  source(): RunSource {
    const { engine, times } = this;
    const { plan, options } = engine;
    const settled = engine.inputs();
    const nodes = Array.from(engine.nodes());
    const builds = nodes.flatMap(({ address, generation }) => {
      const build = times.of(address, generation)?.build;
      return build === undefined ? [] : [[address, build] as const];
    });
    const failed = engine.failures.flatMap(({ address }) => address ?? []);
    const facts = { run: this.facts.id, plan, options, inputs: this.given ?? settled, settled, failed };
    return { ...facts, interventions: engine.interventions(), nodes, builds: Object.fromEntries(builds) };
  }

  view(): RunView {
    return viewOf(this.engine, this.times, this.facts);
  }

  private noteStatus(before: EngineStatus, time: number): void {
    const { status } = this.engine;
    if (status === before) return;
    if (before === 'pending') this.push({ at: '', kind: 'run', time, status: 'running' });
    if (status === 'paused') this.push({ at: '', kind: 'paused', time, status });
    else if (before === 'paused' && status === 'running') this.push({ at: '', kind: 'resumed', time, status });
  }

  /** What tells of a request once the engine has heard it; what that changes has to be looked at before. */
  private tellerOf(event: EngineEvent): (() => void) | undefined {
    switch (event.kind) {
      case 'started':
        return () => this.engine.interventions().forEach(state => this.tellIntervention(state, event.at));
      case 'intervened':
        return this.tellerOfIntervention(event.intervention, event.at);
      case 'withdrawn': {
        const before = this.findIntervention(event.id)?.effect;
        return () => {
          const state = this.findIntervention(event.id);
          if (!state || state.effect === before) return;
          this.push({ at: state.at, kind: 'withdrawn', time: event.at, intervention: event.id });
        };
      }
      default:
        return undefined;
    }
  }

  /** A repeat is not told again. */
  private tellerOfIntervention(sent: SentIntervention, time: number): (() => void) | undefined {
    const { engine } = this;
    const refused = engine.refusal(sent);
    if (!refused && engine.decision(sent.id)) return undefined;
    return () => this.tellIntervention({ ...sent, ...(refused ? { refused } : engine.decision(sent.id)) }, time);
  }

  private tellIntervention({ at, id, outcome, refused }: Told, time: number): void {
    const what = { ...(outcome && { outcome }), ...(refused && { error: refused }) };
    this.push({ at, kind: 'intervention', time, intervention: id, ...what });
  }

  private findIntervention(id: string): InterventionState | undefined {
    return this.engine.interventions().find(state => state.id === id);
  }

  private noteNode(node: NodeState, at: number): void {
    const kind = this.kindOf(node);
    if (!kind) return;
    const { address, generation } = node;
    if (kind === 'timer') this.times.scheduled(address, generation, at);
    const times = this.times.of(address, generation);
    if (kind !== 'scheduled' && kind !== 'timer' && times && times.endedAt === undefined) {
      this.times.ended(address, generation, at);
    }
    this.push({
      at: address,
      kind,
      time: kind === 'scheduled' ? at : (times?.endedAt ?? at),
      generation,
      ...(times?.attempts && { attempt: times.attempts }),
      ...(times?.startedAt !== undefined && { startedAt: times.startedAt }),
      ...(WITH_OUTPUTS.has(kind) && { outputs: node.outputs }),
      ...(node.from && { from: node.from }),
      ...(times?.miss && { miss: times.miss }),
      ...(times?.trace && { trace: times.trace }),
      ...(node.failure && { error: node.failure }),
    });
  }

  private kindOf(node: NodeState): FrameKind | undefined {
    if (node.status === 'waiting' || node.status === 'queued') return undefined;
    if (node.status !== 'running') return node.status;
    return this.engine.plan.bodies[node.body]?.nodes[node.node]?.kind === 'sleep' ? 'timer' : 'scheduled';
  }

  private push(frame: Unplaced): void {
    this.sub += 1;
    this.frames.push({ id: `${this.facts.link}.${this.task}.${this.sub}`, ...frame });
  }
}
