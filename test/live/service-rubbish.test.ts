import { expect, test } from 'vitest';
import { operationsOf, type OpenApi } from '../service/open-api-document.js';
import { INTERVENING, rubbish, throwRubbish } from '../service/rubbish.js';
import { chain } from './fixtures/graphs.js';
import { steps } from './fixtures/steps.js';
import { Live } from './harness.js';
import { useService } from './service-harness.js';

const live = Live.use({ steps });
const service = useService(live);

const START = { graph: 'chain', input: { n: 1 }, interventions: [{ at: 'n0000.n', kind: 'override', value: 1 }] };

/** Starts a run, waits for its end, and gives its id. */
async function ranRun(): Promise<string> {
  const answer = await service().send('POST', '/api/v1/runs', START);
  const { id } = (await answer.json()) as { readonly id: string };
  expect((await service().fetch(`/api/v1/runs/${id}/result?wait=20s`)).status).toBe(200);
  return id;
}
/** One that waits until it is continued. */
async function heldRun(): Promise<string> {
  const { interventions: _, ...start } = START;
  const answer = await service().send('POST', '/api/v1/runs', { ...start, breakpoints: [{ before: 'n0000' }] });
  return ((await answer.json()) as { readonly id: string }).id;
}
const stored = async (): Promise<number> => (await service().database.graphs.list({ limit: 1000 })).length;
async function running(): Promise<number> {
  const ids = new Set<string>();
  for await (const { workflowId, taskQueue } of live.client.workflow.list()) {
    if (taskQueue === live.queue) ids.add(workflowId);
  }
  return ids.size;
}

test('rubbish at every route: never a 5xx, and nothing is stored or started that was refused', async () => {
  expect((await service().send('PUT', '/api/v1/graphs/chain', chain(1).document)).status).toBe(201);
  const done = await ranRun();
  const held = await heldRun();
  const document = (await (await service().fetch('/openapi.json')).json()) as OpenApi;
  const before = { graphs: await stored(), runs: await running() };

  const known = {
    ids: ['chain', done, held, 'nobody', 'fed'],
    bodies: {
      ...INTERVENING,
      graphs_put: chain(1).document,
      runs_start: START,
      runs_fork: { from: ['n0000'] },
      runs_cancel: { reason: 'x' },
    },
  };
  const answers = await throwRubbish(service().port, rubbish(operationsOf(document), known), {
    seed: 5,
    numRuns: 100,
    down: false,
  });

  expect(answers.length).toBeGreaterThan(300);
  /** Answers of an operation with this status; 0: none, of a request that broke off but may have been whole. */
  const given = (target: string, status: number) =>
    answers.filter(({ request, answer }) => request.target === target && answer.status === status);
  const begun = (status: number) =>
    ['runs_start', 'runs_fork', 'runners_start'].flatMap(target => given(target, status));
  const locations = new Set([...begun(202), ...begun(201)].map(({ answer }) => answer.headers['location']));
  expect(locations.size).toBeGreaterThan(0);
  await expect.poll(running).toBeGreaterThanOrEqual(before.runs + locations.size);
  expect(await running()).toBeLessThanOrEqual(before.runs + locations.size + begun(0).length);
  const created = (await stored()) - before.graphs - given('graphs_put', 201).length;
  expect(created).toBeGreaterThanOrEqual(0);
  expect(created).toBeLessThanOrEqual(given('graphs_put', 0).length);
  expect(service().log.filter(({ level }) => level === 'error')).toEqual([]);
  await ranRun();
});
