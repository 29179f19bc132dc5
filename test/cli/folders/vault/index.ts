/** A step that takes a secret, for the tests of the command line. */
import { createHmac } from 'node:crypto';
import { graph, impl, step } from 'espalier';
import { z } from 'zod';

const sign = step({
  id: 'sign',
  in: { text: z.string() },
  out: { signature: z.string() },
  context: { key: z.string() },
});

export const signed = graph(
  { id: 'signed', in: { text: z.string() }, out: { signature: z.string() } },
  (g, { text }) => ({ out: { signature: g.run(sign, { text }).signature } }),
);

export const steps = [
  impl(sign, ({ text }, { context }) => ({
    signature: createHmac('sha256', context.key).update(text).digest('hex'),
  })),
];
