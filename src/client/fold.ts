/**
 * A run, read from its history: the same events at the same places as the interpreter's driver fed its engine
 * (workers/workflows/driver.ts), and so the same state, with times and frames beside it.
 * 1. Before the first event of an activation the engine hears how full the history is.
 * 2. Commands are matched with the history by activity id, timers by their order. A difference is a `FoldError`.
 * 3. An activity that was cancelled by the task that commanded it never came into the history: it closes at once, after
 *    all that its activation delivered.
 * 4. What the history says of the end of the run wins over what the engine would say.
 */
import { createEngine, restoreEngine, type Engine } from '../engine/engine.js';
import { UpdateCount } from '../protocol/fullness.js';
import { ENGINE_VERSION } from '../protocol/start.js';
import { RunRecord } from '../run/record.js';
import { EspalierError } from '../value/espalier-error.js';
import { ActivationReader, timeOf, type Activation } from './activations.js';
import { argumentOf } from './chain.js';
import { engineEvents, updateOf, type LinkReader } from './delivered.js';
import { endingOf } from './ending.js';
import { FoldError } from './fold-error.js';
import { idOf, type HistoryEvent } from './history.js';
import { InFlight } from './in-flight.js';
import type { PayloadReader } from './payloads.js';
import { Turn } from './turn.js';

/** One link of the run, while it is folded. */
interface Link extends LinkReader {
  readonly number: number;
  readonly engine: Engine;
  readonly activations: ActivationReader;
  readonly updates: UpdateCount;
}

/** Sees the engine after every activation. */
export type Concluded = (link: number, activation: Activation, engine: Engine) => void;

export class Fold {
  private link: Link | undefined;
  private known: RunRecord | undefined;

  constructor(
    private readonly runId: string,
    private readonly read: PayloadReader,
    private readonly concluded?: Concluded,
  ) {}

  get begun(): boolean {
    return this.known !== undefined;
  }

  /** What the run shows up to the last page taken. */
  get record(): RunRecord {
    if (!this.known) throw new EspalierError('not_found', `run ${JSON.stringify(this.runId)} has no history`);
    return this.known;
  }

  /** The link that was read last: what it was started with, and its engine. */
  get latest(): Pick<Link, 'argument' | 'engine'> | undefined {
    return this.link;
  }

  /** Takes the next page of the chain (`readChain`). */
  async take(page: readonly HistoryEvent[]): Promise<void> {
    const [first] = page;
    if (first?.workflowExecutionStartedEventAttributes) this.link = await this.open(first);
    const { link } = this;
    if (!link) return;
    for (const activation of link.activations.read(page)) await this.conclude(link, activation);
    const last = page.at(-1);
    if (last) await this.close(last);
  }

  private async open(event: HistoryEvent): Promise<Link> {
    const { runId, read } = this;
    const argument = await argumentOf(event, read);
    const { engineVersion, plan, options, inputs, interventions, carried, forkedFrom } = argument;
    if (engineVersion !== ENGINE_VERSION) {
      throw FoldError.at(runId, event, `engine version ${engineVersion}; this client has ${ENGINE_VERSION}`);
    }
    const engine = carried ? restoreEngine(plan, carried.snapshot) : createEngine(plan, options, interventions);
    const number = carried?.link ?? 0;
    if (this.known) this.known.handedOver(engine, number, timeOf(event));
    else this.known = new RunRecord(runId, engine, number, carried?.startedAt ?? timeOf(event), forkedFrom);
    if (!carried) this.known.give(inputs);
    const { times } = this.known;
    const reading = { inFlight: new InFlight(plan), activations: new ActivationReader(), updates: new UpdateCount() };
    return { runId, read, argument, number, engine, times, ...reading };
  }

  private async conclude(link: Link, activation: Activation): Promise<void> {
    const { record } = this;
    // A task that did nothing but refuse updates: no replay of the run knows of it.
    if (activation.delivered.length + activation.commanded.length === 0) return;
    const { inFlight, updates, argument } = link;
    const turn = new Turn(activation, { inFlight, updates }, record, argument.linkLimits);
    record.enter(activation.task);
    for (const event of activation.delivered) {
      noteTimes(inFlight, record, event);
      for (const heard of await engineEvents(link, event, activation.at)) {
        turn.feed(heard);
        if (updateOf(event)) updates.add(heard);
      }
    }
    const mismatch = turn.conclude();
    if (mismatch) throw new FoldError(this.runId, activation.task, mismatch);
    this.concluded?.(link.number, activation, link.engine);
  }

  private async close(event: HistoryEvent): Promise<void> {
    this.record.enter(idOf(event));
    const ending = await endingOf(event, this.read);
    if (ending) this.record.ended(ending, timeOf(event));
  }
}

/** With this begins the build id that the SDK makes up, which says nothing of the steps' code. */
const SDK_BUILD = '@temporalio/worker@';

/** When an attempt began and ended; the engine does not ask. */
function noteTimes(inFlight: InFlight, { times }: RunRecord, event: HistoryEvent): void {
  const started = event.activityTaskStartedEventAttributes;
  const ended =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  const node = inFlight.at((started ?? ended)?.scheduledEventId)?.node;
  if (!node) return;
  if (started) {
    times.started(node.address, node.generation, started.attempt ?? 1, timeOf(event));
    const build = started.workerVersion?.buildId;
    if (build && !build.startsWith(SDK_BUILD)) times.builtAs(node.address, node.generation, build);
  } else times.ended(node.address, node.generation, timeOf(event));
}
