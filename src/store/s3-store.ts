/**
 * Blobs as objects `PREFIX/ab/cdef…` of an S3 bucket, whose time of change is their `usedAt`. S3 shows an object whole or
 * not at all; a stream, whose digest is known at its end only, is uploaded as `PREFIX/tmp/…` and then copied, which S3 does
 * with up to 5 GiB. What dead processes left of uploads goes when the blobs are listed.
 *
 * To find out when a blob was put, and to delete it, are two requests. The one put that `delete` can't see falls between
 * them, and is of a blob that nobody had put for as long as `delete` was told.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type * as S3 from '@aws-sdk/client-s3';
import { checkBytes, checkDigest, checkRange, CorruptBlobError, digestOf, isFresh } from './blob-store.js';
import type { BlobStore } from './blob-store.js';
import { checkedPieces, digestOfAll, measured } from './pieces.js';
import type { S3Bucket } from './s3-bucket.js';
import { listS3, removeDeadUploads } from './s3-list.js';
import { withStoreErrors } from './store-errors.js';

/** Parts of a stream, of 5 MiB each, that are uploaded at once. */
const AT_ONCE = 2;

/** A store of the objects whose keys begin with `prefix`, which is empty or ends in `/`. Any number of processes may use it. */
export function createS3Store(s3: S3Bucket, prefix: string): BlobStore {
  const { client, sdk, Bucket } = s3;
  const objectOf = (digest: string) => ({ Bucket, Key: `${prefix}${digest.slice(0, 2)}/${digest.slice(2)}` });
  const head = (digest: string) => unlessMissing(client.send(new sdk.HeadObjectCommand(objectOf(digest))));
  const fetch = (digest: string) => unlessMissing(client.send(new sdk.GetObjectCommand(objectOf(digest))));

  /** False when it is whole after all: it was repaired in between, or damaged on the way only. */
  const removeDamaged = async (digest: string): Promise<boolean> => {
    const object = await fetch(digest);
    if (!object) return true;
    if ((await digestOfAll(bodyOf(object))) === digest) return false;
    // With its ETag, so that one that was repaired just now stays; servers that know no such condition ignore it.
    const damaged = { ...objectOf(digest), ...(object.ETag !== undefined && { IfMatch: object.ETag }) };
    await client.send(new sdk.DeleteObjectCommand(damaged)).catch(unlessRepaired);
    return true;
  };

  const store: BlobStore = {
    async put(digest, bytes) {
      checkBytes(digest, bytes);
      const there = await head(digest);
      // The size tells most torn objects from whole ones at no cost; `get` finds the others.
      if (there?.ContentLength === bytes.length && isFresh(there.LastModified?.getTime() ?? 0)) return;
      await client.send(new sdk.PutObjectCommand({ ...objectOf(digest), Body: bytes }));
    },

    async putStream(source) {
      const { bytes, end } = measured(source);
      const draft = { Bucket, Key: `${prefix}tmp/${randomUUID()}` };
      const Body = Readable.from(bytes, { objectMode: false });
      await new s3.Upload({ client, queueSize: AT_ONCE, params: { ...draft, Body } }).done();
      const written = end();
      const CopySource = encodeURI(`${Bucket}/${draft.Key}`);
      await client.send(new sdk.CopyObjectCommand({ ...objectOf(written.digest), CopySource }));
      await client.send(new sdk.DeleteObjectCommand(draft));
      return written;
    },

    async get(digest) {
      checkDigest(digest);
      const object = await fetch(digest);
      if (!object) return undefined;
      const bytes = await object.Body?.transformToByteArray();
      if (bytes && digestOf(bytes) === digest) return bytes;
      if (await removeDamaged(digest)) throw new CorruptBlobError(digest, 'deleted');
      return store.get(digest);
    },

    async read(digest, range = { start: 0 }) {
      checkDigest(digest);
      checkRange(range);
      const size = (await head(digest))?.ContentLength;
      if (size === undefined) return undefined;
      const damaged = async (): Promise<Error> => {
        await removeDamaged(digest);
        return new CorruptBlobError(digest, 'deleted');
      };
      const body = bodyWhenRead(() => client.send(new sdk.GetObjectCommand(objectOf(digest))));
      return { size, bytes: checkedPieces(digest, body, range, damaged) };
    },

    async has(digest) {
      checkDigest(digest);
      return (await head(digest)) !== undefined;
    },

    async delete(digest, notPutSince = Infinity) {
      checkDigest(digest);
      const there = await head(digest);
      if (!there || (there.LastModified?.getTime() ?? 0) > notPutSince) return false;
      await client.send(new sdk.DeleteObjectCommand(objectOf(digest)));
      return true;
    },

    async *list() {
      await removeDeadUploads(s3, `${prefix}tmp/`);
      yield* listS3(s3, prefix);
    },
  };
  return withStoreErrors(store, `s3://${Bucket}/${prefix}`);
}

/** What `send` gives, asked for only when somebody iterates. */
async function* bodyWhenRead(send: () => Promise<S3.GetObjectCommandOutput>): AsyncGenerator<Uint8Array> {
  yield* bodyOf(await send());
}

/** In Node the body is a stream of Node's, as the SDK documents and its types do not say. */
async function* bodyOf({ Body }: S3.GetObjectCommandOutput): AsyncGenerator<Uint8Array> {
  if (Body) yield* Body as Readable;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // The answer to a HEAD has no body that could tell a missing bucket from a missing object.
    if (isHttp(error, 404) && error.name !== 'NoSuchBucket') return undefined;
    throw error;
  }
}

function unlessRepaired(error: unknown): void {
  if (!isHttp(error, 412)) throw error;
}

const isHttp = (error: unknown, status: number): error is Error =>
  error instanceof Error && (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === status;
