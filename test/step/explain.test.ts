import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { override } from '../../src/graph/intervene.js';
import { step } from '../../src/graph/step.js';
import { explain } from '../../src/step/explain.js';

const Day = z.codec(z.iso.date(), z.date(), {
  decode: text => new Date(text),
  encode: day => day.toISOString().slice(0, 10),
});
const grind = step({ id: 'grind', in: { beans: z.number() }, out: { powder: z.number() } });
const brew = step({ id: 'brew', in: { powder: z.number(), on: Day }, out: { coffee: z.string() } });
const coffee = graph({ id: 'coffee', in: { beans: z.number(), on: Day }, out: { coffee: z.string() } }, (g, i) => {
  const ground = g.run(grind, { beans: i.beans });
  const cup = g.run(brew, { powder: ground.powder, on: i.on });
  return { out: { coffee: cup.coffee }, nodes: [ground, cup] };
});
const verdicts = async (...args: Parameters<typeof explain>) =>
  (await explain(...args)).nodes.map(({ at, verdict }) => `${at} ${verdict}`);

test('a typed graph is explained with input and interventions in the types of code', async () => {
  const interventions = [override(coffee.at.grind.out.powder, 25)];
  expect(await verdicts(coffee, { input: { on: new Date('2026-01-01') }, interventions })).toEqual([
    'grind short-circuited',
    'brew run',
  ]);
});

test('I8 what is missing is part of the explanation, for a document as well', async () => {
  expect(await explain(coffee.document)).toMatchObject({ missing: ['$in.beans', '$in.on'] });
  expect(await verdicts(coffee.document, { input: { on: '2026-01-01' } })).toEqual(['grind blocked', 'brew blocked']);
});

test('I10 an address that is not there is refused with what was meant', async () => {
  const interventions = [{ at: 'grnd.powder', kind: 'override', value: 1 }];
  await expect(explain(coffee, { interventions })).rejects.toMatchObject({
    code: 'invalid_intervention',
    message: expect.stringContaining('did you mean "grind"'),
  });
});
