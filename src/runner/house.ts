import type { Access } from '../client/access.js';
import type { Channels } from '../client/intervene.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Workflows } from '../store/workflows.js';
import type { Teller } from './telemetry.js';

/** What everything of one runner works with. */
export interface House extends Channels {
  readonly name: string;
  readonly access: Access;
  readonly blobs: BlobStore;
  readonly workflows: Workflows;
  readonly teller: Teller;
}
