/** The one place that says what went wrong in a store, in words that are the same for a folder and for S3. */
import { EspalierError } from '../value/espalier-error.js';
import type { BlobStore } from './blob-store.js';

const MEANING = {
  store_full: 'is full; make room, or raise its quota',
  store_denied: 'may not be used as this user; give it permission, or other credentials',
  store_not_found: 'is not there; make it, or correct its name, endpoint or region',
  store_unavailable: 'cannot be reached; try again when it answers',
} as const;
type Code = keyof typeof MEANING;

/** By the code of a system error, or the name of an error of S3 or its SDK. */
const CODES: Readonly<Record<Code, readonly string[]>> = {
  store_full: ['ENOSPC', 'EDQUOT', 'EFBIG', 'QuotaExceeded', 'XMinioStorageFull'],
  store_denied: [
    ...['EACCES', 'EPERM', 'EROFS', 'AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'],
    ...['ExpiredToken', 'InvalidToken', 'CredentialsProviderError', 'TokenProviderError'],
  ],
  store_not_found: ['ENOTDIR', 'EEXIST', 'NoSuchBucket', 'PermanentRedirect', 'AuthorizationHeaderMalformed'],
  store_unavailable: [
    ...['EIO', 'ESTALE', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'],
    ...['EHOSTUNREACH', 'ENETUNREACH', 'TimeoutError', 'SlowDown'],
  ],
};

/** The same store, its errors told by their codes; `place` is how messages call it. */
export function withStoreErrors(store: BlobStore, place: string): BlobStore {
  const fail = (error: unknown): never => {
    throw storeError(error, place);
  };
  return {
    put: (digest, bytes) => store.put(digest, bytes).catch(fail),
    putStream: async source => {
      const watched = watch(source);
      return store.putStream(watched.bytes).catch((error: unknown) => watched.rethrow() ?? fail(error));
    },
    get: digest => store.get(digest).catch(fail),
    read: async (digest, range) => {
      const reading = await store.read(digest, range).catch(fail);
      return reading && { ...reading, bytes: each(reading.bytes, fail) };
    },
    has: digest => store.has(digest).catch(fail),
    delete: (digest, notPutSince) => store.delete(digest, notPutSince).catch(fail),
    list: () => each(store.list(), fail),
  };
}

function storeError(error: unknown, place: string): unknown {
  const code = error instanceof EspalierError ? undefined : codeOf(error);
  return code ? new EspalierError(code, `store ${place} ${MEANING[code]}`, { cause: error }) : error;
}

function codeOf(error: unknown): Code | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const known = (Object.keys(MEANING) as Code[]).find(each =>
    CODES[each].some(known => known === name || known === code),
  );
  const status = $metadata?.httpStatusCode ?? 0;
  if (known) return known;
  if (status === 507) return 'store_full';
  if (status === 401 || status === 403) return 'store_denied';
  return status === 429 || status >= 500 ? 'store_unavailable' : undefined;
}

async function* each<T>(source: AsyncIterable<T>, fail: (error: unknown) => never): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    fail(error);
  }
}

/** What a source throws is the caller's own and goes back as it is, whatever was made of it on the way. */
function watch(source: AsyncIterable<Uint8Array>): { bytes: AsyncIterable<Uint8Array>; rethrow: () => void } {
  let thrown: { readonly error: unknown } | undefined;
  const bytes = each(source, error => {
    thrown = { error };
    throw error;
  });
  return {
    bytes,
    rethrow: () => {
      if (thrown) throw thrown.error;
    },
  };
}
