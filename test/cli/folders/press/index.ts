/** A step whose output is too large to travel inline, for the tests of the command line. */
import { graph, impl, step } from 'espalier';
import { z } from 'zod';

const print = step({
  id: 'print',
  in: { pages: z.int() },
  out: { text: z.string(), pages: z.int(), lines: z.array(z.string()) },
});

export const book = graph(
  { id: 'book', in: { pages: z.int() }, out: { text: z.string(), pages: z.int(), lines: z.array(z.string()) } },
  (g, i) => {
    const printed = g.run(print, { pages: i.pages });
    return { out: { text: printed.text, pages: printed.pages, lines: printed.lines }, nodes: [printed] };
  },
);

export const steps = [
  impl(print, ({ pages }) => {
    const lines = Array.from({ length: pages }, (_, page) => `page ${page}: ${'lorem ipsum ÄÖ😀 '.repeat(10)}`);
    return { text: lines.join('\n'), pages, lines };
  }),
];
