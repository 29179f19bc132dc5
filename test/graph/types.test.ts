import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, typeCheck, typeCheckText } from './type-check.js';

const HEAD = `
import { graph } from 'SRC/graph/graph.js';
import { step } from 'SRC/graph/step.js';
const clean = step({ id: 'clean', in: { text: z.string(), lang: z.string().default('en') }, out: { text: z.string(), ok: z.boolean(), note: z.string().optional() } });
`;
const graphOf = (name: string, lines: string): string =>
  `export const ${name} = graph({ id: 'g', in: { t: z.string(), n: z.number(), b: z.boolean() }, out: { text: z.string() } }, (g, i) => {\n${lines}\n});\n`;

describe('types', { timeout: 60_000 }, () => {
  it('accept and refuse what the files of types say, at the lines they say', async () => {
    const files = [
      'test/graph/types.ts',
      'test/graph/body-types.ts',
      'test/graph/stream-types.ts',
      'test/step/types.ts',
    ].map(file => join(ROOT, file));
    const { errors } = await typeCheck(files);
    expect(errors).toEqual([]);
  });

  it('say what is wrong at the property, in at most 12 lines', async () => {
    const wrong = [
      ['g.run(clean, { text: i.n });', "Type 'Ref<number>' is not assignable to type 'string | Ref<string>'"],
      ['g.run(clean, { lang: i.t });', "Property 'text' is missing"],
      ['g.run(clean, { text: i.t, txt: i.t });', "'txt' does not exist"],
      ['return { out: { text: g.run(clean, { text: i.t }).note } };', "Type 'undefined' is not assignable"],
    ] as const;
    const graphs = wrong.map(([line], index) => graphOf(`made${index}`, `${line}\nreturn { out: { text: i.t } };`));
    const { errors } = await typeCheckText(HEAD + graphs.join(''));
    expect(errors).toHaveLength(wrong.length);
    for (const [index, [, message]] of wrong.entries()) {
      expect(errors[index]).toContain(message);
      expect(errors[index]?.split('\n').length).toBeLessThanOrEqual(12);
    }
  });

  it('of a graph of 300 nodes cost in proportion to its nodes', async () => {
    const first = await count(100);
    const second = await count(200);
    const [early, late] = [second - first, (await count(300)) - second];
    expect(early).toBeGreaterThan(1000);
    expect(late / early).toBeLessThan(1.1);
  });
});

/** Instantiations for a graph of `nodes` nodes in a chain, all of them listed and addressed. */
async function count(nodes: number): Promise<number> {
  const ids = Array.from({ length: nodes }, (_, index) => `n${index}`);
  const uses = ids.map((id, index) => {
    const text =
      index === 0 ? 'i.t' : index % 3 === 2 ? `g.first(n${index - 1}.note, n${index - 2}.text)` : `n${index - 1}.text`;
    const options = index % 5 === 1 ? `, timeout: '1s', onFailure: { fallback: { text: '', ok: true } }` : '';
    return `const ${id} = g.run(clean, { text: ${text} }, { as: '${id}'${options} });`;
  });
  const end = `return { out: { text: n${nodes - 1}.text }, nodes: [${ids.join(', ')}] };`;
  const addresses = ids.map(id => `made.at.${id}.out.text.text`).join(', ');
  const { errors, instantiations } = await typeCheckText(
    `${HEAD}${graphOf('made', [...uses, end].join('\n'))}export const texts: string[] = [${addresses}];`,
  );
  expect(errors.slice(0, 3)).toEqual([]);
  return instantiations;
}
