/**
 * The border between stored values and a step's code, the same wherever a step runs. In: values are loaded, decoded, checked.
 * Out: what the code returned is checked, encoded, and made into values. What can't pass is a `BorderError`, which is not
 * retried; what the code throws passes unchanged (`toFailure` tells which is which), unless it was given secrets.
 */
import type { Content } from '../graph/bytes.js';
import { decodePorts, encodeContents, type PortProblem } from '../graph/convert-ports.js';
import { deepFreeze } from '../graph/deep-freeze.js';
import { mayBeAbsent, portSchemas } from '../graph/port-schema.js';
import type { Ports } from '../graph/ports.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Json, JsonObject } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { Leaf, Value } from '../value/value.js';
import type { Scrub } from '../seal/scrub.js';
import { BorderError, type BorderCode } from './border-error.js';
import type { Ctx, Log } from './ctx.js';
import type { Impl } from './impl.js';
import { loadPorts } from './load-ports.js';
import { makeValues, type Peeks } from './make-values.js';
import { keepFromOutputs, readContext } from './read-context.js';
import { scrubbedDeps } from './scrubbed-deps.js';
import { ScrubbedError } from './scrubbed-error.js';
import { searchedContents } from './searched-contents.js';
import { toFailure } from './to-failure.js';

/** One attempt of one execution of a step. */
export interface StepCall {
  /** The node's address: `cover/ocr`. */
  readonly address: string;
  readonly runId: string;
  readonly tenant: string;
  /** From 1. */
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** By port; an absent optional one is not there. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** JSON side. */
  readonly options?: JsonObject;
  readonly peeks?: Peeks;
  /** What the run was given to hand to every step. */
  readonly baggage?: JsonObject;
  /** What it gets of the run's context, JSON side: its secrets. */
  readonly context?: JsonObject;
  /** W3C trace context, if there is one: of the run, and of the attempt's own span where it has one. */
  readonly traceparent?: string;
}

export interface BorderDeps {
  readonly store: BlobStore;
  readonly signal: AbortSignal;
  readonly log: Log;
  progress(done: number, total?: number): void;
  /** What makes a span of an attempt. Without it there is none. */
  readonly inSpan?: InSpan;
}
/** Does the work in a span, whose `traceparent` it is told. */
export type InSpan = <T>(work: (traceparent: string | undefined) => Promise<T>) => Promise<T>;

/**
 * Runs a step once; its outputs by port, absent ones not there. Throws a `BorderError` or what the step throws. Of one that
 * was given secrets everything that leaves it is scrubbed, and outputs with a secret are refused [A5].
 */
export function runStep(impl: Impl, call: StepCall, deps: BorderDeps): Promise<Outputs> {
  if (!deps.inSpan) return scrubbed(impl, call, deps);
  // What leaves the span is scrubbed already.
  return deps.inSpan(traceparent => scrubbed(impl, { ...call, ...(traceparent && { traceparent }) }, deps));
}
export type Outputs = Readonly<Record<string, Leaf>>;

async function scrubbed(impl: Impl, call: StepCall, deps: BorderDeps): Promise<Outputs> {
  const { values, scrub } = readContext(impl.contract, call.address, call.context);
  if (!scrub) return attempt(impl, call, deps, values);
  try {
    return await attempt(impl, call, scrubbedDeps(deps, scrub), values, scrub);
  } catch (error) {
    const { failure, retryable } = toFailure(error, scrub);
    throw new ScrubbedError(failure, retryable);
  }
}

async function attempt(
  impl: Impl,
  call: StepCall,
  deps: BorderDeps,
  context: Decoded,
  scrub?: Scrub,
): Promise<Outputs> {
  const { input, ctx } = await enter(impl, call, deps, context);
  return leave(await impl.body(input, ctx), outputsOf(impl, call), deps.store, scrub);
}

/** What a step's code is called with. */
export async function enter(
  impl: Impl,
  call: StepCall,
  deps: BorderDeps,
  context: Decoded,
): Promise<{ readonly input: Decoded; readonly ctx: Ctx }> {
  const options = decodeOptions(impl, call);
  const input = await decoded(impl.contract.in, call.inputs, 'input', call, deps.store);
  return { input, ctx: createCtx(call, { options, context }, deps) };
}

/** What is given on the way out, and where: the ports it must fit. */
export interface Outgoing {
  readonly ports: Ports;
  readonly kind: 'output' | 'yield';
  /** `split`; of the items of a stream `split.items`. */
  readonly address: string;
  /** How messages begin: `split: `, `split: item 3, `. */
  readonly intro: string;
  readonly peeks?: Peeks | undefined;
}
export const outputsOf = ({ contract }: Impl, { address, peeks }: StepCall): Outgoing => ({
  ports: contract.out,
  kind: 'output',
  address,
  intro: `${address}: `,
  peeks,
});

/** What a step's code gave, as values by port. */
export async function leave(
  given: unknown,
  outgoing: Outgoing,
  store: BlobStore,
  scrub: Scrub | undefined,
): Promise<Outputs> {
  const { ports, address, peeks } = outgoing;
  // Before anything quotes it, and in the form that is kept.
  keepFromOutputs(scrub, address, given);
  const encoded = encodeResult(outgoing, given);
  const values = scrub ? searchedContents(encoded, scrub, address) : encoded;
  return makeValues(values, store, peeks, portSchemas(ports));
}

/** Stored values, as the code gets them. `kind`: what messages call them. */
export async function decoded(
  ports: Ports,
  stored: StepCall['inputs'],
  kind: 'input' | 'yield',
  call: StepCall,
  store: BlobStore,
): Promise<Decoded> {
  const { values, problems } = decodePorts(ports, await loadPorts(ports, stored, store));
  if (problems.length > 0) throw refused('invalid_value', placeOf(call), kind, problems);
  return values;
}

function decodeOptions({ contract }: Impl, call: StepCall): Decoded {
  const { values, problems } = decodePorts(contract.options, call.options ?? {});
  if (problems.length > 0) throw refused('invalid_options', placeOf(call), 'option', problems);
  return values;
}

export type Decoded = Readonly<Record<string, unknown>>;

function encodeResult({ ports, kind, address, intro }: Outgoing, result: unknown): Readonly<Record<string, Content>> {
  const given = result ?? {};
  if (typeof given !== 'object' || Array.isArray(given) || result === null) {
    const message = `${intro}expected an object of ${kind}s by port, got ${quote(result as Json)}`;
    throw new BorderError('invalid_output', message, { address });
  }
  const { values, problems } = encodeContents(ports, given, mayBeAbsent);
  const code = problems.every(problem => problem.kind === 'not_json') ? 'not_json' : 'invalid_output';
  if (problems.length > 0) throw refused(code, { address, intro }, kind, problems);
  return values;
}

function createCtx(
  { address, runId, tenant, attempt, idempotencyKey, traceparent, baggage = {} }: StepCall,
  { options, context }: { readonly options: Decoded; readonly context: Decoded },
  deps: BorderDeps,
): Ctx {
  const { signal, log } = deps;
  const progress: Ctx['progress'] = (done, total) => deps.progress(done, total);
  const told = { address, runId, tenant, attempt, idempotencyKey, traceparent, options, context };
  return Object.freeze({ ...told, signal, log, progress, baggage: deepFreeze(structuredClone(baggage)) });
}

const PORTS = { input: '/$in.', output: '.', option: '/$options.' } as const;
/** The items of a stream have one address. */
const addressOf = (address: string, kind: keyof typeof PORTS | 'yield', port: string): string =>
  kind === 'yield' ? address : address + PORTS[kind] + port;
const placeOf = ({ address }: StepCall): Pick<Outgoing, 'address' | 'intro'> => ({ address, intro: `${address}: ` });

function refused(
  code: BorderCode,
  { address, intro }: Pick<Outgoing, 'address' | 'intro'>,
  kind: keyof typeof PORTS | 'yield',
  problems: readonly PortProblem[],
): BorderError {
  const list = problems.map(({ port, message }) => `${kind} "${port}": ${message}`);
  const details = problems.map(({ port, message }) => ({ address: addressOf(address, kind, port), port, message }));
  const cause = problems.find(problem => problem.cause !== undefined)?.cause;
  return new BorderError(code, `${intro}${list.join('; ')}`, { problems: details }, { cause });
}
