import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Espalier } from '../../client/espalier.js';
import { NotReachableError } from '../../client/not-reachable-error.js';
import type { LogSink } from '../../log/log-sink.js';
import type { Frame } from '../../run/run.js';
import { Metrics } from '../metrics/metrics.js';
import { LOG_SINK } from '../tokens.js';
import { EventStream } from './event-stream.js';

/** How long clients that read get to read the rest when the service closes, in milliseconds. */
const LAST_WORDS = 500;

/** The streams that are open. When the service closes they end, before the server would cut their connections. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();
  private closing = false;

  constructor(
    @Inject(Espalier) private readonly espalier: Espalier,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOG_SINK) private readonly log: LogSink,
  ) {}

  /** The frames of a run after `from`; undefined when it has ended and there are none. Throws `not_found`. */
  async open(runId: string, from: string | undefined): Promise<EventStream | undefined> {
    const { endedAt } = await this.espalier.find(runId);
    if (endedAt !== undefined && from !== undefined && !(await this.hasMore(runId, from))) return undefined;
    const stream = new EventStream(signal => this.frames(runId, from, signal));
    this.keep(stream, runId);
    if (this.closing) stream.finish();
    return stream;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    const ends = [...this.streams].map(stream => new Promise(resolve => stream.once('close', resolve)));
    for (const stream of this.streams) stream.finish();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise(resolve => (timer = setTimeout(resolve, LAST_WORDS)));
    await Promise.race([Promise.all(ends), limit]);
    clearTimeout(timer);
    for (const stream of this.streams) stream.destroy();
  }

  private keep(stream: EventStream, runId: string): void {
    this.streams.add(stream);
    this.metrics.eventStreams.inc();
    stream.on('error', error => {
      const message = `the events of a run broke off: ${error.message}`;
      this.log.write({ time: new Date(), level: 'error', message, fields: { runId, error } });
    });
    stream.once('close', () => {
      this.streams.delete(stream);
      this.metrics.eventStreams.dec();
    });
  }

  private async hasMore(runId: string, from: string): Promise<boolean> {
    for await (const _ of this.espalier.run(runId).watch({ from })) return true;
    return false;
  }

  /** A server that is away is waited for as long as the client is there. */
  private async *frames(runId: string, from: string | undefined, signal: AbortSignal): AsyncGenerator<Frame> {
    for (let last = from; ;) {
      try {
        const options = { signal, ...(last !== undefined && { from: last }) };
        for await (const frame of this.espalier.run(runId).watch(options)) {
          this.metrics.eventFrames.inc();
          yield frame;
          last = frame.id ?? last;
        }
        return;
      } catch (error) {
        if (!(error instanceof NotReachableError)) throw error;
      }
    }
  }
}
