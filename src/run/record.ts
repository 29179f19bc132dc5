/**
 * What a run shows to the outside, kept beside its engine by whoever drives or folds it.
 * 1. Every event goes through `apply`: frames follow from what the engine then says has changed, and from nothing else.
 * 2. A frame's id is `link.task.sub`: `task` is given by the driver and grows; `sub` counts within it.
 * 3. Times and attempts come from the driver, before the event they belong to.
 */
import type { Command } from '../engine/command.js';
import type { Engine, EngineStatus, NodeState } from '../engine/engine.js';
import type { EngineEvent } from '../engine/event.js';
import type { Frame, FrameKind, RunView } from './run.js';
import { TimeTable } from './times.js';
import { endedStatus, viewOf, type Ending, type RunFacts } from './view.js';

type Unplaced = Omit<Frame, 'id'>;

export class RunRecord {
  readonly times = new TimeTable();
  private frames: Frame[] = [];
  private facts: RunFacts;
  private task = 0;
  private sub = 0;

  constructor(
    id: string,
    private engine: Engine,
    link = 0,
    startedAt?: number,
  ) {
    this.facts = { id, link, ...(startedAt !== undefined && { startedAt }) };
  }

  /** From here on frames belong to `task`. */
  enter(task: number): void {
    if (task === this.task) return;
    this.task = task;
    this.sub = 0;
  }

  /** Hands the event to the engine and notes what came of it. */
  apply(event: EngineEvent): readonly Command[] {
    const before = this.engine.status;
    const commands = this.engine.apply(event);
    this.noteStatus(before, event.at);
    for (const node of this.engine.changed()) this.noteNode(node, event.at);
    return commands;
  }

  /** The run goes on in its next link, whose engine was restored from the snapshot of this one. */
  handedOver(engine: Engine, link: number, at: number): void {
    this.push({ at: '', kind: 'link', time: at });
    this.engine = engine;
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
      ...(kind === 'completed' && { outputs: node.outputs }),
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
