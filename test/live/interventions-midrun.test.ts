/** Interventions of a running run: the same in this process and on Temporal. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { input, override } from '../../src/graph/intervene.js';
import type { Run } from '../../src/run/run.js';
import {
  approved,
  executedBy,
  gatedChain,
  isWaiting,
  joined,
  open,
  registered,
  sized,
} from './fixtures/interventions.js';
import { Live } from './harness.js';
import { nodeOf, statesOf, useSurfaces, type Outputs, type Surface } from './surfaces.js';
import { thrownBy } from './use-espalier.js';

const live = Live.use(registered);
const surfaces = useSurfaces(live);
const n = z.number();

/** A chain of three that waits at the gate of one of them. */
async function heldAt(
  { start }: Surface,
  ...names: readonly ('first' | 'second' | 'third')[]
): Promise<{ readonly run: Run<Outputs>; readonly gate: string }> {
  const gate = randomUUID();
  const chain = gatedChain(Object.fromEntries(names.map(name => [name, gate])));
  const run = await start(chain, { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  return { run, gate };
}

/** A run in which nobody has read `second.n` yet, whatever happens to it, until the gate is opened. */
async function unread({ start }: Surface): Promise<{ readonly run: Run<Outputs>; readonly gate: string }> {
  const gate = randomUUID();
  const run = await start(joined(gate), { input: { n: 0 } });
  await expect.poll(() => isWaiting(gate)).toBe(true);
  return { run, gate };
}

const at = { first: 'first.n', second: 'second.n', third: 'third.n' } as const;
const overridden = (address: string, value: number, id?: string) => ({
  at: address,
  kind: 'override',
  value,
  ...(id !== undefined && { id }),
});

describe.each(surfaces)('$name', surface => {
  test('`applied`: nobody has read the port yet, and its node is not executed', async () => {
    const { run, gate } = await heldAt(surface, 'first');
    expect(await run.intervene(overridden(at.second, 40))).toMatchObject({ outcome: 'applied', seq: 1 });
    open(gate);
    expect(await run.result()).toEqual({ n: 41 });
    expect(executedBy(run.id)).toEqual(['first', 'third']);
    expect(await statesOf(run)).toEqual({ first: 'completed', second: 'short-circuited', third: 'completed' });
    expect(await run.view()).toMatchObject({
      status: 'completed_with_overrides',
      interventions: [{ at: at.second, outcome: 'applied', effect: 'used' }],
    });
  });

  test('`replaced-attempt`: the producer is under way, and is stopped', async () => {
    const { run } = await heldAt(surface, 'first');
    expect(await run.intervene(overridden(at.first, 40))).toMatchObject({ outcome: 'replaced-attempt' });
    expect(await run.result()).toEqual({ n: 42 });
    expect(executedBy(run.id)).toEqual(['first', 'second', 'third']);
  });

  test('`too-late`: a consumer is under way, and nothing changes', async () => {
    const { run, gate } = await heldAt(surface, 'second');
    expect(await run.intervene(overridden(at.first, 40))).toMatchObject({ outcome: 'too-late' });
    open(gate);
    expect(await run.result()).toEqual({ n: 3 });
    expect(await run.view()).toMatchObject({ status: 'completed', interventions: [{ effect: 'not-used' }] });
  });

  test('`recompute`: what has read the port is executed again, as the next generation', async () => {
    const { run, gate } = await heldAt(surface, 'third');
    const { outcome } = await run.intervene(overridden(at.first, 40), { onLate: 'recompute' });
    await expect.poll(() => executedBy(run.id)).toEqual(['first', 'second', 'third', 'second', 'third']);
    await expect.poll(() => isWaiting(gate)).toBe(true);
    open(gate);
    expect(await run.result()).toEqual({ n: 42 });
    expect(await nodeOf(run, 'second')).toMatchObject({ generation: 2 });
    expect(outcome).not.toBe('replaced-attempt');
  });

  test('the same one five times acts once, and every sender hears the same', async () => {
    const { run, gate } = await unread(surface);
    const same = overridden(at.second, 40, 'once');
    const heard = await Promise.all(Array.from({ length: 5 }, () => run.intervene(same)));
    expect(heard).toEqual(Array.from({ length: 5 }, () => ({ id: 'once', outcome: 'applied', seq: 1 })));
    open(gate);
    expect(await run.result()).toEqual({ n: 41 });
    expect((await run.view()).interventions).toHaveLength(1);
  });

  test('the same id with something else is refused', async () => {
    const { run, gate } = await unread(surface);
    await run.intervene(overridden(at.second, 40, 'mine'));
    expect(await thrownBy(run.intervene(overridden(at.second, 41, 'mine')))).toMatchObject({ code: 'id_reused' });
    open(gate);
    expect(await run.result()).toEqual({ n: 41 });
  });

  test('I15: of two that contradict each other the later one is effective', async () => {
    const { run, gate } = await unread(surface);
    await run.intervene(overridden(at.second, 40));
    expect(await run.intervene(overridden(at.second, 50))).toMatchObject({ outcome: 'applied', seq: 2 });
    open(gate);
    expect(await run.result()).toEqual({ n: 51 });
    expect((await run.view()).interventions).toMatchObject([{ effect: 'superseded' }, { effect: 'used' }]);
  });

  test('I15: one that is withdrawn before it is used brings back what was before', async () => {
    const { run, gate } = await unread(surface);
    await run.intervene(overridden(at.second, 40));
    await run.intervene(overridden(at.second, 50, 'second thought'));
    await run.withdraw('second thought');
    expect(await thrownBy(run.withdraw('never sent'))).toMatchObject({ code: 'not_found' });
    open(gate);
    expect(await run.result()).toEqual({ n: 41 });
  });

  test('one of the wrong type is refused with what is wrong, and leaves nothing behind', async () => {
    const { run, gate } = await heldAt(surface, 'first');
    const error = await thrownBy(run.intervene({ at: at.second, kind: 'override', value: 'forty' }));
    expect(error).toMatchObject({ name: 'RefusedError', message: expect.stringContaining('number') });
    expect(await thrownBy(run.intervene(overridden('nowhere.n', 1)))).toMatchObject({ name: 'RefusedError' });
    expect((await run.view()).interventions).toBeUndefined();
    open(gate);
    expect(await run.result()).toEqual({ n: 3 });
  });

  test('a run that has ended, whatever way, refuses them', async () => {
    const run = await surface.start(gatedChain({}), { input: { n: 0 } });
    await run.result();
    expect(await thrownBy(run.intervene(overridden(at.first, 1)))).toMatchObject({ code: 'run_finished' });
    const { run: cancelled } = await heldAt(surface, 'first');
    await cancelled.cancel('enough');
    expect(await cancelled.ended()).toBe('cancelled');
    expect(await thrownBy(cancelled.intervene(overridden(at.first, 1)))).toMatchObject({ code: 'run_finished' });
  });

  test('a value of 1 MB travels by reference', async () => {
    const gate = randomUUID();
    const late = graph({ id: 'late', in: { n, text: z.string() }, out: { n, m: n } }, (g, i) => {
      const chain = g.run(gatedChain({ first: gate }), { n: i.n }, { as: 'chain' });
      const words = g.run(sized, { text: i.text }, { as: 'words', when: { expr: 'n > 2', in: { n: chain.n } } });
      return { out: { n: chain.n, m: g.first(words.n, chain.n) }, nodes: [chain, words] };
    });
    const run = await surface.start(late, { input: { n: 0, text: 'short' } });
    await expect.poll(() => isWaiting(gate)).toBe(true);
    const value = 'x'.repeat(1_000_000);
    expect(await run.intervene(override(late.at.words.source.out.word, value))).toMatchObject({ outcome: 'applied' });
    open(gate);
    expect(await run.result()).toEqual({ n: 3, m: 1_000_000 });
  });

  test('a run holds before a node, is changed there, and goes on', async () => {
    const run = await surface.start(gatedChain({}), { input: { n: 0 }, breakpoints: [{ before: 'third' }] });
    await expect.poll(async () => (await run.view()).holds).toMatchObject([{ at: 'third' }]);
    expect(executedBy(run.id)).toEqual(['first', 'second']);
    expect(await run.intervene({ at: 'third/$in.n', kind: 'override', value: 40 })).toMatchObject({
      outcome: 'applied',
    });
    await run.continue('third');
    expect(await run.result()).toEqual({ n: 41 });
    expect((await run.view()).holds).toBeUndefined();
  });

  test('breakpoints can be set while a run goes on', async () => {
    const { run, gate } = await heldAt(surface, 'first');
    await run.setBreakpoints([{ after: 'second' }]);
    expect(await thrownBy(run.setBreakpoints([{ before: '' }]))).toMatchObject({ code: 'invalid_option' });
    open(gate);
    await expect.poll(async () => (await run.view()).holds).toMatchObject([{ at: 'second' }]);
    await run.continue();
    expect(await run.result()).toEqual({ n: 3 });
  });

  test('frames tell of interventions, of what is taken back, and of what was not executed', async () => {
    const { run, gate } = await unread(surface);
    await run.intervene(overridden(at.second, 40, 'stays'));
    await run.intervene(overridden(at.second, 50, 'goes'));
    await run.withdraw('goes');
    open(gate);
    await run.result();
    const frames: string[] = [];
    for await (const { kind, at: where, outcome, intervention } of run.watch()) {
      frames.push([kind, where, outcome, intervention].filter(Boolean).join(' '));
    }
    const told = frames.filter(frame => /^(intervention|withdrawn|short-circuited)/.test(frame));
    expect(told.filter(frame => !frame.startsWith('short'))).toEqual([
      'intervention second.n applied stays',
      'intervention second.n applied goes',
      'withdrawn second.n goes',
    ]);
    expect(told).toContain('short-circuited second');
  });

  test('an awaited port is supplied while the run waits for it, and shown until then', async () => {
    const graphOf = approved();
    const run = await surface.start(graphOf, { input: { word: 'yes' } });
    await expect.poll(async () => (await run.view()).waiting).toMatchObject([{ address: '$in.yes' }]);
    expect(executedBy(run.id)).toEqual([]);
    const wrong = run.intervene({ at: '$in.yes', kind: 'input', value: 'perhaps' });
    expect(await thrownBy(wrong)).toMatchObject({ code: 'invalid_intervention' });
    expect(await run.intervene(input(graphOf.at.$in.yes, true))).toMatchObject({ outcome: 'applied' });
    expect(await run.result()).toEqual({ word: 'yes' });
    expect((await run.view()).waiting).toBeUndefined();
  });

  test('an awaited port that nobody supplies in time has its default', async () => {
    const run = await surface.start(approved({ deadline: 200, default: false }), { input: { word: 'yes' } });
    expect(await run.result()).toEqual({ word: 'refused' });
  });
});
