/** Runs that are started with interventions over HTTP: what is answered, shown and kept. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RunResult } from '../../src/api/runs.js';
import { ValueRef } from '../../src/api/values.js';
import { RunView } from '../../src/api/views.js';
import type { Json } from '../../src/value/json.js';
import { baggage, coffee, executedBy, gatedChain, registered, sized } from './fixtures/interventions.js';
import { Live } from './harness.js';
import { callsTo, read, refused } from './service-calls.js';
import { useService } from './service-harness.js';

const live = Live.use(registered);
const service = useService(live);
const { put, start, started, result } = callsTo(service);

const viewOf = (id: string) => read(RunView, service().fetch(`/api/v1/runs/${id}`));
const outputsOf = async (id: string) => (await read(RunResult, result(id, '20s'))).outputs;
const override = (at: string, value: Json, more: object = {}) => ({ at, kind: 'override', value, ...more });

describe('a run is started', () => {
  test('IV-03: with an override, and the step is not executed', async () => {
    await put(coffee.document);
    const id = await started({ graph: 'coffee', input: { water: 200 }, interventions: [override('grind.powder', 25)] });
    const ended = await read(RunResult, result(id, '20s'));
    expect(ended).toMatchObject({
      status: 'completed_with_overrides',
      outputs: { coffee: 'Cup of latte with 200ml' },
    });
    expect(executedBy(id)).toEqual(['brew']);
    const view = await viewOf(id);
    expect(view.nodes).toMatchObject([{ at: 'grind', state: 'short-circuited' }, { state: 'completed' }]);
    expect(view).toMatchObject({ overridden: true, interventions: [{ outcome: 'applied', effect: 'used' }] });
  });

  test('IV-09: with a value that was stored before; one that is not there fails who reads it', async () => {
    await put(sized.document);
    const ref = await read(ValueRef, service().send('POST', '/api/v1/values', 'latte'));
    const begin = (used: unknown) =>
      started({
        graph: 'sized',
        input: { text: 'x' },
        interventions: [{ at: 'source.word', kind: 'override', ref: used }],
      });
    expect(await outputsOf(await begin(ref))).toEqual({ n: 5 });
    const dangling = { store: 'blobs', key: '0'.repeat(64) };
    const ended = await read(RunResult, result(await begin(dangling), '20s'));
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'hydration_failed', address: 'size' } });
    expect(ended.error?.message).toContain(dangling.key);
  });

  test('IV-16: with one that has no effect, which is listed', async () => {
    await put(coffee.document);
    const interventions = [{ at: 'brew/$in.powder', kind: 'input', value: 3 }];
    const id = await started({ graph: 'coffee', input: { beans: 20, water: 200 }, interventions });
    expect(await read(RunResult, result(id, '20s'))).toMatchObject({ status: 'completed' });
    expect((await viewOf(id)).unused).toEqual(['brew/$in.powder']);
  });

  test('OI-15: with baggage, a schedule and pruning', async () => {
    await put(baggage.document);
    const id = await started({ graph: 'baggage', baggage: { scope_id: 's-1' }, schedule: 'stages', prune: true });
    expect(await outputsOf(id)).toEqual({ scope: 's-1 frozen' });
  });

  test('for the document it was made for, and for no other', async () => {
    const old = await put(gatedChain({}).document);
    expect((await start({ graph: 'gatedChain', document: old, input: { n: 0 } })).status).toBe(202);
    const current = await put(gatedChain({ first: 'x' }).document);
    const id = `stale-${randomUUID()}`;
    const problem = await refused(start({ graph: 'gatedChain', id, document: old, input: { n: 0 } }));
    expect(problem).toMatchObject({ status: 409, code: 'stale_document' });
    expect(problem.detail).toContain(old);
    expect(problem.detail).toContain(current);
    expect((await service().fetch(`/api/v1/runs/${id}`)).status).toBe(404);
  });

  test('I10: not with wrong ones, which are told where they stand in the body, and kept without their values', async () => {
    await put(coffee.document);
    const id = `wrong-${randomUUID()}`;
    const interventions = [
      override('grind.powder', 'a secret', { by: 'ann', reason: 'why not' }),
      override('nowhere.powder', 1, { id: 'mine' }),
      override('brew.coffee', 'fine'),
    ];
    const problem = await refused(start({ graph: 'coffee', id, input: { beans: 1, water: 1 }, interventions }));
    expect(problem).toMatchObject({ status: 422, code: 'invalid_intervention' });
    expect(problem.errors.map(({ path, code }) => `${code} ${path}`)).toEqual([
      'invalid_value /interventions/0/value',
      'unknown_node /interventions/1/at',
    ]);
    const kept = await service().database.refusals.of(id, { limit: 10 });
    expect(kept.toReversed()).toMatchObject([
      { run: id, graph: 'coffee', at: 'grind.powder', kind: 'override', by: 'ann', reason: 'why not' },
      { run: id, id: 'mine', at: 'nowhere.powder', code: 'invalid_intervention' },
    ]);
    expect(kept).toHaveLength(2);
    expect(JSON.stringify([kept, service().log])).not.toContain('a secret');
  });
});
