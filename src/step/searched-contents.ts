import { isStream, type Content } from '../graph/bytes.js';
import type { Scrub } from '../seal/scrub.js';
import { keepFromOutputs } from './read-context.js';

/** How many bytes are looked at once, and how many of those before them once more: a secret may lie across. */
const WINDOW = 1_048_576;
const OVERLAP = 65_536;

/**
 * Contents by port in which no secret stands: throws `context_in_output`, of a stream when it comes to the secret, and then
 * nothing of it is kept.
 */
export function searchedContents(
  contents: Readonly<Record<string, Content>>,
  scrub: Scrub,
  address: string,
): Readonly<Record<string, Content>> {
  const searched = Object.entries(contents).map(([port, content]): [string, Content] => {
    const search = (text: unknown): void => keepFromOutputs(scrub, address, { [port]: text });
    if (content instanceof Uint8Array) searchBytes(content, search);
    else if (isStream(content)) return [port, searchedStream(content, search)];
    else search(content);
    return [port, content];
  });
  return Object.fromEntries(searched);
}

function searchBytes(bytes: Uint8Array, search: (text: string) => void): void {
  for (let at = 0; at < bytes.length; at += WINDOW) {
    const from = Math.max(0, at - OVERLAP);
    search(Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(at + WINDOW, bytes.length) - from).toString());
  }
}

async function* searchedStream(
  source: AsyncIterable<Uint8Array>,
  search: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  let before = Buffer.of();
  for await (const piece of source) {
    // What is no bytes is refused where it is kept.
    if (piece instanceof Uint8Array) {
      searchBytes(Buffer.concat([before, piece.subarray(0, OVERLAP)]), search);
      searchBytes(piece, search);
      before = Buffer.concat([before, piece.subarray(-OVERLAP)]).subarray(-OVERLAP);
    }
    yield piece;
  }
}
