import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { PageQuery } from '../../api/fields.js';
import type { ExplainRun } from '../../api/interventions.js';
import { Espalier } from '../../client/espalier.js';
import { InvalidDocumentError } from '../../document/document-error.js';
import type { Document } from '../../document/document.js';
import { parseDocument } from '../../document/parse.js';
import { compile } from '../../graph/compile.js';
import type { Explanation } from '../../intervention/explain.js';
import type { Plan } from '../../plan/plan.js';
import type { GraphEntry, NewestFirst, PutResult } from '../../store/database/graph-registry.js';
import type { Database } from '../../store/database/open-database.js';
import { EspalierError } from '../../value/espalier-error.js';
import { quote } from '../../value/quote.js';
import { ProblemError } from '../problem/problem-error.js';
import { issueOf } from '../problem/problem-of.js';
import { DATABASE } from '../tokens.js';
import { YamlText } from '../yaml-text.js';
import { inBody } from '../problem/in-body.js';
import { cursorOf, numberIn, offsetIn } from './cursor.js';

/** The most nodes of plans that are kept: a registered document never changes, so its plan is made once. A node takes 220 bytes. */
const MOST_NODES = 500_000;

/** Registered graphs: what the routes do, and what starting a run needs of them. */
@Injectable()
export class Graphs {
  private readonly plans = new Map<string, Plan>();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Espalier) private readonly espalier: Espalier,
  ) {}

  /** Throws `InvalidDocumentError` or `InvalidGraphError`; nothing is stored then. */
  async put(id: string, body: unknown, user: string): Promise<PutResult> {
    const document = documentOf(body);
    if (document.id !== id) {
      const message = `the document is of graph ${quote(document.id)}, and not of ${quote(id)}`;
      throw new ProblemError(422, 'invalid_document', message, [{ path: '/id', code: 'other_graph', message }]);
    }
    return this.database.graphs.put(document, compile(document).hash, user);
  }

  /** Throws `not_found`. */
  async get(id: string, hash?: string): Promise<GraphEntry> {
    const entry = await this.database.graphs.get(id, hash);
    if (entry) return entry;
    throw notFound(id, hash);
  }

  /** The plan of a registered graph, and the hash of its document. Throws `not_found`, `stale_document`. */
  async plan(id: string, { hash, document }: Wanted = {}): Promise<{ readonly hash: string; readonly plan: Plan }> {
    const wanted = hash ?? (await this.currentHash(id));
    if (document !== undefined && document !== wanted) throw stale(id, wanted, document);
    const key = `${id} ${wanted}`;
    const known = this.plans.get(key);
    if (known) return { hash: wanted, plan: known };
    const plan = compile((await this.get(id, wanted)).document);
    this.keep(key, plan);
    return { hash: wanted, plan };
  }

  /** What a run would do. Nothing is started or stored. */
  async explain(
    id: string,
    { document, ...asked }: z.output<typeof ExplainRun>,
  ): Promise<Explanation & { readonly hash: string }> {
    const { hash, plan } = await this.plan(id, document === undefined ? {} : { document });
    return { hash, ...(await inBody(this.espalier.explain(plan, asked))) };
  }

  /** Those that have been there longest make room. */
  private keep(key: string, plan: Plan): void {
    this.plans.set(key, plan);
    let nodes = [...this.plans.values()].reduce((sum, kept) => sum + sizeOf(kept), 0);
    for (const [oldest, kept] of this.plans) {
      if (nodes <= MOST_NODES) return;
      this.plans.delete(oldest);
      nodes -= sizeOf(kept);
    }
  }

  async list({ limit, cursor }: PageQuery) {
    const after = cursor === undefined ? {} : { after: offsetIn('graphs', cursor) };
    const found = await this.database.graphs.list({ limit: limit + 1, ...after });
    const graphs = found.slice(0, limit);
    const last = graphs.at(-1);
    return { graphs, ...(found.length > limit && last && { cursor: cursorOf('graphs', last.id) }) };
  }

  async versions(id: string, query: PageQuery) {
    const { items, ...rest } = await this.newestFirst(`versions of ${id}`, id, query, {
      read: page => this.database.graphs.versions(id, page),
      numberOf: ({ version }) => version,
    });
    return { versions: items, ...rest };
  }

  async changes(id: string, query: PageQuery) {
    const { items, ...rest } = await this.newestFirst(`changes of ${id}`, id, query, {
      read: page => this.database.graphs.changes(id, page),
      numberOf: ({ seq }) => seq,
    });
    return { changes: items, ...rest };
  }

  /** A page of what belongs to a graph and is numbered. Throws `not_found` for a graph that there is not. */
  private async newestFirst<T>(list: string, id: string, { limit, cursor }: PageQuery, of: Numbered<T>) {
    const before = cursor === undefined ? {} : { before: numberIn(list, cursor) };
    const found = await of.read({ limit: limit + 1, ...before });
    if (found.length === 0) await this.get(id);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, ...(found.length > limit && last && { cursor: cursorOf(list, String(of.numberOf(last))) }) };
  }

  /** A name points to where its latest change led: without reading the document, which may be large. */
  private async currentHash(id: string): Promise<string> {
    const [latest] = await this.database.graphs.changes(id, { limit: 1 });
    if (latest) return latest.to;
    throw notFound(id);
  }
}

/** Which version of a graph is meant, and for which one the request was made. */
interface Wanted {
  readonly hash?: string;
  readonly document?: string;
}

interface Numbered<T> {
  readonly read: (page: NewestFirst) => Promise<readonly T[]>;
  readonly numberOf: (item: T) => number;
}

/** In nodes; a plan without any takes some room, too. */
const sizeOf = ({ bodies }: Plan): number => bodies.reduce((sum, { nodes }) => sum + nodes.length, 100);

const NO_TEXT = 'expected a graph document, got a string';

function documentOf(body: unknown): Document {
  if (body === undefined) throw new ProblemError(400, 'missing_body', 'expected a graph document, got no body');
  // A string in JSON is no document, whatever it says.
  if (typeof body === 'string') throw new InvalidDocumentError([{ code: 'wrong_type', path: '', message: NO_TEXT }]);
  const parsed = parseDocument(body instanceof YamlText ? body.text : body);
  if (parsed.ok) return parsed.document;
  const { issues } = parsed;
  // As with JSON, which was read before it came here.
  const unreadable = body instanceof YamlText && issues.some(({ code }) => code === 'syntax');
  if (unreadable)
    throw new ProblemError(400, 'invalid_yaml', 'the body is no YAML that can be taken', issues.map(issueOf));
  throw new InvalidDocumentError(issues);
}

function stale(id: string, hash: string, document: string): EspalierError {
  const message = `graph ${quote(id)} has document ${hash} now, and not ${document}, which the request was made for`;
  return new EspalierError('stale_document', message);
}

const notFound = (id: string, hash?: string): EspalierError =>
  new EspalierError(
    'not_found',
    hash === undefined ? `no graph ${quote(id)} is registered` : `graph ${quote(id)} has no version ${quote(hash)}`,
  );
