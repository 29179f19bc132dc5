import type { BorderDeps } from './border.js';
import type { StreamFlow, StreamForm } from '../engine/command.js';
import type { Impl } from './impl.js';
import { LiveStream } from './live-stream.js';
import { PACK, sendPacked, type Send } from './pack-items.js';
import type { IsWanted, ParkedStreams } from './parked-streams.js';
import { runStream, type StreamCall } from './run-stream.js';
import { sendItems, type SentStream } from './send-items.js';

/** How an attempt at a stream speaks with its run, and where streams wait for room. */
export interface StreamLink {
  /** As the execution was told. */
  readonly flow: StreamFlow & StreamForm;
  readonly send: Send;
  readonly parked: ParkedStreams;
  readonly isWanted?: IsWanted;
}

/**
 * Runs a stream for one attempt and sends what it yields, as `runStep` runs a step; goes on with the generator that an
 * execution with the same idempotency key has parked. Unless it is parked (again), the generator is closed at the end. Throws
 * a `BorderError`, what the stream throws (after what it yielded before was taken), what `send` rejects with, and the reason of
 * `deps.signal`.
 */
export function streamStep(impl: Impl, call: StreamCall, deps: BorderDeps, link: StreamLink): Promise<SentStream> {
  if (!deps.inSpan) return attempt(impl, call, deps, link);
  return deps.inSpan(traceparent => attempt(impl, { ...call, ...(traceparent && { traceparent }) }, deps, link));
}

async function attempt(
  impl: Impl,
  call: StreamCall,
  deps: BorderDeps,
  { flow: told, send: sendAsIs, parked, isWanted }: StreamLink,
): Promise<SentStream> {
  const send = told.packs ? sendPacked(sendAsIs, deps.store) : sendAsIs;
  const { address, attempt, idempotencyKey: key } = call;
  // What the execution was told is what held before its first attempt.
  const flow = attempt === 1 ? told : await send({ attempt, first: told.next, items: [] });
  const kept = parked.take(key);
  if ('over' in flow) {
    await kept?.close();
    return { kind: 'over' };
  }
  const goesOn = kept?.reaches(flow.next);
  if (!goesOn) await kept?.close();
  const stream = kept && goesOn ? kept : begin(impl, call, deps, flow);
  let end: SentStream | undefined;
  try {
    end = await sendItems(stream, {
      address,
      flow,
      attempt,
      signal: deps.signal,
      heard: deps,
      send,
      ...(told.packs && { most: PACK }),
    });
    return end;
  } finally {
    if (end?.kind === 'parked') parked.keep(key, stream, isWanted);
    else await stream.close();
  }
}

/** At the beginning, unless its code can be told where to go on. */
function begin(impl: Impl, call: StreamCall, deps: BorderDeps, { next, cursor }: StreamFlow): LiveStream {
  if (!cursor) return new LiveStream(runStream(impl, call, deps), next);
  return new LiveStream(runStream(impl, { ...call, from: { next, cursor } }, deps), next, next);
}
