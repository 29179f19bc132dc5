import { redact, type Redaction } from '../run/redact.js';
import type { RunView } from '../run/run.js';
import type { RunSource } from '../run/source.js';
import type { BlobStore } from '../store/blob-store.js';
import { refsIn } from '../value/refs.js';
import type { Value } from '../value/value.js';

/** A run as one piece of JSON: what a test replays without any server. */
export interface Fixture {
  readonly fixtureVersion: 1;
  readonly source: RunSource;
  readonly ended: Ended;
  /** What its values name in the store, by digest: text, or bytes as base64. What is not there any more is left out. */
  readonly blobs: Readonly<Record<string, string | { readonly base64: string }>>;
  /** Ports whose values were taken out. */
  readonly redacted: readonly string[];
}
type Ended = Pick<RunView, 'status' | 'outputs' | 'error'>;

export interface FixtureOptions {
  /**
   * Whose values are taken out: addresses of nodes and ports, `baggage`, or what says so of each port. The same content
   * elsewhere goes as well, and what failures say. Throws `unknown_address`.
   */
  readonly redact?: Redaction;
}

/** Reads from the store what the run needs of it. */
export async function makeFixture(
  recorded: RunSource,
  view: RunView,
  store: Pick<BlobStore, 'get'>,
  { redact: redaction = [] }: FixtureOptions = {},
): Promise<Fixture> {
  const { status, outputs, error } = view;
  const all = { source: recorded, ended: { status, outputs, ...(error && { error }) } };
  const { redacted, ...fixture } = redact(all, redaction);
  return { fixtureVersion: 1, ...fixture, blobs: await blobsOf(valuesOf(fixture), store), redacted };
}

function* valuesOf({ source, ended }: Pick<Fixture, 'source' | 'ended'>): Generator<Value> {
  yield* [source.inputs, source.settled, ended.outputs].flatMap(values => Object.values(values));
  for (const { value } of source.interventions) if (value) yield value;
  for (const { outputs, computed = {} } of source.nodes) yield* [...Object.values(outputs), ...Object.values(computed)];
}

async function blobsOf(values: Iterable<Value>, store: Pick<BlobStore, 'get'>): Promise<Fixture['blobs']> {
  const blobs: Record<string, Fixture['blobs'][string]> = {};
  for (const digest of refsIn(values)) {
    const bytes = await store.get(digest);
    if (bytes) blobs[digest] = blobOf(Buffer.from(bytes));
  }
  return blobs;
}

function blobOf(bytes: Buffer): Fixture['blobs'][string] {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') };
}
