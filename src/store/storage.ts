/** What client, worker and service of one tenant share: its blobs, and the database. */
import { existsSync } from 'node:fs';
import type { BlobStore } from './blob-store.js';
import type { Database } from './database/open-database.js';
import { isPostgres } from './database/target.js';
import { openBlobs } from './open-blobs.js';

export interface StorageOptions {
  /** As of `openBlobs`, or blobs that are open. */
  readonly blobs: string | BlobStore;
  /** As of `openDatabase`, or one that is open: it is not closed with the storage. */
  readonly database: string | Database;
  readonly tenant: string;
}

export interface Storage {
  readonly blobs: BlobStore;
  /** Opened when it is first asked for, and tried again after it has failed. Throws what `openDatabase` does. */
  readonly database: () => Promise<Database>;
  /** The same, to look for something: a file that is not there has nothing, and is not made. */
  readonly databaseIfThere: () => Promise<Database | undefined>;
  readonly close: () => Promise<void>;
}

/** Throws what `openBlobs` does; neither blobs nor database are touched before they are used. */
export async function openStorage({ blobs, database, tenant }: StorageOptions): Promise<Storage> {
  const opened = typeof blobs === 'string' ? await openBlobs(blobs, tenant) : blobs;
  if (typeof database !== 'string') {
    const given = async (): Promise<Database> => database;
    return { blobs: opened, database: given, databaseIfThere: given, close: async () => {} };
  }
  let opening: Promise<Database> | undefined;
  const open = (): Promise<Database> => {
    opening ??= openLazily(database).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const isThere = (): boolean => isPostgres(database) || existsSync(database);
  return {
    blobs: opened,
    database: open,
    databaseIfThere: async () => (isThere() ? open() : undefined),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}

/** Who needs no database need not load what databases need. */
async function openLazily(target: string): Promise<Database> {
  const { openDatabase } = await import('./database/open-database.js');
  return openDatabase(target);
}
