/** What interventions given at the start do: the same in this process and on Temporal. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { input, operate, override } from '../../src/graph/intervene.js';
import type { Intervention } from '../../src/intervention/intervention.js';
import {
  add,
  baggage,
  broken,
  callsFor,
  coffee,
  executedBy,
  failing,
  halved,
  halvedBadly,
  hanging,
  numberFor,
  offset,
  readTwice,
  registered,
  sensed,
  sized,
  stand,
  threeOf,
  unsortedOf,
  words,
} from './fixtures/interventions.js';
import { Live } from './harness.js';
import { historyOf, typeName } from './history.js';
import { nodeOf, statesOf, useSurfaces } from './surfaces.js';
import { thrownBy } from './use-espalier.js';

const live = Live.use(registered);
const surfaces = useSurfaces(live);
const digest = 'd'.repeat(64);

describe.each(surfaces)('$name', ({ name, start, put }) => {
  test.each([undefined, {}])('IV-01: inputs supplied by interventions, explicit ones %j', async given => {
    const interventions = [input(words.at.$in.a, 'x'), input(words.at.$in.b, 'y')];
    const run = await start(words, { interventions, ...(given && { input: given }) });
    expect(await run.result()).toEqual({ a: 'x', b: 'y' });
    expect(executedBy(run.id).toSorted()).toEqual(['first', 'second']);
    // An input does not mark a run [I13].
    expect(await run.ended()).toBe('completed');
  });

  test('IV-02: an explicit input wins, and is no mistake of the intervention', async () => {
    const key = randomUUID();
    const run = await start(readTwice, {
      input: { n: 1 },
      interventions: [input(readTwice.at.$in.n, numberFor({ key, n: 50 }))],
    });
    expect(await run.result()).toEqual({ a: 3, b: 3 });
    expect((await run.view()).unused).toEqual(['$in.n']);
    expect(callsFor(key)).toBe(0);
  });

  test('IV-02 IV-16: an input at a port that an edge feeds has no effect and is listed as unused', async () => {
    const run = await start(coffee, {
      input: { beans: 20, water: 200 },
      interventions: [{ at: 'brew/$in.powder', kind: 'input', value: 3 }],
    });
    expect(await run.result()).toEqual({ coffee: 'Cup of latte with 200ml' });
    expect(executedBy(run.id)).toEqual(['grind', 'brew']);
    const { unused, interventions, status } = await run.view();
    expect(unused).toEqual(['brew/$in.powder']);
    expect(interventions).toMatchObject([{ effect: 'not-used', why: expect.any(String) }]);
    expect(status).toBe('completed');
  });

  test('IV-03 I8 I13: an overridden output short-circuits its node, whose inputs are not asked for', async () => {
    const run = await start(coffee, {
      input: { water: 200 },
      interventions: [override(coffee.at.grind.out.powder, 25, { reason: 'the mill is broken', by: 'barista' })],
    });
    expect(await run.result()).toEqual({ coffee: 'Cup of latte with 200ml' });
    expect(executedBy(run.id)).toEqual(['brew']);
    expect(await statesOf(run)).toEqual({ grind: 'short-circuited', brew: 'completed' });
    const view = await run.view();
    expect(view).toMatchObject({ status: 'completed_with_overrides', overridden: true });
    expect(view.interventions).toMatchObject([
      { at: 'grind.powder', seq: 1, outcome: 'applied', effect: 'used', by: 'barista', reason: 'the mill is broken' },
    ]);
    expect((await nodeOf(run, 'brew')).overridden).toBe(true);
    if (name === 'in process') return;
    const scheduled = (await historyOf(live.client, run.id)).of('ActivityTaskScheduled').map(typeName);
    expect(scheduled).toEqual(['brew']);
  });

  test.each([1, 2])('IV-04: %i of 3 outputs overridden, the node runs once and the rest is unchanged', async count => {
    const all = [override(threeOf.at.three.out.f2, 'deux'), override(threeOf.at.three.out.f3, 'trois')];
    const run = await start(threeOf, { interventions: all.slice(0, count) });
    expect(await run.result()).toEqual({ f1: 'one', f2: 'deux', f3: count === 1 ? 'three' : 'trois' });
    expect(executedBy(run.id)).toEqual(['three']);
    const node = await nodeOf(run, 'three');
    expect(node.computed?.['f2']).toMatchObject({ inline: 'two' });
    expect(node.outputs?.['f2']).toMatchObject({ inline: 'deux' });
  });

  test('IV-05: one covering intervention that needs the inner value lets the node run', async () => {
    const interventions = [override(halved.at.halves.out.left, 10), operate(halved.at.halves.out.right, add, 5)];
    const run = await start(halved, { interventions });
    expect(await run.result()).toEqual({ left: 10, right: 7 });
    expect(executedBy(run.id)).toEqual(['halves']);
  });

  test('IV-05 I4: an operate that can short-circuit stands in, its merge is given null', async () => {
    const interventions = [override(halved.at.halves.out.left, 10), operate(halved.at.halves.out.right, stand, 5)];
    const run = await start(halved, { interventions });
    expect(await run.result()).toEqual({ left: 10, right: 5 });
    expect(executedBy(run.id)).toEqual([]);
    expect(await statesOf(run)).toEqual({ halves: 'short-circuited' });
  });

  test('IV-06: an operate merges into what the step gave, and everybody sees it', async () => {
    const run = await start(sensed, { interventions: [operate(sensed.at.sensor.out.signal, offset, [10, 20])] });
    expect(await run.result()).toEqual({ signal: [11, 22], n: 33 });
    expect(await run.ended()).toBe('completed_with_overrides');
  });

  test.each(['throws', 'wrong type'])('IV-07: a merge that %s fails the node with `intervention_failed`', async how => {
    const run = await start(sensed, { interventions: [operate(sensed.at.sensor.out.signal, broken, how)] });
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({
      code: 'intervention_failed',
      cause: { details: { address: 'sensor.signal', reason: expect.any(String) } },
    });
    expect(executedBy(run.id)).toEqual(['sensor']);
  });

  test('IV-08 I5: a resolver is called once per run, however many read its value', async () => {
    const key = randomUUID();
    const interventions = [override(readTwice.at.source.out.n, numberFor({ key, n: 7 }))];
    const run = await start(readTwice, { input: { n: 1 }, interventions });
    expect(await run.result()).toEqual({ a: 8, b: 8 });
    expect(callsFor(key)).toBe(1);
  });

  test.each([
    ['unknown', { name: 'nobody', args: {} }, /nobody/],
    ['failing', failing({}).resolve, /the source is gone/],
    ['hanging', hanging({}).resolve, /longer than 100 ms/],
  ])('a resolver that is %s fails who needs its value with `intervention_failed`', async (_, resolve, why) => {
    const interventions: readonly Intervention[] = [{ at: 'source.n', kind: 'override', resolve }];
    const run = await start(readTwice, { input: { n: 1 }, interventions });
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'intervention_failed', message: expect.stringMatching(why) });
    expect(executedBy(run.id)).toEqual([]);
  });

  test('IV-09 I6: the value of a ref is read where it is used', async () => {
    const ref = await put('latte');
    const run = await start(sized, {
      input: { text: 'x' },
      interventions: [override(sized.at.source.out.word, { ref })],
    });
    expect(await run.result()).toEqual({ n: 5 });
  });

  test('IV-09 I6: a dangling ref fails the node that reads it, once, and says which', async () => {
    const ref = { store: 'blobs', key: digest };
    const run = await start(sized, {
      input: { text: 'x' },
      onFailure: 'continue',
      interventions: [override(sized.at.source.out.word, { ref })],
    });
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({
      code: 'hydration_failed',
      address: 'size',
      message: expect.stringContaining(digest),
    });
    expect(await nodeOf(run, 'size')).toMatchObject({ state: 'failed', attempts: 1 });
    expect(await nodeOf(run, 'aside')).toMatchObject({ state: 'completed' });
  });

  test('IV-10 I6: a dangling ref that nobody reads harms nobody', async () => {
    const ref = { store: 'blobs', key: digest };
    const run = await start(sized, {
      input: { text: 'four' },
      interventions: [override(sized.at.aside.out.word, { ref })],
    });
    expect(await run.result()).toEqual({ n: 4 });
    expect(executedBy(run.id).toSorted()).toEqual(['size', 'source']);
  });

  test('IV-11 I7: the address decides, not what the value calls itself', async () => {
    const value = { at: 'three.f1', f1: 'x' } as unknown as string;
    const error = await thrownBy(
      start(threeOf, { interventions: [override(threeOf.at.three.out.f3, value)] }).then(run => run.result()),
    );
    expect(error).toMatchObject({ code: 'invalid_intervention', issues: [{ at: 'three.f3', path: '/0/value' }] });
    const run = await start(threeOf, { interventions: [override(threeOf.at.three.out.f3, 'f1')] });
    expect(await run.result()).toEqual({ f1: 'one', f2: 'two', f3: 'f1' });
  });

  test('IV-12: outputs whose names are not sorted keep their own values', async () => {
    const run = await start(unsortedOf, { interventions: [override(unsortedOf.at.unsorted.out.a, 100)] });
    expect(await run.result()).toEqual({ z: 26, a: 100 });
  });

  test('IV-17 I11: a run after an overridden one gives the value of the step', async () => {
    await (await start(threeOf, { interventions: [override(threeOf.at.three.out.f1, 'un')] })).result();
    expect(await (await start(threeOf)).result()).toEqual({ f1: 'one', f2: 'two', f3: 'three' });
  });

  test('IV-18 I12: a step that fails under partial coverage fails with its own error', async () => {
    const run = await start(halvedBadly, { interventions: [override(halvedBadly.at.bad.out.left, 10)] });
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'out_of_halves', address: 'bad', partial: {} });
  });

  test('OI-15: baggage reaches every step, frozen', async () => {
    const run = await start(baggage, { baggage: { scope_id: 's-1' } });
    expect(await run.result()).toEqual({ scope: 's-1 frozen' });
  });

  test('everything that is wrong with a list is said at once, before anything runs', async () => {
    const interventions = [
      { at: 'grind.powder', kind: 'override', value: 'fine' },
      { at: 'nowhere.powder', kind: 'override', value: 1 },
      { at: 'brew.coffee', kind: 'override', ref: { store: 'elsewhere', key: 'x' } },
      { at: 'brew.coffee', kind: 'override', value: 1, resolve: { name: 'x' } },
      { at: 'brew.coffee', kind: 'override', value: [undefined] },
    ] as unknown as readonly Intervention[];
    const begun = start(coffee, { input: { beans: 1, water: 1 }, interventions }).then(run => run.result());
    expect(await thrownBy(begun)).toMatchObject({
      code: 'invalid_intervention',
      issues: expect.arrayContaining([
        expect.objectContaining({ code: 'invalid_value', path: '/0/value', at: 'grind.powder' }),
        expect.objectContaining({ code: 'unknown_node', path: '/1/at' }),
        expect.objectContaining({ code: 'bad_ref', path: '/2/ref' }),
        expect.objectContaining({ code: 'bad_intervention', path: '/3' }),
        expect.objectContaining({ code: 'not_json', path: '/4/value/0' }),
      ]),
    });
  });
});
