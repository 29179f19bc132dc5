import type { Document } from '../../document/document.js';
import { EspalierError } from '../../value/espalier-error.js';
import { GraphChangePage, GraphEntry, GraphPage, GraphVersion } from '../graphs.js';
import { Explanation, type ExplainRun } from '../interventions.js';
import type { z } from 'zod';
import type { Http } from './http.js';

/** At most `limit` (50), from where the page before ended. */
export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Graphs that are registered with a service. */
export interface HttpGraphs {
  /** `by`: who does it, kept with the change. Throws `invalid_document` or `invalid_graph` with all issues. */
  put(document: Document, by?: string): Promise<z.output<typeof GraphVersion>>;
  /** The version with this hash, else the one the name points to. */
  get(id: string, hash?: string): Promise<z.output<typeof GraphEntry> | undefined>;
  list(options?: PageOptions): Promise<z.output<typeof GraphPage>>;
  /** What a run would do that is started like this. Throws `not_found`, `stale_document`. */
  explain(id: string, asked?: ExplainRun): Promise<Explanation>;
  /** Throws `not_found`. */
  changes(id: string, options?: PageOptions): Promise<z.output<typeof GraphChangePage>>;
}

const GRAPHS = '/api/v1/graphs';
const pathOf = (id: string): string => `${GRAPHS}/${encodeURIComponent(id)}`;

export const httpGraphs = (http: Http): HttpGraphs => ({
  async put(document, by) {
    const headers = by === undefined ? {} : { 'espalier-user': by };
    const put = { method: 'PUT', body: document, headers, limit: 30_000 } as const;
    return (await http.json(GraphVersion, pathOf(document.id), put)).value;
  },
  async get(id, hash) {
    try {
      return (await http.json(GraphEntry, pathOf(id), { query: { hash } })).value;
    } catch (error) {
      if (error instanceof EspalierError && error.code === 'not_found') return undefined;
      throw error;
    }
  },
  async explain(id, asked = {}) {
    const call = { method: 'POST', body: asked, limit: 30_000 } as const;
    return (await http.json(Explanation, `${pathOf(id)}/explain`, call)).value;
  },
  list: async (options = {}) => (await http.json(GraphPage, GRAPHS, { query: { ...options } })).value,
  changes: async (id, options = {}) =>
    (await http.json(GraphChangePage, `${pathOf(id)}/changes`, { query: { ...options } })).value,
});
