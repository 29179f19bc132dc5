import { watchRun } from '../client/watch.js';
import { FEED } from '../plan/fed.js';
import type { Frame } from '../run/run.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';
import type { Phase } from './telemetry.js';

const PHASES: Readonly<Partial<Record<Frame['kind'], Phase>>> = {
  scheduled: 'start',
  completed: 'stop',
  cached: 'stop',
  'short-circuited': 'stop',
  failed: 'exception',
};

/** The most workflows that are remembered for who may come to listen. */
const MOST_WAITING = 1000;

/** Tells what the nodes of workflows do, from their histories, once somebody listens. */
export class NodeWatch {
  private readonly waiting = new Set<string>();
  private readonly ended = new AbortController();

  constructor(private readonly house: House) {}

  /** A workflow that was started or resumed. */
  add(id: string): void {
    this.waiting.add(id);
    const [oldest] = this.waiting;
    if (oldest !== undefined && this.waiting.size > MOST_WAITING) this.waiting.delete(oldest);
    if (this.house.teller.isHeard('node')) this.begin();
  }

  /** Somebody listens. */
  begin(): void {
    // A history that can't be read (any more) tells nothing: whoever asks for the workflow hears why.
    for (const id of this.waiting) void this.follow(id).catch(() => undefined);
    this.waiting.clear();
  }

  end(): void {
    this.ended.abort();
  }

  private async follow(id: string): Promise<void> {
    const { access, name: runner, teller } = this.house;
    const { signal } = this.ended;
    for await (const { kind, at, generation = 1, time, error, status } of watchRun(access, runIdOf(runner, id), {
      signal,
    })) {
      if (kind === 'ended' && status === 'failed') {
        teller.tell('workflow', { phase: 'exception', runner, workflow: id, error });
      }
      const phase = PHASES[kind];
      if (!phase || at === FEED) continue;
      teller.tell('node', { phase, runner, workflow: id, at, generation, time, ...(error && { error }) });
    }
  }
}
