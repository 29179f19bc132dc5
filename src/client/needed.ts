/**
 * What is needed of the store: a walk over everything that names blobs. Where digests are kept in a new place, `ROOTS` gets
 * a new line.
 */
import {
  decode,
  decodeReferencePayload,
  isReferencePayload,
  visit,
  walkGetWorkflowExecutionHistoryResponse,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { GraphVersion } from '../store/database/graph-registry.js';
import type { Database } from '../store/database/open-database.js';
import type { CacheEntry } from '../store/step-cache.js';
import { EspalierError } from '../value/espalier-error.js';
import { hasCode } from '../value/has-code.js';
import { refsIn } from '../value/refs.js';
import type { Access } from './access.js';
import { isNotFound, pagesOf } from './archived.js';
import { executionsOf, type ExecutionInfo } from './executions.js';
import { historyWith, rawHistory, type HistoryEvent } from './history.js';

/** Is told what is found, and where, in words for people. */
export interface Finder {
  /** A blob that must be there. */
  ref(digest: string, where: string): void;
  /** JSON, in whose leaves digests may stand, or any other text. */
  text(text: string, where: string): void;
}

export interface Walk {
  readonly access: Access;
  readonly database: Database;
  /** Whether an entry of the step cache is looked at. */
  readonly counts: (entry: CacheEntry) => boolean;
  /** Digests of payloads and parts of results that were read: each is once. */
  readonly read: Set<string>;
}

type Root = (walk: Walk, finder: Finder) => Promise<void>;

const ROOTS: readonly Root[] = [walkRuns, walkArchive, walkCache, walkGraphs, walkWorkflows];

/** Temporal comes first: what it forgets meanwhile is in the archive by then. */
export async function walkAll(walk: Walk, finder: Finder): Promise<void> {
  for (const root of ROOTS) await root(walk, finder);
}

const PAGE = 500;
const { Payload: PayloadProto } = proto.temporal.api.common.v1;

function walkRuns(walk: Walk, finder: Finder): Promise<void> {
  return walkExecutions(walk, finder, '');
}

/** All executions that fit the query of a visibility store, whoever has started them. */
export async function walkExecutions(walk: Walk, finder: Finder, query: string): Promise<void> {
  for await (const infos of executionsOf(walk.access, query)) {
    for (const info of infos) await walkExecution(walk, finder, info);
  }
}

async function walkExecution(walk: Walk, finder: Finder, { execution }: ExecutionInfo): Promise<void> {
  const runId = execution?.workflowId ?? '';
  const pages = rawHistory(walk.access, runId, { execution: execution?.runId ?? '' });
  try {
    await walkPages(walk, finder, pages, `run ${runId}`);
  } catch (error) {
    // Nobody has it any more.
    if (!isNotFound(error)) throw error;
  }
}

async function walkArchive(walk: Walk, finder: Finder): Promise<void> {
  for await (const link of walk.database.archive(walk.access.namespace).links()) {
    const where = `archived run ${link.run}, link ${link.link}`;
    finder.ref(link.digest, where);
    await walkPages(walk, finder, pagesOf(walk.access, link), where).catch(unlessGone);
  }
}

async function walkCache(walk: Walk, finder: Finder): Promise<void> {
  for await (const entry of walk.database.stepCache(walk.access.namespace).entries()) {
    if (!walk.counts(entry)) continue;
    const where = `cache entry ${entry.key} of ${entry.step}`;
    for (const digest of refsIn(Object.values(entry.outputs))) finder.ref(digest, where);
  }
}

async function walkGraphs({ database: { graphs } }: Walk, finder: Finder): Promise<void> {
  const names = inPages<GraphVersion>(last => graphs.list({ limit: PAGE, ...(last && { after: last.id }) }));
  for await (const { id } of names) {
    const versionsAfter = (last?: GraphVersion) =>
      graphs.versions(id, { limit: PAGE, ...(last && { before: last.version }) });
    for await (const { hash, version } of inPages(versionsAfter)) {
      const { document = null } = (await graphs.get(id, hash)) ?? {};
      finder.text(JSON.stringify(document), `graph ${id}, version ${version}`);
    }
  }
}

async function walkWorkflows(walk: Walk, finder: Finder): Promise<void> {
  for await (const digest of walk.database.workflows(walk.access.namespace).digests()) {
    finder.ref(digest, 'saved workflow');
    await walkBlob(walk, finder, digest, `saved workflow ${digest}`);
  }
}

/** A full page may be followed by another one. */
async function* inPages<T>(next: (last?: T) => Promise<readonly T[]>): AsyncGenerator<T> {
  for (let page = await next(); page.length > 0; page = page.length < PAGE ? [] : await next(page.at(-1))) yield* page;
}

async function walkPages(
  walk: Walk,
  finder: Finder,
  pages: AsyncIterable<HistoryEvent[]>,
  where: string,
): Promise<void> {
  const transformPayloads = async (payloads: Payload[]): Promise<Payload[]> => {
    for (const payload of payloads) await walkPayload(walk, finder, payload, where);
    return payloads;
  };
  const transformPayload = async (payload: Payload): Promise<Payload> => {
    await walkPayload(walk, finder, payload, where);
    return payload;
  };
  const look = { transformPayload, transformPayloads, skipSearchAttributes: true };
  for await (const events of pages) await visit(historyWith(events), walkGetWorkflowExecutionHistoryResponse, look);
}

async function walkPayload(walk: Walk, finder: Finder, payload: Payload, where: string): Promise<void> {
  const { store, converter } = walk.access;
  if (!isReferencePayload(payload)) {
    const [plain] = await decode(converter.payloadCodecs, [payload]);
    checkPlain(plain, where);
    return walkText(walk, finder, Buffer.from(plain?.data ?? []).toString(), where);
  }
  const { digest = '' } = decodeReferencePayload(payload).claimData;
  finder.ref(digest, where);
  if (walk.read.has(digest)) return;
  walk.read.add(digest);
  const bytes = await store.get(digest).catch(unlessGone);
  if (bytes) await walkPayload(walk, finder, PayloadProto.decode(bytes), where);
}

const PLAIN: ReadonlySet<string> = new Set(['json/plain', 'json/protobuf', 'binary/plain', 'binary/null']);

/** What can't be read may name anything. Throws `not_opened`. */
function checkPlain(payload: Payload | undefined, where: string): void {
  const encoding = Buffer.from(payload?.metadata?.['encoding'] ?? []).toString();
  if (PLAIN.has(encoding) || !payload?.data?.length) return;
  const mend = 'set ESPALIER_CODEC and the keys as where it was written';
  throw new EspalierError('not_opened', `${where}: a payload is ${encoding}, and what it names is not known; ${mend}`);
}

/** A state of a runner names the latest part of its results, and each part the one before it: these lie in the store. */
const PARTS = /"(?:head|before)":"([0-9a-f]{64})"/g;

async function walkText(walk: Walk, finder: Finder, text: string, where: string): Promise<void> {
  finder.text(text, where);
  for (const [, digest = ''] of text.matchAll(PARTS)) await walkBlob(walk, finder, digest, where);
}

async function walkBlob(walk: Walk, finder: Finder, digest: string, where: string): Promise<void> {
  const open = [digest];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (walk.read.has(next)) continue;
    walk.read.add(next);
    const text: string = Buffer.from((await walk.access.store.get(next).catch(unlessGone)) ?? []).toString();
    finder.text(text, where);
    // All of them: a value of somebody's may look like one.
    for (const [, part = ''] of text.matchAll(PARTS)) open.push(part);
  }
}

/** What is gone names nothing. */
function unlessGone(error: unknown): undefined {
  if (hasCode(error, 'missing_blob') || hasCode(error, 'corrupt_blob')) return undefined;
  throw error;
}
