import { expect, it } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';

/** What JavaScript users, and casts, can do wrong. */
export const grind = step({
  id: 'grind',
  in: { beans: z.number() },
  out: { powder: z.number() },
  options: { size: z.enum(['fine', 'coarse']).optional() },
});
export const note = step({
  id: 'note',
  in: { text: z.string(), tags: z.array(z.string()).default([]) },
  out: { id: z.string(), ok: z.boolean() },
});
export const nested = graph({ id: 'nested', in: { beans: z.number() }, out: { powder: z.number() } }, (_g, i) => ({
  out: { powder: i.beans },
}));

export interface Handle {
  readonly [port: string]: Handle;
}
/** `G` without its types. */
export interface Untyped {
  run(contract: unknown, wires: unknown, options?: unknown): Handle;
  first(...parts: unknown[]): Handle;
  list(refs: unknown): Handle;
  flat(lists: unknown): Handle;
  sleep(value: unknown, duration: unknown, options: unknown): Handle;
  each(list: unknown, options: unknown, body: (g: Untyped, item: Handle, index: Handle) => unknown): Handle;
  collect(items: unknown, options?: unknown): Handle;
  loop(options: unknown, body: (g: Untyped, state: Handle, iteration: Handle) => unknown): Handle;
  protect(port: unknown, protection: unknown): unknown;
  cluster(name: unknown, options: unknown, body: (g: Untyped) => unknown): unknown;
}
/** Builds graph "g" with inputs `beans` and `text`. */
export const build = (body: (g: Untyped, input: Handle) => unknown) => () =>
  graph({ id: 'g', in: { beans: z.number(), text: z.string() }, out: {} }, (g, i) => {
    const returned = body(g as unknown as Untyped, i as unknown as Handle);
    return (returned ?? { out: {} }) as { out: {} };
  });

export type Mistake = readonly [name: string, bad: () => unknown, code: string, message: string];
/** A test for each mistake: it throws an error of this code, whose message says this. */
export function refuses(mistakes: readonly Mistake[]): void {
  it.each(mistakes)('%s: refused', (_, bad, code, message) => {
    expect(bad).toThrow(message);
    expect(bad).toThrow(expect.objectContaining({ code }));
  });
}
