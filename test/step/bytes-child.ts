/** A process whose step gives 100 MB: as a stream, as bytes or as JSON. It says by how many MB it has grown at most meanwhile. */
import { z } from 'zod';
import { bytes, byteStream } from '../../src/graph/bytes.js';
import { step } from '../../src/graph/step.js';
import { impl } from '../../src/step/impl.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { runOn } from './border-setup.js';

const MEGABYTE = 1_000_000;
const [dir = '', kind = ''] = process.argv.slice(2);
const store = createFolderStore(dir);
const most = (): number => process.resourceUsage().maxRSS / 1000;
const piece = (fill: string, megabytes = 1): Buffer => Buffer.alloc(megabytes * MEGABYTE, fill);

async function* streamed() {
  for (let n = 0; n < 100; n += 1) yield piece(`stream ${n}`);
}
async function made(schema: z.ZodType, give: () => unknown): Promise<number | undefined> {
  const large = step({ id: 'large', in: {}, out: { it: schema } });
  const { it } = await runOn(
    impl(large, () => ({ it: give() })),
    {},
    { store },
  );
  return it?.size;
}
const text = (megabytes: number): string => piece('text', megabytes).toString('latin1');

const kinds: Readonly<Record<string, () => Promise<number | undefined>>> = {
  stream: () => made(byteStream(), streamed),
  bytes: () => made(bytes(), () => piece('bytes', 100)),
  json: () => made(z.unknown(), () => ({ texts: Array.from({ length: 50 }, () => text(1)), text: text(50) })),
};
await made(bytes(), () => piece('first'));
const before = most();
const size = await kinds[kind]?.();
process.stdout.write(JSON.stringify({ size, grown: Math.round(most() - before) }));
