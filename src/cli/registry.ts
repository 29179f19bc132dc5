/**
 * Where graphs are registered, for commands: a service that is named or that `espalier dev` runs beside the server of the
 * data folder, else the database itself.
 */
import { existsSync } from 'node:fs';
import type { HttpClient } from '../api/client/connect-http.js';
import { databaseFor } from '../config/config.js';
import type { Document } from '../document/document.js';
import { readServerFile } from '../server/server-file.js';
import type { GraphVersion } from '../store/database/graph-registry.js';
import type { Database } from '../store/database/open-database.js';
import { isPostgres } from '../store/database/target.js';
import { dataDirOf, serviceOf, type ServerChoice } from './server-choice.js';
import { userName } from './user-name.js';

export interface Registry {
  /** For people. */
  readonly where: string;
  /** The document was compiled before; `plan` is the plan's hash. */
  put(document: Document, plan: string): Promise<GraphVersion>;
  /** The version with this hash, else the one the name points to. */
  get(id: string, hash?: string): Promise<RegisteredGraph | undefined>;
  /** What names point to, ordered by id. */
  list(): AsyncIterable<GraphVersion>;
  close(): Promise<void>;
}

/** Its document as it came from there: whoever uses it parses it. */
export type RegisteredGraph = GraphVersion & { readonly document: unknown };

const PAGE = 500;

async function openRegistry(choice: ServerChoice): Promise<Registry> {
  const dataDir = dataDirOf(choice);
  const url =
    serviceOf(choice) ?? (choice.address === undefined ? (await readServerFile(dataDir))?.service : undefined);
  if (url !== undefined) {
    const { connectHttp } = await import('../api/client/connect-http.js');
    return registryOf(connectHttp(url));
  }
  const target = databaseFor(dataDir);
  return registryIn(target, await placeOf(target));
}

async function placeOf(target: string): Promise<string> {
  if (!isPostgres(target)) return `the database ${target}`;
  const { nameOf } = await import('../store/database/postgres.js');
  return nameOf(target);
}

const registryOf = ({ url, graphs }: HttpClient): Registry => ({
  where: url,
  put: document => graphs.put(document, userName()),
  get: (id, hash) => graphs.get(id, hash),
  async *list() {
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await graphs.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
      yield* page.graphs;
      cursor = page.cursor;
    }
  },
  close: async () => {},
});

/** A SQLite file that is not there has no graphs: to look for some is no reason to make it. */
function registryIn(target: string, where: string): Registry {
  let opened: Promise<Database> | undefined;
  const open = (): Promise<Database> =>
    (opened ??= import('../store/database/open-database.js').then(module => module.openDatabase(target)));
  const isThere = (): boolean => isPostgres(target) || existsSync(target);
  return {
    where,
    put: async (document, plan) => (await (await open()).graphs.put(document, plan, userName())).entry,
    get: async (id, hash) => (isThere() ? (await open()).graphs.get(id, hash) : undefined),
    async *list() {
      if (!isThere()) return;
      const { graphs } = await open();
      for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
        const page = await graphs.list({ limit: PAGE, ...(after !== undefined && { after }) });
        yield* page;
        after = page.length === PAGE ? page.at(-1)?.id : undefined;
      }
    },
    close: async () => (await opened)?.close(),
  };
}

/** Does something with the registry, and closes it. */
export async function withRegistry<T>(choice: ServerChoice, act: (registry: Registry) => Promise<T>): Promise<T> {
  const registry = await openRegistry(choice);
  try {
    return await act(registry);
  } finally {
    await registry.close();
  }
}
