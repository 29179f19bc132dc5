/** A client that watches runs over HTTP, as small as it can be. */
import { setTimeout as wait } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Frame, Run } from '../../src/run/run.js';

/** How soon a client that lost its service asks again, in milliseconds. */
const RETRY = 50;

/** The events of one connection. */
export async function* eventsOf(response: Response): AsyncGenerator<EventSourceMessage> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: event => void events.push(event) });
  const decoder = new TextDecoder();
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* events.splice(0);
  }
}

/** What has an id, to the end of the run, over as many connections as it takes; `seen` is told of each. */
export async function watchToEnd(
  url: string,
  runId: string,
  seen: (frame: Frame) => void = () => {},
): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for (;;) {
    const last = frames.at(-1)?.id;
    try {
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const response = await fetch(`${url}/api/v1/runs/${runId}/events`, { headers });
      if (response.status === 204) return frames;
      for await (const { id, data } of eventsOf(response)) {
        if (id === undefined) continue;
        const frame = JSON.parse(data) as Frame;
        frames.push(frame);
        seen(frame);
        if (frame.kind === 'ended') return frames;
      }
    } catch {
      // Nobody there, or cut off: again.
    }
    await wait(RETRY);
  }
}

/** The same as Temporal tells it, without a service between. */
export async function framesOf(run: Run<unknown>, from?: string): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of run.watch(from === undefined ? {} : { from })) if (!frame.live) frames.push(frame);
  return frames;
}
