/** As test/graph/types.ts, of the decorators: the errors must be at the lines of the decorators. */
import { z } from 'zod';
import type { InputOf } from '../../src/graph/contract.js';
import { step } from '../../src/graph/step.js';
import { stream } from '../../src/graph/stream.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import type { CtxOf } from '../../src/step/ctx.js';

const clean = step({
  id: 'clean',
  in: { text: z.string() },
  out: { text: z.string(), ok: z.boolean(), note: z.string().optional() },
  options: { deep: z.boolean().default(false) },
});
const split = stream({
  id: 'split',
  in: { pdf: z.string() },
  yields: { image: z.string() },
  out: { pages: z.int() },
});
const sink = step({ id: 'sink', in: { text: z.string() }, out: {} });

export abstract class Cleaning {
  abstract readonly dictionary: ReadonlySet<string>;
}

@Steps()
export class Good extends Cleaning {
  readonly dictionary = new Set<string>();

  @Implements(clean)
  async all({ text }: InputOf<typeof clean>, ctx: CtxOf<typeof clean>) {
    return { text, ok: this.dictionary.has(text) || ctx.options.deep, note: ctx.address };
  }

  @Implements(clean)
  atOnce({ text }: { text: string }) {
    return { text, ok: true };
  }

  @Implements(sink)
  async nothing({ text }: InputOf<typeof sink>) {
    void text;
  }

  @Implements(sink)
  noArguments() {}

  @Implements(split)
  async *split({ pdf }: InputOf<typeof split>, ctx: CtxOf<typeof split>) {
    yield { image: pdf + ctx.attempt };
    return { pages: 1 };
  }
}

@Steps({ durable: true })
export class Bad {
  // @ts-expect-error wrong output
  @Implements(clean)
  async a({ text }: InputOf<typeof clean>) {
    return { text: text.length, ok: true };
  }

  // @ts-expect-error a missing output
  @Implements(clean)
  b({ text }: InputOf<typeof clean>) {
    return { text };
  }

  // @ts-expect-error asks for more than the contract gives
  @Implements(clean)
  async c({ text, extra }: { text: string; extra: number }) {
    return { text: text + extra, ok: true };
  }

  // @ts-expect-error an input of another type
  @Implements(clean)
  d({ text }: { text: number }) {
    return { text: String(text), ok: true };
  }

  // @ts-expect-error an option that the contract lacks
  @Implements(sink)
  e(_: InputOf<typeof sink>, ctx: CtxOf<typeof clean>) {
    void ctx.options.deep;
  }

  // @ts-expect-error nothing, where outputs are wanted
  @Implements(clean)
  f() {}

  // @ts-expect-error a stream must be a generator
  @Implements(split)
  async h({ pdf }: InputOf<typeof split>) {
    return { pages: pdf.length };
  }

  // @ts-expect-error yields the wrong shape
  @Implements(split)
  async *i({ pdf }: InputOf<typeof split>) {
    yield { image: pdf.length };
    return { pages: 1 };
  }

  // @ts-expect-error no method
  @Implements(sink)
  readonly g = 1;
}

// @ts-expect-error of methods, not of classes
@Implements(sink)
export class Wrong {}
