/**
 * The border between stored values and a step's code, the same wherever a step runs. In: values are loaded, decoded, checked.
 * Out: what the code returned is checked, encoded, and made into values. What can't pass is a `BorderError`, which is not
 * retried; what the code throws passes unchanged (`toFailure` tells which is which), unless it was given secrets.
 */
import type { Content } from '../graph/bytes.js';
import { decodePorts, encodeContents, type PortProblem } from '../graph/convert-ports.js';
import { deepFreeze } from '../graph/deep-freeze.js';
import { mayBeAbsent, portSchemas } from '../graph/port-schema.js';
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
type Outputs = Readonly<Record<string, Leaf>>;

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
  const options = decodeOptions(impl, call);
  const input = await decodeInputs(impl, call, deps.store);
  const result = await impl.body(input, createCtx(call, { options, context }, deps));
  // Before anything quotes it, and in the form that is kept.
  keepFromOutputs(scrub, call.address, result);
  const encoded = encodeResult(impl, call, result);
  const values = scrub ? searchedContents(encoded, scrub, call.address) : encoded;
  return makeValues(values, deps.store, call.peeks, portSchemas(impl.contract.out));
}

async function decodeInputs({ contract }: Impl, call: StepCall, store: BlobStore): Promise<Decoded> {
  const { values, problems } = decodePorts(contract.in, await loadPorts(contract.in, call.inputs, store));
  if (problems.length > 0) throw refused('invalid_value', call, 'input', problems);
  return values;
}

function decodeOptions({ contract }: Impl, call: StepCall): Decoded {
  const { values, problems } = decodePorts(contract.options, call.options ?? {});
  if (problems.length > 0) throw refused('invalid_options', call, 'option', problems);
  return values;
}

type Decoded = Readonly<Record<string, unknown>>;

function encodeResult({ contract }: Impl, call: StepCall, result: unknown): Readonly<Record<string, Content>> {
  const given = result ?? {};
  if (typeof given !== 'object' || Array.isArray(given) || result === null) {
    const message = `${call.address}: expected an object of outputs by port, got ${quote(result as Json)}`;
    throw new BorderError('invalid_output', message, { address: call.address });
  }
  const { values, problems } = encodeContents(contract.out, given, mayBeAbsent);
  const code = problems.every(({ kind }) => kind === 'not_json') ? 'not_json' : 'invalid_output';
  if (problems.length > 0) throw refused(code, call, 'output', problems);
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

const ADDRESSES = { input: '/$in.', output: '.', option: '/$options.' } as const;

function refused(
  code: BorderCode,
  { address }: StepCall,
  kind: keyof typeof ADDRESSES,
  problems: readonly PortProblem[],
): BorderError {
  const list = problems.map(({ port, message }) => `${kind} "${port}": ${message}`);
  const details = problems.map(({ port, message }) => ({ address: address + ADDRESSES[kind] + port, port, message }));
  const cause = problems.find(problem => problem.cause !== undefined)?.cause;
  return new BorderError(code, `${address}: ${list.join('; ')}`, { problems: details }, { cause });
}
