import * as fc from 'fast-check';
import { z } from 'zod';
import type { Document, DocumentNode, Form } from '../../src/document/document.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { step, stream } from '../../src/index.js';

const n = z.number();
/** `split` yields some numbers. */
export const split = stream({ id: 'split', in: { of: n.optional() }, yields: { page: n }, out: { pages: n } });
export const add = step({ id: 'add', in: { a: n, b: n.optional() }, out: { n } });
export const sum = step({ id: 'sum', in: { list: z.array(n) }, out: { n } });
const STEPS = Object.fromEntries([split, add, sum].map(contract => [contract.id, manifestOf(contract)]));

/** What a node is, and which of those before it it reads: as items or a list, and as a number. */
interface Draft {
  readonly kind: 'split' | 'add' | 'sum' | 'collect' | 'over' | 'each';
  readonly from: number;
  readonly reads: number;
  readonly deep: boolean;
}
const drafts = fc.array(
  fc.record({
    kind: fc.constantFrom<Draft['kind'][]>('split', 'split', 'add', 'sum', 'collect', 'over', 'over', 'over', 'each'),
    from: fc.nat(),
    reads: fc.nat(),
    deep: fc.boolean(),
  }),
  { minLength: 3, maxLength: 14 },
);

/** Documents of streams, of what goes over their items with as little room as there can be, and of what reads that. */
export const arbitraryStreams: fc.Arbitrary<Document> = drafts.map(documentOf);

function documentOf(list: readonly Draft[]): Document {
  const nodes: Record<string, DocumentNode> = {};
  const [streams, numbers, lists]: [string[], Form[], Form[]] = [[], [{ value: 1 }], [{ value: [1, 2] }]];
  for (const [k, { kind, from, reads, deep }] of list.entries()) {
    const id = `${kind}${k}`;
    const number = numbers[reads % numbers.length] as Form;
    const stream = streams[from % Math.max(1, streams.length)];
    const each = lists[from % lists.length] as Form;
    const inside: DocumentNode = { step: 'add', in: { a: { value: 1 }, b: number } };
    const body = deep
      ? { q: { each: { value: [1] }, nodes: { x: inside }, out: {} }, y: { step: 'add', in: { a: { value: 2 } } } }
      : { y: inside };
    if (kind === 'split') {
      nodes[id] = { step: 'split', in: { of: number } };
      streams.push(`${id}.items`);
      numbers.push(`${id}.pages`);
    } else if (kind === 'add') {
      nodes[id] = { step: 'add', in: { a: number } };
      numbers.push(`${id}.n`);
    } else if (kind === 'sum') {
      nodes[id] = { step: 'sum', in: { list: each } };
      numbers.push(`${id}.n`);
    } else if (kind === 'each') {
      nodes[id] = { each, nodes: body, out: { n: 'y.n' } };
      lists.push(`${id}.n`);
    } else if (stream !== undefined) {
      const over: DocumentNode = { each: stream, buffer: 1, concurrency: 1, nodes: body, out: { n: 'y.n' } };
      nodes[id] = kind === 'over' ? over : { collect: stream };
      lists.push(kind === 'over' ? `${id}.n` : `${id}.page`);
    }
  }
  return { id: 'docs', steps: STEPS, nodes };
}
