/**
 * Spans of OpenTelemetry, for those who ask for them.
 * 1. Nothing of it is loaded before; what is used is its API alone, so any version of its SDK will do.
 * 2. A span carries names and numbers, never values; of an error that is thrown its code, and a message only from who
 *    knows it to be scrubbed [A5].
 */
import type * as Otel from '@opentelemetry/api';
import { EspalierError } from '../value/espalier-error.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

/** `true`: the provider that the program has registered with `@opentelemetry/api`; else one of your own. */
export type TracingOption = boolean | Otel.TracerProvider;

/** The parent of a span: the one that is active where it begins. */
export const ACTIVE = Symbol('the active span');

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'producer' | 'consumer';
  readonly attributes: Attributes;
  /** A `traceparent`, or the active span. Without one, or with one that says nothing, a trace begins. */
  readonly parent: string | typeof ACTIVE | undefined;
}
type Attributes = Readonly<Record<string, string | number>>;

export interface OpenSpan {
  /** What others name as their parent; undefined while the program has no provider. */
  readonly traceparent: string | undefined;
  note(attributes: Attributes): void;
  fail(code: string, message: string): void;
}

export interface Tracing {
  /** Begins `work` at once, in a span that is active in it and ends with it. One that throws has failed. */
  inSpan<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T>;
}

/** Undefined if it is off. Throws `missing_package` without the API. */
export async function openTracing(option: TracingOption | undefined): Promise<Tracing | undefined> {
  if (option === undefined || option === false) return undefined;
  const otel = await loadApi();
  const tracer = (option === true ? otel.trace : option).getTracer('espalier');
  return { inSpan: (start, work) => inSpan({ otel, tracer }, start, work) };
}

async function loadApi(): Promise<typeof Otel> {
  try {
    return await import('@opentelemetry/api');
  } catch (cause) {
    const message = 'tracing needs one more package: npm install @opentelemetry/api@1.9';
    throw new EspalierError('missing_package', message, { cause });
  }
}

interface Api {
  readonly otel: typeof Otel;
  readonly tracer: Otel.Tracer;
}

async function inSpan<T>(
  { otel, tracer }: Api,
  { name, kind, attributes, parent }: SpanStart,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const { context, trace, SpanKind, SpanStatusCode } = otel;
  const kinds = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
  const around = parent === ACTIVE ? context.active() : remoteContext(otel, parent);
  const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, around);
  let failed = false;
  const fail = (code: string, message?: string): void => {
    failed = true;
    span.setAttribute('error.type', code);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
  };
  const own = span.spanContext();
  const traceparent = trace.isSpanContextValid(own) ? formatTraceparent(own) : undefined;
  const open = { traceparent, fail, note: (more: Attributes) => void span.setAttributes({ ...more }) };
  try {
    return await context.with(trace.setSpan(around, span), () => work(open));
  } catch (error) {
    if (!failed) fail(error instanceof EspalierError ? error.code : 'Error');
    throw error;
  } finally {
    span.end();
  }
}

function remoteContext({ ROOT_CONTEXT, trace }: typeof Otel, traceparent: string | undefined): Otel.Context {
  const remote = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT;
}
