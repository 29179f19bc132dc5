import { describe, expect, test } from 'vitest';
import { buildPlan, type LoopSpec } from './build-plan.js';
import { input, override } from './changes-of.js';
import { Drive } from './drive.js';

/** Makes a text better until that is done; `done` may be absent. */
const loop = (from: Omit<LoopSpec, 'kind'>) =>
  buildPlan({
    in: ['text', 'hint'],
    nodes: [
      {
        id: 'refine',
        in: { text: '$in.text', hint: '$in.hint' },
        scoped: {
          kind: 'iteration',
          from: { kind: 'loop', ...from },
          body: {
            in: ['text', 'iteration', 'hint'],
            nodes: [{ id: 'better', in: { t: '$in.text', i: '$in.iteration', h: '$in.hint' }, out: ['text', 'done?'] }],
            out: { text: 'better.text' },
          },
        },
      },
      { id: 'print', in: { text: 'refine.text' }, out: ['y'] },
    ],
    out: { y: 'print.y' },
  });
const start = (from: Omit<LoopSpec, 'kind'>, ...more: readonly ReturnType<typeof override>[]): Drive =>
  new Drive(loop(from), {}, more).start({ text: 'a', hint: 'h' });
const step = (d: Drive, k: number, text: string, done?: boolean): Drive =>
  d.complete(`refine@${k}/better`, { text, ...(done !== undefined && { done }) });
const DONE = { until: 'better.done', max: 3 };

describe('a loop', () => {
  test('hands the state on until its condition holds', () => {
    const d = start(DONE);
    expect(d.inputsOf('refine@0/better')).toEqual({ t: 'a', i: 0, h: 'h' });
    expect(step(d, 0, 'b', false).inputsOf('refine@1/better')).toEqual({ t: 'b', i: 1, h: 'h' });
    expect(step(d.handOver(), 1, 'c', true).inputsOf('print')).toEqual({ text: 'c' });
  });

  test.each([
    ['without a condition', { max: 3 }],
    ['with `onLimit: stop`', { ...DONE, onLimit: 'stop' as const }],
  ])('%s ends after the last iteration', (_, from) => {
    const d = start(from);
    for (const k of [0, 1, 2]) step(d, k, `t${k}`, false);
    expect(d.inputsOf('print')).toEqual({ text: 't2' });
  });

  test('that its condition holds just after the last iteration is success', () => {
    const d = start(DONE);
    for (const k of [0, 1, 2]) step(d, k, `t${k}`, k === 2);
    expect(d.running).toEqual(['print']);
  });

  test('fails where its condition never holds', () => {
    const d = start(DONE);
    for (const k of [0, 1, 2]) step(d, k, `t${k}`, false);
    const message = '`until` did not hold within 3 iterations';
    expect(d.finish?.error).toEqual({ code: 'loop_limit', address: 'refine', message });
  });

  const expr = (text: string, ...names: string[]): Omit<LoopSpec, 'kind'> => ({
    until: { expr: text, in: Object.fromEntries(names.map(name => [name, `better.${name}`])) },
    max: 3,
  });
  test.each([
    ['reads something absent', DONE, '`until` is absent'],
    ['reads an absent name', expr('done', 'done'), '`until`: `done`: done is absent'],
    ['is no boolean', expr('text', 'text'), '`until`: `text`: expected a boolean, got "b"'],
    ['can not be told', expr('text > 1', 'text'), '`until`: `text > 1`, column 6: '],
  ])('fails where its condition %s', (_, from, message) => {
    const { error } = step(start(from), 0, 'b').finish ?? {};
    expect(error).toMatchObject({ code: 'condition_failed', address: 'refine' });
    expect(error?.message).toContain(message);
  });

  test('an iteration that fails fails it', () => {
    const d = step(start(DONE), 0, 'b', false).fail('refine@1/better');
    expect(d.finish?.error).toMatchObject({ code: 'boom', address: 'refine@1/better' });
  });

  test('[I14] an override at its outputs is its last state, one in an iteration works there', () => {
    expect(start(DONE, override('refine.text', 'z')).running).toEqual(['print']);
    expect(start(DONE, override('refine/$in.text', 'z')).inputsOf('refine@0/better')).toMatchObject({ t: 'z' });
    const d = start(DONE, override('refine@1/better.text', 'B'));
    step(d, 0, 'b', false);
    expect(step(d, 1, 'c', false).inputsOf('refine@2/better')).toMatchObject({ t: 'B' });
    const all = start({ max: 2 }, override('refine/better.text', 'B'), override('refine/better.done', false));
    expect(all.inputsOf('print')).toEqual({ text: 'B' });
  });

  test('what only its condition reads is needed: an override there is used, and its resolver is asked', () => {
    const lazy = { id: 'l', at: 'refine@1/better.done', kind: 'override', resolve: { name: 'find', args: {} } };
    const d = new Drive(loop(DONE), { prune: true }, [lazy]).start({ text: 'a', hint: 'h' });
    step(step(d, 0, 'b', false), 1, 'c', false);
    expect([...d.asked.keys()]).toEqual(['refine@1/better.done!resolve']);
    expect(d.supply('refine@1/better.done!resolve', true).inputsOf('print')).toEqual({ text: 'c' });
    expect(d.came('l')).toBe('applied used');
  });

  test('an iteration that has begun is too late, the next one is not', () => {
    const d = step(start(DONE), 0, 'b', false);
    d.intervene(override('refine@0/better.text', 'x')).intervene(override('refine@2/better/$in.t', 'x'));
    expect([d.came('refine@0/better.text'), d.came('refine@2/better/$in.t')]).toEqual([
      'too-late not-used',
      'applied pending',
    ]);
  });

  test('a breakpoint in an iteration holds the run there', () => {
    const d = new Drive(loop(DONE), { breakpoints: [{ before: 'refine@1/better' }] }).start({ text: 'a', hint: 'h' });
    expect(step(d, 0, 'b', false).running).toEqual([]);
    d.intervene(override('refine@1/better/$in.t', 'x')).event({ kind: 'released' });
    expect(d.inputsOf('refine@1/better')).toMatchObject({ t: 'x' });
  });

  test('is done again from its first iteration, with higher generations', () => {
    const d = step(start(DONE), 0, 'b', false);
    d.intervene(override('refine/$in.text', 'z', { onLate: 'recompute' }));
    expect(d.flying.get('refine@0/better')).toMatchObject({ generation: 2 });
    expect(d.inputsOf('refine@0/better')).toMatchObject({ t: 'z', i: 0 });
  });

  test('an input can not be supplied in an iteration', () => {
    expect(start(DONE).intervene(input('refine@1/better/$in.t', 'x')).came('refine@1/better/$in.t')).toBe(
      'invalid_intervention',
    );
  });
});
