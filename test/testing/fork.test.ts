import { describe, expect, test } from 'vitest';
import { input, operate, override } from '../../src/graph/intervene.js';
import { StepError } from '../../src/step/step-error.js';
import type { NodeView, RunView } from '../../src/run/run.js';
import { add, works, Works } from './works.js';

const states = ({ nodes }: RunView): Record<string, NodeView['state']> =>
  Object.fromEntries(nodes.map(({ at, state }) => [at, state]));

/** A run that has ended, and what is executed from then on. */
async function ran(given: Parameters<Works['espalier']['start']>[1] = { input: { n: 5 } }) {
  const place = new Works();
  const run = await place.espalier.start(works, given as { input: { n: number } });
  await run.ended();
  place.take();
  return { ...place, place, run, espalier: place.espalier };
}

describe('a fork', () => {
  test('executes what follows from a changed input, takes the rest, and leaves the source as it was', async () => {
    const { place, espalier, run } = await ran();
    const before = JSON.stringify(await run.view());
    const fork = await espalier.fork(run, { input: { n: 6 } });
    expect(await fork.result()).toEqual({ sum: 17, other: 2, late: '2026-01-17' });
    expect(place.take()).toEqual(['late', 'left', 'sum']);
    const view = await fork.view();
    expect(view.forkedFrom).toBe(run.id);
    expect(view.nodes.find(({ at }) => at === 'right')).toMatchObject({
      state: 'cached',
      from: { run: run.id, at: 'right' },
      attempts: 0,
    });
    expect(JSON.stringify(await run.view())).toBe(before);
    const forks = await espalier.list({ forkedFrom: run.id });
    expect(forks.runs.map(({ id }) => id)).toEqual([fork.id]);
  });

  test('of a run that failed, without any change, executes exactly what did not complete', async () => {
    const { place, espalier } = await ran();
    place.instead.set('sum', () => {
      throw new StepError('no_sum', 'not today');
    });
    const failed = await espalier.start(works, { input: { n: 5 }, deadline: '1m', breakpoints: [{ before: 'late' }] });
    await failed.ended();
    place.take();
    place.instead.clear();
    const fork = await espalier.fork(failed);
    expect(await fork.result()).toEqual({ sum: 15, other: 2, late: '2026-01-15' });
    expect(place.take()).toEqual(['late', 'sum']);
  });

  test('of a run that goes on takes what has completed by then', async () => {
    const place = new Works();
    const run = await place.espalier.start(works, { input: { n: 5 }, breakpoints: [{ before: 'sum' }] });
    await expect.poll(async () => (await run.view()).status).toBe('paused');
    const fork = await place.espalier.fork(run.id);
    expect(await fork.result()).toEqual({ sum: 15, other: 2, late: '2026-01-15' });
    expect(place.take().filter(at => at === 'left')).toEqual(['left']);
    expect((await run.view()).status).toBe('paused');
    await run.cancel();
  });

  test('executes a node that `from` names, or what reads a port that it names', async () => {
    const { place, espalier, run } = await ran();
    await (await espalier.fork(run, { from: ['right'] })).result();
    expect(place.take()).toEqual(['late', 'right', 'sum']);
    await (await espalier.fork(run, { from: ['sum.n'] })).result();
    expect(place.take()).toEqual(['late']);
    await (await espalier.fork(run, { from: ['$in.m'] })).result();
    expect(place.take()).toEqual(['late', 'other', 'right', 'sum']);
  });

  test.each([
    ['rigth', 'unknown_address', /"rigth": there is no node "rigth" \(did you mean "right"\?\)/],
    ['right.m', 'unknown_address', /node "right" has no output "m" \(there are n\)/],
    ['$in.o', 'unknown_address', /the graph has no input "o"/],
  ])('from %s is refused, naming what may be meant', async (at, code, message) => {
    const { espalier, run } = await ran();
    await expect(espalier.fork(run, { from: [at] })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('keeps the changes of its source, with its own over them: what was merged then is not merged again', async () => {
    const interventions = [operate(works.at.left.out.n, add, 100), override(works.at.right.out.n, 1)];
    const { place, espalier, run } = await ran({ input: { n: 5 }, interventions });
    const fork = await espalier.fork(run, { input: { m: 9 } });
    expect(await fork.result()).toMatchObject({ sum: 114, other: 18 });
    // `right` is overridden, so what it reads is of no consequence.
    expect(place.take()).toEqual(['late', 'other', 'sum']);
    expect((await fork.view()).nodes[0]).toMatchObject({
      state: 'cached',
      computed: { n: { inline: 10 } },
      outputs: { n: { inline: 110 } },
    });
    const again = await espalier.fork(fork, { from: ['left'], interventions: [override(works.at.right.out.n, 2)] });
    expect(await again.result()).toMatchObject({ sum: 115 });
    expect(place.take()).toEqual(['late', 'left', 'sum']);
    expect(states(await again.view())).toMatchObject({ left: 'completed', right: 'short-circuited', other: 'cached' });
  });

  test('takes an input at an open port, and says which input is no good', async () => {
    const { espalier, run } = await ran();
    const fork = await espalier.fork(run, { interventions: [input(works.at.$in.n, 7)] });
    expect(await fork.result()).toMatchObject({ sum: 19 });
    await expect(espalier.fork(run, { input: { n: 'x' } })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(espalier.fork('nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(espalier.fork(run, { id: run.id })).rejects.toMatchObject({ code: 'already_started' });
  });
});
