/** A store that is away for some seconds delays runs and loses nothing of them. Its place is taken by a file then. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { awaited } from '../../src/graph/awaited.js';
import { graph } from '../../src/graph/graph.js';
import { defineOperate } from '../../src/graph/operate.js';
import { checkFold } from './fold-check.js';
import { measure, steps, text } from './fixtures/steps.js';
import { Live } from './harness.js';
import { thrownBy, useEspalier } from './use-espalier.js';

const live = Live.use();
const espalier = useEspalier(live);

/** Takes the store away; gives what brings it back. */
async function outage(): Promise<() => Promise<void>> {
  const [place, aside] = [join(live.dataDir, 'blobs', 'default'), join(live.dataDir, 'aside')];
  await rename(place, aside);
  await writeFile(place, 'no folder');
  let isOver = false;
  const end = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await rm(place);
    await rename(aside, place);
  };
  onTestFinished(end);
  return end;
}

const n = z.number();
/** Its texts fit neither into a history nor into its plan. */
const literal = graph({ id: 'literal', in: {}, out: { n } }, g => {
  const { size } = g.run(measure, { texts: Array.from({ length: 30 }, () => 'x'.repeat(3000)) });
  return { out: { n: size } };
});
const longer = defineOperate({
  name: 'longer',
  port: z.string(),
  data: n,
  uses: { inner: true, data: true },
  merge: (inner, times) => (inner ?? '').repeat(times),
});
/** When somebody says so, it stores what a step gives, and what a merge does. */
const storing = graph(
  { id: 'storing', in: { go: awaited(z.boolean()) }, out: { n: n.optional(), merged: z.string().optional() } },
  (g, i) => {
    const said = g.run(text, { size: 6000 }, { as: 'said', when: i.go });
    const merged = g.run(text, { size: 100 }, { as: 'small', when: i.go }).text;
    return { out: { n: g.run(measure, { texts: g.list([said.text]) }, { as: 'one' }).size, merged } };
  },
);

test('[A1] a workflow task that cannot load what it needs is tried again', async () => {
  const run = await espalier().start(literal, {});
  const end = await outage();
  await live.work({ steps });
  const task = async () => (await live.client.workflow.getHandle(run.id).describe()).raw.pendingWorkflowTask;
  await expect.poll(async () => (await task())?.attempt ?? 0).toBeGreaterThan(1);
  expect(await thrownBy(espalier().start(literal, {}))).toMatchObject({ code: 'store_not_found' });
  await end();
  expect(await run.result()).toEqual({ n: 90_000 });
  await checkFold(live, run.id);
});

test('[A1] steps and merges that cannot store what they give wait for the store, and no attempt counts', async () => {
  await live.work({ steps, operates: [longer] });
  const merge = { at: 'small.text', kind: 'longer', value: 100 };
  const run = await espalier().start(storing, { interventions: [merge] });
  const nodes = async () => new Map((await run.view()).nodes.map(node => [node.at, node]));
  await expect.poll(async () => (await run.view()).waiting?.length).toBe(1);
  const end = await outage();
  await run.intervene({ at: '$in.go', kind: 'input', value: true });
  // More often than a step may fail.
  await expect.poll(async () => (await nodes()).get('said')?.error?.code).toBe('store_not_found');
  const scheduled = async (): Promise<number> => {
    const { events } = await live.client.workflow.getHandle(run.id).fetchHistory();
    return (events ?? []).filter(event => event.activityTaskScheduledEventAttributes?.activityId === 'said').length;
  };
  await expect.poll(scheduled).toBeGreaterThan(2);
  await end();
  expect(await run.result()).toEqual({ n: 6000, merged: 'x'.repeat(10_000) });
  expect((await nodes()).get('said')).toMatchObject({ state: 'completed', generation: 1 });
  await checkFold(live, run.id);
});
