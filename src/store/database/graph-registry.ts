/**
 * Graphs by name. Every registered document is kept, by the hash of its content; a name points to one of them.
 * 1. A put is one transaction that holds the graph's row: puts of one graph take turns, between processes too.
 * 2. Versions of a graph are numbered 1, 2, … in the order of their first registration, without gap or double.
 * 3. Changes of a graph are numbered in the same way and form a chain: each begins where the one before ended.
 */
import type { Document } from '../../document/document.js';
import { documentHash } from '../../document/document-hash.js';
import { putVersion } from './put-version.js';
import { changeOf, versionOf, VERSION_COLUMNS } from './rows.js';
import { storedText } from './stored-text.js';
import type { Connection } from './tables.js';

/** What is known of a registered document; times in milliseconds. */
export interface GraphVersion {
  readonly id: string;
  /** The digest of the document, and so of its canonical JSON. */
  readonly hash: string;
  /** From 1, per graph, in the order of first registration. */
  readonly version: number;
  readonly title?: string;
  /** The hash of the plan that was made of it when it was first registered. */
  readonly plan: string;
  readonly createdAt: number;
  readonly createdBy: string;
}
export interface GraphEntry extends GraphVersion {
  readonly document: Document;
}
/** A name that came to point to another version; the first change of a graph has no `from`. */
export interface GraphChange {
  /** From 1, per graph. */
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly graph: string;
  /** The hash before. */
  readonly from?: string;
  readonly to: string;
}
export interface PutResult {
  readonly entry: GraphVersion;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** At most `limit`, newest first, those with a number below `before`. */
export interface NewestFirst {
  readonly limit: number;
  readonly before?: number;
}

/** Every function throws `database_busy`, `database_full`, `database_unavailable` or `database_error`. */
export interface GraphRegistry {
  /**
   * Makes the name point to this document, which was checked and compiled before. An older version comes back by being put
   * again; the current one is `unchanged`, and no change.
   */
  put(document: Document, planHash: string, by: string): Promise<PutResult>;
  /** The version with this hash, else the one the name points to. */
  get(id: string, hash?: string): Promise<GraphEntry | undefined>;
  /** What names point to, ordered by id; with `after` those behind that id. */
  list(options: { readonly limit: number; readonly after?: string }): Promise<readonly GraphVersion[]>;
  versions(id: string, options: NewestFirst): Promise<readonly GraphVersion[]>;
  changes(id: string, options: NewestFirst): Promise<readonly GraphChange[]>;
}

export function createGraphRegistry(connection: Connection): GraphRegistry {
  return {
    put(document, planHash, by) {
      const version = {
        graph: storedText(document.id),
        hash: documentHash(document),
        title: document.title === undefined ? null : storedText(document.title),
        plan: planHash,
        created_by: storedText(by),
        document: JSON.stringify(document),
      };
      return connection.attempt(db => db.transaction().execute(trx => putVersion(trx, version)));
    },

    async get(id, hash) {
      const graph = storedText(id);
      const row = await connection.attempt(db =>
        db
          .selectFrom('graph_versions')
          .select([...VERSION_COLUMNS, 'document'])
          .where('graph', '=', graph)
          .where('hash', '=', q =>
            hash === undefined
              ? q.selectFrom('graphs').select('hash').where('id', '=', graph)
              : q.val(storedText(hash)),
          )
          .executeTakeFirst(),
      );
      return row && { ...versionOf(row), document: JSON.parse(row.document) as Document };
    },

    async list({ limit, after }) {
      const rows = await connection.attempt(db =>
        db
          .selectFrom('graphs')
          .innerJoin('graph_versions', join =>
            join.onRef('graph_versions.graph', '=', 'graphs.id').onRef('graph_versions.hash', '=', 'graphs.hash'),
          )
          .select(VERSION_COLUMNS)
          .$if(after !== undefined, query => query.where('graphs.id', '>', storedText(after ?? '')))
          .orderBy('graphs.id')
          .limit(limit)
          .execute(),
      );
      return rows.map(versionOf);
    },

    async versions(id, { limit, before }) {
      const rows = await connection.attempt(db =>
        db
          .selectFrom('graph_versions')
          .select(VERSION_COLUMNS)
          .where('graph', '=', storedText(id))
          .$if(before !== undefined, query => query.where('version', '<', before ?? 0))
          .orderBy('version', 'desc')
          .limit(limit)
          .execute(),
      );
      return rows.map(versionOf);
    },

    async changes(id, { limit, before }) {
      const rows = await connection.attempt(db =>
        db
          .selectFrom('graph_changes')
          .selectAll()
          .where('graph', '=', storedText(id))
          .$if(before !== undefined, query => query.where('seq', '<', before ?? 0))
          .orderBy('seq', 'desc')
          .limit(limit)
          .execute(),
      );
      return rows.map(changeOf);
    },
  };
}
