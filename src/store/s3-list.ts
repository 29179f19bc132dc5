import type { ListedBlob } from './blob-store.js';
import { isLeftover } from './drafts.js';
import type { S3Bucket } from './s3-bucket.js';

const DRAFT = /^tmp\/[0-9a-f-]{36}$/;

/** The blobs whose keys begin with `prefix`. Drafts that dead processes left there are removed on the way. */
export async function* listS3({ client, sdk, Bucket }: S3Bucket, prefix: string): AsyncGenerator<ListedBlob> {
  for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, LastModified } of Contents) {
      const usedAt = LastModified?.getTime() ?? Date.now();
      const name = Key.slice(prefix.length);
      const [, folder, rest] = /^([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(name) ?? [];
      if (folder && rest) yield { digest: folder + rest, size: Size, usedAt };
      else if (DRAFT.test(name) && isLeftover(usedAt)) await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    }
  }
}

/**
 * Gives up uploads to keys that begin with `prefix` whose processes died, a page of them: their parts are in no listing,
 * but are paid for. An aid: without the permission for it, or on a server that can't, a rule of the bucket has to do it.
 */
export async function removeDeadUploads({ client, sdk, Bucket }: S3Bucket, prefix: string): Promise<void> {
  try {
    const { Uploads = [] } = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: prefix }));
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (!Initiated || !isLeftover(Initiated.getTime())) continue;
      await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
  } catch {
    // See above.
  }
}
