/** Frames as server-sent events over a real connection, from a run that is only told of. */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Espalier } from '../../src/client/espalier.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { createLogSink, type LogMessage } from '../../src/log/log-sink.js';
import type { Frame, WatchOptions } from '../../src/run/run.js';
import { EventStream } from '../../src/service/events/event-stream.js';
import { EventStreams } from '../../src/service/events/event-streams.js';
import { Metrics } from '../../src/service/metrics/metrics.js';

const frameOf = (sub: number, text = ''): Frame => ({
  id: `0.1.${sub}`,
  at: 'brew',
  kind: 'completed',
  time: 1,
  outputs: { coffee: { digest: '0'.repeat(64), size: text.length, inline: text } },
});

/** Frames without end, each with `size` characters; says how many were asked for. */
function endless(size: number) {
  const seen = { asked: 0, ended: false };
  const text = 'x'.repeat(size);
  const frames = async function* (signal: AbortSignal): AsyncGenerator<Frame> {
    try {
      while (!signal.aborted) yield frameOf((seen.asked += 1), text);
    } finally {
      seen.ended = true;
    }
  };
  return { frames, seen };
}

/** Frames that never come; ends when its signal is aborted. */
function silent() {
  const seen = { ended: false };
  const frames = async function* (signal: AbortSignal): AsyncGenerator<Frame> {
    yield frameOf(1);
    await once(signal, 'abort');
    seen.ended = true;
  };
  return { frames, seen };
}

/** Answers every request with such a stream, and gives the connection of a client that has asked. */
async function clientOf(create: () => EventStream): Promise<Socket> {
  const server = createServer((_, response) => {
    const stream = create();
    // As Fastify and Express do for what they send.
    response.once('close', () => stream.destroy());
    stream.pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return client;
}

async function textOf(stream: EventStream): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text;
}

/** The streams of a service whose one run is told of by `watch`. */
function streamsOver(watch: (options: WatchOptions) => AsyncIterable<Frame>) {
  const espalier = { find: async () => ({}), run: () => ({ watch }) };
  const log: LogMessage[] = [];
  const sink = createLogSink({ level: 'warn', format: message => String(log.push(message)), write: () => {} });
  const metrics = new Metrics();
  return { streams: new EventStreams(espalier as unknown as Espalier, metrics, sink), metrics, log };
}

const idsOf = (text: string): readonly string[] => text.match(/(?<=^id: ).*/gm) ?? [];

describe('the streams of a service', () => {
  test('go on behind the last frame when Temporal was away for longer than the client waits', async () => {
    const asked: (string | undefined)[] = [];
    const { streams } = streamsOver(async function* ({ from }) {
      asked.push(from);
      const next = Number(from?.split('.').at(-1) ?? 0) + 1;
      yield frameOf(next);
      yield { live: true, at: 'brew', kind: 'progress', time: 1 };
      if (next < 3) throw new NotReachableError('127.0.0.1:1', 'as given');
    });
    const stream = await streams.open('run', undefined);
    expect(stream && idsOf(await textOf(stream))).toEqual(['0.1.1', '0.1.2', '0.1.3']);
    expect(asked).toEqual([undefined, '0.1.1', '0.1.2']);
  });

  test('that break off for another reason say so in the log', async () => {
    const { streams, metrics, log } = streamsOver(async function* () {
      yield frameOf(1);
      throw new Error('the history is not what the engine would have done');
    });
    const stream = await streams.open('run', undefined);
    await expect(stream && textOf(stream)).rejects.toThrow('the history');
    expect(log).toMatchObject([{ level: 'error', fields: { runId: 'run' } }]);
    expect((await metrics.eventStreams.get()).values).toMatchObject([{ value: 0 }]);
  });
});

describe('frames as events', () => {
  test('an event has the id, the kind and the JSON of its frame; one that is live has no id', async () => {
    const live: Frame = { live: true, at: 'brew', kind: 'progress', time: 2, progress: { done: 1 } };
    const frames = async function* () {
      yield frameOf(3, 'two\nlines');
      yield live;
    };
    expect((await textOf(new EventStream(frames))).split('\n\n')).toEqual([
      'retry: 1000',
      `id: 0.1.3\nevent: completed\ndata: ${JSON.stringify(frameOf(3, 'two\nlines'))}`,
      `event: progress\ndata: ${JSON.stringify(live)}`,
      '',
    ]);
  });

  test('a client hears something at once, and comments while nothing happens', async () => {
    const { frames } = silent();
    const client = await clientOf(() => new EventStream(frames, { heartbeat: 10 }));
    let heard = '';
    client.on('data', (piece: Buffer) => (heard += piece.toString()));
    await expect.poll(() => heard.match(/^:$/gm)?.length).toBeGreaterThan(3);
    expect(heard).toContain('retry: 1000\n\n');
    expect(heard.match(/^id:/gm)).toHaveLength(1);
  });

  test('no more is read than a client takes, however long it takes nothing', async () => {
    const { frames, seen } = endless(10_000);
    const client = await clientOf(() => new EventStream(frames));
    client.pause();
    let before = -1;
    // What the system itself holds back for the connection is filled first.
    await expect.poll(() => before === (before = seen.asked), { interval: 100 }).toBe(true);
    expect(seen.asked).toBeGreaterThan(0);
    expect(seen.asked * 10_000).toBeLessThan(20_000_000);
    client.resume();
    await expect.poll(() => seen.asked).toBeGreaterThan(before + 1000);
  });

  test('what is read ahead for a client that takes nothing is a buffer and a frame', async () => {
    const { frames, seen } = endless(1_000);
    const stream = new EventStream(frames);
    stream.read(0);
    await once(stream, 'readable');
    await expect.poll(() => stream.readableLength).toBeGreaterThan(16_000);
    expect(stream.readableLength).toBeLessThan(18_000);
    expect(seen.asked).toBeLessThan(20);
    stream.destroy();
    await expect.poll(() => seen.ended).toBe(true);
  });

  test.each([
    ['waits for the next frame', silent],
    ['has not read what there is', () => endless(10_000)],
  ])('a client that goes away ends the watching when it %s', async (_, source) => {
    const { frames, seen } = source();
    const client = await clientOf(() => new EventStream(frames));
    await once(client, 'data');
    client.pause();
    expect(seen.ended).toBe(false);
    client.destroy();
    await expect.poll(() => seen.ended).toBe(true);
  });

  test('a stream that is finished ends whole, between two events', async () => {
    const { frames, seen } = silent();
    const stream = new EventStream(frames);
    const text = textOf(stream);
    await expect.poll(() => stream.readableDidRead).toBe(true);
    stream.finish();
    expect((await text).endsWith('\n\n')).toBe(true);
    expect(seen.ended).toBe(true);
  });

  test('frames that break off cut the connection: it never looks like an end', async () => {
    const stream = new EventStream(async function* () {
      yield frameOf(1);
      throw new Error('no more');
    });
    await expect(textOf(stream)).rejects.toThrow('no more');
  });
});
