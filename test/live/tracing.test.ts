/** Spans as OpenTelemetry's own SDK gives them out, of a service, a client and workers that are traced, and of some that are not. */
import { randomUUID } from 'node:crypto';
import { context, trace } from '@opentelemetry/api';
import { node, tracing as sdk } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Espalier } from '../../src/client/espalier.js';
import type { Frame } from '../../src/run/run.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { CONTINUE } from '../../src/protocol/names.js';
import { checkFold } from './fold-check.js';
import { Live } from './harness.js';
import { historyOf } from './history.js';
import { callsTo } from './service-calls.js';
import { openLiveService, type TestService } from './service-harness.js';

const TRACE = 'abcdef0123456789abcdef0123456789';
const PARENT = '0123456789abcdef';
const SECRET = 'sk-of-nobody-4711';

const exporter = new sdk.InMemorySpanExporter();
const provider = new node.NodeTracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor(exporter)] });
type Span = sdk.ReadableSpan;

const text = z.string();
const shaky = step({
  id: 'shaky',
  in: { text },
  out: { text },
  context: { apiKey: text },
  retry: { attempts: 2, backoff: 'none', initial: 1 },
});
const speak = step({ id: 'speak', in: { text }, out: { traceparent: text, text } });
const kept = step({ id: 'kept', in: { text }, out: { text }, pure: true, cache: true, version: '1' });
const traced = graph({ id: 'traced', in: { text }, out: { traceparent: text, last: text } }, (g, i) => {
  const first = g.run(shaky, { text: i.text });
  const second = g.run(speak, { text: first.text });
  const pinned = g.run(speak, { text: second.text }, { as: 'pinned' });
  return { out: { traceparent: second.traceparent, last: g.run(kept, { text: pinned.text }).text } };
});
/** Its first attempt fails, and the second one as soon as the test lets it. */
const doomed = step({ id: 'doomed', in: { text }, out: { text }, retry: { attempts: 2, backoff: 'none', initial: 1 } });
const fails = graph({ id: 'fails', in: { text }, out: { text } }, (g, i) => ({
  out: { text: g.run(doomed, { text: i.text }).text },
}));
let letFail = (): void => {};
const mayFail = new Promise<void>(resolve => (letFail = resolve));
/** Longer than a link of 20 events. */
const talk = graph({ id: 'talk', in: { text }, out: { first: text, last: text } }, (g, i) => {
  const first = g.run(speak, { text: i.text }, { as: 's0' });
  let { text: said, traceparent: last } = first;
  for (let n = 1; n < 8; n += 1) ({ text: said, traceparent: last } = g.run(speak, { text: said }, { as: `s${n}` }));
  return { out: { first: first.traceparent, last } };
});
const HALF = { breakpoints: [{ before: 's4' }], linkLimits: { events: 20 } };
const registered = {
  steps: [
    impl(shaky, (input, { attempt, context: { apiKey } }) => {
      if (attempt === 1) throw new Error(`no entry with ${apiKey}`);
      return input;
    }),
    impl(speak, (input, { traceparent = '' }) =>
      trace.getTracer('of a step').startActiveSpan('its own', span => {
        span.end();
        return { ...input, traceparent };
      }),
    ),
    impl(kept, input => input),
    impl(doomed, async (_, { attempt }) => {
      if (attempt === 2) await mayFail;
      throw new Error('never');
    }),
  ],
};

const live = Live.use();
let service: TestService;
const { put, start, result } = callsTo(() => service);

beforeAll(async () => {
  provider.register();
  service = await openLiveService(live, { tracing: true });
  await put(traced.document);
});
afterEach(() => exporter.reset());
afterAll(async () => {
  await service.stop();
  await provider.shutdown();
  trace.disable();
  context.disable();
});

const spanId = (span: Span | undefined): string | undefined => span?.spanContext().spanId;
const parentOf = (span: Span | undefined): string | undefined => span?.parentSpanContext?.spanId;
const spans = (name: string): readonly Span[] => exporter.getFinishedSpans().filter(span => span.name === name);
const ofTrace = (traceId: string | undefined): readonly Span[] =>
  exporter.getFinishedSpans().filter(span => span.spanContext().traceId === traceId);
const REQUEST = 'POST /api/v1/runs';

/** Starts a run of `traced` over HTTP; gives its id when it has ended, with all of its spans. */
async function run(pinned: string, traceparent: string) {
  const id = `traced-${randomUUID()}`;
  const override = { kind: 'override', value: pinned };
  const body = {
    ...{ id, graph: 'traced', input: { text: 'a' }, context: { _global: { apiKey: SECRET } } },
    interventions: ['text', 'traceparent'].map(port => ({ at: `pinned.${port}`, ...override })),
  };
  const answer = await start(body, { traceparent });
  expect(answer.status).toBe(202);
  const { outputs } = (await (await result(id, '20s')).json()) as { readonly outputs: object };
  await expect.poll(() => spans(REQUEST)).toHaveLength(1);
  return { id, body, outputs };
}

test('ST-19 a run has one trace, from its caller over each attempt to the spans of its steps, and no secret in it', async () => {
  await live.work(registered, { tracing: provider });
  const { id, outputs } = await run('pinned', `00-${TRACE}-${PARENT}-01`);
  const names = ofTrace(TRACE).map(({ name }) => name);
  expect(names.toSorted()).toEqual([REQUEST, 'its own', 'kept', 'shaky', 'shaky', 'speak', 'start traced']);
  const [request, begun, spoken, own] = [REQUEST, 'start traced', 'speak', 'its own'].map(name => spans(name)[0]);
  expect(parentOf(request)).toBe(PARENT);
  expect(request?.attributes).toMatchObject({ 'http.route': '/api/v1/runs', 'http.response.status_code': 202 });
  expect(parentOf(begun)).toBe(spanId(request));
  expect([spoken, ...spans('shaky'), ...spans('kept')].map(parentOf)).toEqual(Array(4).fill(spanId(begun)));
  expect(parentOf(own)).toBe(spanId(spoken));
  expect(outputs).toMatchObject({ traceparent: `00-${TRACE}-${spanId(spoken)}-01` });

  const common = { 'espalier.run': id, 'espalier.graph': 'traced', 'espalier.node': 'shaky', 'espalier.step': 'shaky' };
  const attempt = (number: number, outcome: string): object => ({
    ...common,
    ...{ 'espalier.generation': 1, 'espalier.attempt': number, 'espalier.outcome': outcome },
  });
  expect(spans('shaky').map(({ attributes, status }) => [attributes, status])).toEqual([
    [
      { ...attempt(1, 'failed'), 'error.type': 'Error' },
      { code: 2, message: 'no entry with [context apiKey]' },
    ],
    [attempt(2, 'completed'), { code: 0 }],
  ]);
  const all = exporter
    .getFinishedSpans()
    .map(({ name, attributes, events, status }) => [name, attributes, events, status]);
  expect(JSON.stringify(all)).not.toContain(SECRET);
});

test('ST-19 the frames and the view of a run name the span of each attempt', async () => {
  await live.work(registered, { tracing: provider });
  const { id } = await run('in frames', `00-${TRACE}-${PARENT}-01`);
  const traceOf = (span: Span | undefined): object => ({
    ...{ traceId: TRACE, spanId: spanId(span), parentId: spanId(spans('start traced')[0]) },
  });
  const frames: Frame[] = [];
  for await (const frame of service.espalier.run(id).watch()) frames.push(frame);
  const expected = {
    shaky: traceOf(spans('shaky')[1]),
    speak: traceOf(spans('speak')[0]),
    kept: traceOf(spans('kept')[0]),
  };
  const ended = frames.filter(({ kind }) => kind === 'completed');
  expect(Object.fromEntries(ended.map(({ at, trace }) => [at, trace]))).toEqual(expected);
  expect(frames.filter(({ kind, trace }) => kind !== 'completed' && trace)).toEqual([]);
  const { nodes } = await service.espalier.run(id).view();
  expect(Object.fromEntries(nodes.flatMap(({ at, trace }) => (trace ? [[at, trace]] : [])))).toEqual(expected);
  await checkFold(live, id);
});

test('ST-19 an attempt that fails has its span in a frame at once, and the last one in that of the failure', async () => {
  await live.work(registered, { tracing: provider });
  const begun = await service.espalier.start(fails, { input: { text: 'a' } });
  const traces: (Frame['trace'] | undefined)[] = [];
  for await (const { error, kind, trace } of begun.watch()) {
    if (kind === 'attempt' && error) letFail();
    if (error && kind !== 'ended') traces.push(trace);
  }
  const parentId = spanId(spans('start fails')[0]);
  expect(traces).toEqual(
    spans('doomed').map(span => ({ traceId: span.spanContext().traceId, spanId: spanId(span), parentId })),
  );
  expect(traces).toHaveLength(2);
});

test('a cached node has no span, a traceparent that says nothing begins a trace, a start that is repeated is no fault', async () => {
  await live.work(registered, { tracing: provider });
  await run('kept before', `00-${TRACE}-${PARENT}-01`);
  expect(spans('kept')).toHaveLength(1);
  exporter.reset();
  const { body } = await run('kept before', `00-${'0'.repeat(32)}-${PARENT}-01`);
  const [request] = spans(REQUEST);
  expect([parentOf(request), spans('kept')]).toEqual([undefined, []]);
  const names = ofTrace(request?.spanContext().traceId).map(({ name }) => name);
  expect(names.toSorted()).toEqual([REQUEST, 'its own', 'shaky', 'shaky', 'speak', 'start traced']);

  expect((await start(body)).status).toBe(409);
  await expect.poll(() => spans(REQUEST)).toHaveLength(2);
  expect([...spans('start traced'), ...spans(REQUEST)].map(({ status }) => status.code)).toEqual([0, 0, 0, 0]);
});

describe('turned on half-way, over a continue-as-new,', () => {
  test('by a worker: a run that was begun without has spans from then on, and its steps are told of none', async () => {
    const off = await live.work(registered);
    const begun = await live.start(talk, { text: 'a' }, HALF);
    await expect.poll(() => isHeld(begun.id)).toBe(true);
    await live.stop(off);
    await live.work(registered, { tracing: true });
    await begun.handle.executeUpdate(CONTINUE);
    expect(await begun.result()).toMatchObject({ first: '', last: expect.stringMatching(/^00-.{52}$/) as string });
    expect(
      spans('speak').map(({ attributes, parentSpanContext }) => [attributes['espalier.node'], parentSpanContext]),
    ).toEqual(['s4', 's5', 's6', 's7'].map(at => [at, undefined]));
    expect((await calls(begun.id)).some(call => 'trace' in call)).toBe(false);
    const { nodes } = await service.espalier.run(begun.id).view();
    expect(nodes.flatMap(({ trace }) => trace ?? [])).toEqual(
      spans('speak').map(span => ({ traceId: span.spanContext().traceId, spanId: spanId(span) })),
    );
  });

  test('by the client: steps are told the trace of their run where the worker has none, and go on with it where it has', async () => {
    const common = { address: live.address, dataDir: live.dataDir, taskQueue: live.queue };
    const espalier = await Espalier.connect({ ...common, tracing: provider });
    const off = await live.work(registered);
    const begun = await espalier.start(talk, { input: { text: 'a' }, ...HALF });
    await expect.poll(() => isHeld(begun.id)).toBe(true);
    await live.stop(off);
    await live.work(registered, { tracing: true });
    await begun.continue();
    const { first } = await begun.result();
    const [root] = spans('start talk');
    const { traceId = '' } = root?.spanContext() ?? {};
    expect(first).toBe(`00-${traceId}-${spanId(root)}-01`);
    expect(spans('speak').map(parentOf)).toEqual(Array(4).fill(spanId(root)));
    const sent = await calls(begun.id);
    expect(sent.map(({ trace }) => trace)).toEqual(Array(sent.length).fill(first));
    expect((await begun.view()).link).toBeGreaterThan(0);
    await checkFold(live, begun.id);

    const fork = await espalier.fork(begun, { interventions: [{ at: 's6.text', kind: 'override', value: 'b' }] });
    await fork.result();
    expect(parentOf(spans('speak').at(-1))).toBe(spanId(spans('start talk')[1]));
    await espalier.close();
  });
});

const isHeld = async (id: string): Promise<boolean> => (await service.espalier.run(id).view()).holds !== undefined;

/** What its steps were called with in the last link. */
async function calls(id: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { raw } = await historyOf(live.client, id);
  return (raw.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    const [payload] = scheduled?.input?.payloads ?? [];
    return payload?.data ? [JSON.parse(Buffer.from(payload.data).toString()) as Readonly<Record<string, unknown>>] : [];
  });
}
