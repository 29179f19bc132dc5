import type { WorkflowClient } from '@temporalio/client';
import type { LoadedDataConverter } from '@temporalio/common';
import type { LinkLimits } from '../protocol/start.js';
import type { Keys } from '../seal/keys.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Storage, StorageOptions } from '../store/storage.js';
import type { Tracing } from '../tracing/tracing.js';

/** What every operation of the client works with. */
export interface Access {
  readonly client: WorkflowClient;
  /** The client's own. */
  readonly converter: LoadedDataConverter;
  /** Where larger values, plans and snapshots lie. */
  readonly store: BlobStore;
  /** That store, and the database. */
  readonly storage: Storage;
  /** What it was opened with: another one of the same can be. */
  readonly storageOptions: StorageOptions;
  /** What seals the contexts of runs. */
  readonly keys: Keys;
  readonly address: string;
  /** How the address was found, for people. */
  readonly foundBy: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Whether the namespace knows our search attributes; asked once. Throws `NotReachableError`, `unknown_namespace`. */
  readonly isSearchable: () => Promise<boolean>;
  /** How long a short call may take, further tries included, in milliseconds. */
  readonly callLimit: number;
  /** Without it starts have no span. */
  readonly tracing?: Tracing;
  /** Of the runs it starts, if they do not say; for tests. */
  readonly linkLimits?: LinkLimits;
}
