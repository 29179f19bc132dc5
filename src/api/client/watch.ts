/**
 * Frames of a run as a service sends them. A connection that is lost is made again, and goes on behind the last frame
 * that had an id: nothing is missed and nothing comes twice.
 */
import { createParser } from 'eventsource-parser';
import type { Frame, WatchOptions } from '../../run/run.js';
import { EspalierError } from '../../value/espalier-error.js';
import { Frame as FrameSchema } from '../events.js';
import { parseAnswer, type Http } from './http.js';
import { Patience } from './patience.js';

/** A connection without any byte for this long is taken as lost, in milliseconds: a service says that it is there. */
const SILENCE = 60_000;
const NO_CONTENT = 204;

/** Ends after the frame `ended`, or when `signal` aborts. */
export async function* watchRun(http: Http, path: string, options: WatchOptions = {}): AsyncGenerator<Frame> {
  const { signal } = options;
  const patience = new Patience(signal);
  let last = options.from;
  while (!signal?.aborted) {
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(), SILENCE);
    const heard = (): void => {
      timer.refresh();
      patience.heard();
    };
    const stop = signal ? AbortSignal.any([signal, silent.signal]) : silent.signal;
    const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
    try {
      const response = await http.open(`${path}/events`, { headers, signal: stop });
      if (response.status === NO_CONTENT) return;
      for await (const frame of framesOf(response, heard)) {
        last = frame.id ?? last;
        yield frame;
        if (frame.kind === 'ended') return;
      }
      await patience.after(lost(http, undefined));
    } catch (error) {
      if (!signal?.aborted) await patience.after(error instanceof EspalierError ? error : lost(http, error));
    } finally {
      clearTimeout(timer);
      silent.abort();
    }
  }
}

const lost = (http: Http, cause: unknown): EspalierError =>
  new EspalierError('not_reachable', `the connection to ${http.url} was lost, and can't be made again`, { cause });

/** `heard` is told of every sign of life. */
async function* framesOf({ body }: Response, heard: () => void): AsyncGenerator<Frame> {
  const texts: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void texts.push(data) });
  const decoder = new TextDecoder();
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    heard();
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const text of texts.splice(0)) yield parseAnswer(FrameSchema, text);
  }
}
