/**
 * A history as bytes to be kept: its pages one after the other, each as a `temporal.api.history.v1.History` with its length
 * before it (4 bytes, big-endian), all of it in gzip. At most a page of it is in memory.
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
// A CommonJS package whose names Node does not see: only its default export can be imported.
import proto from '@temporalio/proto';
import type { HistoryEvent } from './history.js';

const { History } = proto.temporal.api.history.v1;
const LENGTH = 4;

export function packHistory(pages: AsyncIterable<readonly HistoryEvent[]>): AsyncIterable<Uint8Array> {
  // What goes wrong is thrown to who reads the last one.
  return pipeline(Readable.from(encoded(pages), { objectMode: false }), createGzip(), () => {});
}

async function* encoded(pages: AsyncIterable<readonly HistoryEvent[]>): AsyncGenerator<Uint8Array> {
  for await (const events of pages) {
    const bytes = History.encode({ events: [...events] }).finish();
    const length = Buffer.alloc(LENGTH);
    length.writeUInt32BE(bytes.length);
    yield Buffer.concat([length, bytes]);
  }
}

/** The pages as they were. */
export async function* unpackHistory(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<HistoryEvent[]> {
  const plain = pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => {});
  let [pieces, size, needed]: [Uint8Array[], number, number] = [[], 0, LENGTH];
  for await (const piece of plain as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size < needed) continue;
    let rest = Buffer.concat(pieces);
    for (needed = neededOf(rest); rest.length >= needed; needed = neededOf(rest)) {
      yield History.decode(rest.subarray(LENGTH, needed)).events;
      rest = rest.subarray(needed);
    }
    [pieces, size] = [[rest], rest.length];
  }
}

const neededOf = (bytes: Buffer): number => LENGTH + (bytes.length < LENGTH ? 0 : bytes.readUInt32BE());
