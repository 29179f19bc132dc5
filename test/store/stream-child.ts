/**
 * A process that puts a stream of so many MiB, always the same, into the store of the target, says how many it has put,
 * reads it again, and says what it was, and how many MiB of memory it took at most beyond what a tenth of it had taken.
 */
import { openBlobs } from '../../src/store/open-blobs.js';

const MIB = 1_048_576;
const [target = '', count = '0'] = process.argv.slice(2);

async function* pieces(most: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < most * 16; piece += 1) {
    if (piece % 16 === 0) process.stdout.write(`${piece / 16}\n`);
    yield Buffer.alloc(65_536, `piece ${piece}`);
  }
}

const peak = (): number => process.resourceUsage().maxRSS / 1024;

try {
  const store = await openBlobs(target, 'default');
  await store.putStream(pieces(Number(count) / 10));
  const before = peak();
  const { digest, size } = await store.putStream(pieces(Number(count)));
  let read = 0;
  for await (const piece of (await store.read(digest))?.bytes ?? []) read += piece.length;
  process.stdout.write(`${JSON.stringify({ mib: size / MIB, read: read / MIB, digest, grown: peak() - before })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: (error as { code?: unknown }).code, message: String(error) })}\n`);
}
