import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/graph/compile.js';
import { chain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { historyOf } from './history.js';
import { thrownBy, useEspalier } from './use-espalier.js';

const live = Live.use({ steps });
const espalier = useEspalier(live);

const exists = async (id: string): Promise<boolean> =>
  live.client.workflow
    .getHandle(id)
    .describe()
    .then(
      () => true,
      () => false,
    );

describe('OI-20: what a run lacks is said before a workflow exists', () => {
  test.each([
    ['missing', {}, 'missing_input', { code: 'missing_input', address: '$in.n' }],
    ['ill-typed', { n: 'three' }, 'invalid_input', { code: 'invalid_value', address: '$in.n' }],
    ['unknown', { n: 1, m: 2 }, 'invalid_input', { code: 'unknown_port', address: '$in.m' }],
  ])('%s', async (_, input, code, issue) => {
    for (const source of [chain(1), chain(1).document, compile(chain(1))]) {
      const id = `refused-${randomUUID()}`;
      const error = await thrownBy(espalier().start(source as never, { id, input } as never));
      expect(error).toMatchObject({ code, issues: [issue] });
      expect(error.message).toContain(issue.address);
      expect(await exists(id)).toBe(false);
    }
  });
});

describe('an id', () => {
  test('is used once', async () => {
    const id = `mine-${randomUUID()}`;
    const run = await espalier().start(chain(1), { id, input: { n: 1 } });
    expect(run.id).toBe(id);
    await run.result();
    expect(await thrownBy(espalier().start(chain(1), { id, input: { n: 1 } }))).toMatchObject({
      code: 'already_started',
    });
  });

  test('that nobody has is not found, whatever is asked', async () => {
    const run = espalier().run('nobody');
    const watching = async (): Promise<void> => {
      for await (const frame of run.watch()) throw new Error(`unexpected frame ${frame.kind}`);
    };
    for (const ask of [() => run.result(), () => run.view(), () => run.pause(), () => run.cancel(), watching]) {
      expect(await thrownBy(ask())).toMatchObject({ code: 'not_found' });
    }
  });

  test('of somebody else’s workflow is no run', async () => {
    const workflowId = `foreign-${randomUUID()}`;
    await live.client.workflow.start('foreign', { workflowId, taskQueue: 'nobody', args: ['x'] });
    expect(await thrownBy(espalier().run(workflowId).view())).toMatchObject({ code: 'not_found' });
    await live.client.workflow.getHandle(workflowId).terminate();
  });
});

describe('an idempotency key', () => {
  test('used again, also at once, gives the same run', async () => {
    const options = { idempotencyKey: randomUUID(), input: { n: 1 } };
    const same = chain(2);
    const runs = await Promise.all(Array.from({ length: 5 }, () => espalier().start(same, options)));
    const [first] = runs;
    expect(new Set(runs.map(run => run.id)).size).toBe(1);
    expect(first?.id).toMatch(/^chain-[0-9a-f]{16}$/);
    expect(await first?.result()).toEqual({ n: 3 });
    expect((await espalier().start(same, options)).id).toBe(first?.id);
    const history = await historyOf(live.client, first?.id ?? '');
    // A task that a busy machine lost is three events.
    expect(history.events.length - 3 * history.count('WorkflowTaskTimedOut')).toBe(17);
  });

  test('used for something else is a conflict that says what differs', async () => {
    const idempotencyKey = randomUUID();
    await espalier().start(chain(1), { idempotencyKey, input: { n: 1 } });
    const again = [
      ['another input', chain(1), { idempotencyKey, input: { n: 2 } }],
      ['another graph', chain(2), { idempotencyKey, input: { n: 1 } }],
      ['other options', chain(1), { idempotencyKey, input: { n: 1 }, concurrency: 1 }],
    ] as const;
    for (const [words, source, options] of again) {
      const error = await thrownBy(espalier().start(source, options));
      expect(error).toMatchObject({ code: 'idempotency_conflict' });
      expect(error.message).toContain(words);
    }
  });
});
