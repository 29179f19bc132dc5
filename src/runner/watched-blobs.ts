import type { BlobStore } from '../store/blob-store.js';
import type { Telemetry } from './telemetry.js';

type Told = Omit<Telemetry['store'], 'runner'>;

/** The same store, that tells of each call how long it took. */
export function watchedBlobs(blobs: BlobStore, tell: (told: Told) => void): BlobStore {
  const watched =
    <A extends readonly unknown[], R>(
      op: string,
      work: (...args: A) => Promise<R>,
      size: (args: A, result: R) => number | undefined,
    ) =>
    async (...args: A): Promise<R> => {
      const began = performance.now();
      const ms = (): number => performance.now() - began;
      try {
        const result = await work(...args);
        const bytes = size(args, result);
        tell({ op, ms: ms(), ...(bytes !== undefined && { bytes }) });
        return result;
      } catch (error) {
        tell({ op, ms: ms(), error });
        throw error;
      }
    };
  const none = (): undefined => undefined;
  return {
    put: watched('put', blobs.put.bind(blobs), ([, bytes]) => bytes.length),
    putStream: watched('putStream', blobs.putStream.bind(blobs), (_, { size }) => size),
    get: watched('get', blobs.get.bind(blobs), (_, bytes) => bytes?.length),
    read: watched('read', blobs.read.bind(blobs), (_, reading) => reading?.size),
    has: watched('has', blobs.has.bind(blobs), none),
    delete: watched('delete', blobs.delete.bind(blobs), none),
    list: () => blobs.list(),
  };
}
