import { join } from 'node:path';
import type { BlobStore } from './blob-store.js';
import { parseBlobTarget, tenantFolder } from './blob-target.js';
import { createFolderStore } from './folder-store.js';

/**
 * The blobs of one tenant, below a folder of its own in `target`: a folder, or
 * `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true`. Throws `invalid_store`, `invalid_tenant` or `missing_package`;
 * the store itself is not touched before it is used.
 */
export async function openBlobs(target: string, tenant: string): Promise<BlobStore> {
  const parsed = parseBlobTarget(target);
  const folder = tenantFolder(tenant);
  if (parsed.kind === 'folder') return createFolderStore(join(parsed.dir, folder));
  // Who keeps blobs in a folder need not have, nor wait for, the packages for S3.
  const [{ openS3Bucket }, { createS3Store }] = await Promise.all([import('./s3-bucket.js'), import('./s3-store.js')]);
  return createS3Store(await openS3Bucket(parsed), `${parsed.prefix}${folder}/`);
}
