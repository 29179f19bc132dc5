import { afterEach, expect, test } from 'vitest';
import { Problem } from '../../src/api/problem.js';
import { StartWorkflow } from '../../src/api/workflows.js';
import { checkWorkflowId } from '../../src/runner/names.js';
import { openService, NOBODY, type TestService } from './service-harness.js';

let service: TestService;
afterEach(() => service.stop());

/** What the service says of a runner, while Temporal is down. */
async function typeOf(runner: string): Promise<string> {
  const answer = await service.fetch(`/api/v1/runners/${runner}/workflows`);
  return Problem.parse(await answer.json()).type;
}

test('a runner is opened once and kept, until a hundred others were used; one that failed is opened by the next request', async () => {
  service = await openService({ address: NOBODY, callTimeout: 300 });
  const { database } = service;
  const ping = database.ping.bind(database);
  let opened = 0;
  database.ping = async () => {
    opened += 1;
    if (opened === 1) throw new Error('not yet');
    return ping();
  };
  expect(await typeOf('mine')).toBe('urn:espalier:store_not_open');
  expect(await typeOf('mine')).toBe('urn:espalier:not_reachable');
  expect(await typeOf('mine')).toBe('urn:espalier:not_reachable');
  expect(opened).toBe(2);
  await Promise.all(Array.from({ length: 99 }, (_, k) => typeOf(`r${k}`)));
  await typeOf('mine');
  expect(opened).toBe(2 + 99);
  await Promise.all(Array.from({ length: 100 }, (_, k) => typeOf(`s${k}`)));
  await typeOf('mine');
  expect(opened).toBe(2 + 99 + 100 + 1);
});

test.each(['', ' a', 'a ', '.', '..', 'a\u0000b', '\ud800', 'x'.repeat(131)])(
  'the id %j of a workflow is refused in the same words by the service and in code',
  id => {
    const [issue, ...more] = StartWorkflow.safeParse({ id, graph: 'chain' }).error?.issues ?? [];
    expect(more).toEqual([]);
    expect(() => checkWorkflowId(id)).toThrow(`the id of a workflow: ${issue?.message}, got `);
  },
);
