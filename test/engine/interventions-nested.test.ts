import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { lazy, operate, override } from './changes-of.js';
import { Drive } from './drive.js';

describe('nested graphs', () => {
  const nested = buildPlan({
    in: ['no'],
    nodes: [
      { id: 'hard/ocr', out: ['text'] },
      { id: 'a', in: { x: { port: 'hard.text', of: { when: '$in.no', of: 'hard/ocr.text' } } } },
      { id: 'b', in: { 'x?': 'hard/ocr.text' } },
    ],
    out: { 't?': { port: 'hard.text', of: { when: '$in.no', of: 'hard/ocr.text' } } },
  });

  test('I15 an output of a nested graph is an address of its own: what is inside is as it was', () => {
    const d = new Drive(nested, {}, [override('hard.text', 'T')]).start({ no: false });
    expect([d.running, d.inputsOf('a')]).toEqual([['hard/ocr', 'a'], { x: 'T' }]);
    d.complete('hard/ocr', { text: 'own' });
    expect(d.inputsOf('b')).toEqual({ x: 'own' });
    expect(d.complete('a').complete('b').outputs).toEqual({ t: 'T' });
    expect([d.came('hard.text'), [...d.engine.nodes()].map(node => node.overridden)[2]]).toEqual([
      'applied used',
      undefined,
    ]);
  });

  test('I4 a merge at an input is done again when another value stands in for the port it reads', () => {
    const plan = buildPlan({
      nodes: [
        { id: 'g/s', out: ['y'] },
        { id: 'a', in: { x: { port: 'g.y', of: 'g/s.y' } } },
      ],
    });
    const d = new Drive(plan, {}, [override('g.y', 1), operate('a/$in.x', 'add', 5)]).start();
    expect(d.asked.get('a/$in.x!merge')).toMatchObject({ inner: { inline: 1 } });
    d.intervene(override('g.y', 2, { id: 'second' }));
    expect(d.asked.get('a/$in.x!merge')).toMatchObject({ inner: { inline: 2 } });
    expect(d.supply('a/$in.x!merge', 7).inputsOf('a')).toEqual({ x: 7 });
  });

  test('I5 I15 a port that only outputs of the run read has its resolver called, and the run waits for it', () => {
    const plan = buildPlan({ nodes: [{ id: 'g/s', out: ['y'] }], out: { 'y?': { port: 'g.y', of: 'g/s.y' } } });
    const d = new Drive(plan, {}, [lazy('g.y')]).start().complete('g/s', { y: 1 });
    expect(d.finish).toBeUndefined();
    expect(d.supply('g.y!resolve', 2).outputs).toEqual({ y: 2 });
    const failed = new Drive(plan, {}, [lazy('g.y')]).start().complete('g/s', { y: 1 }).supply('g.y!resolve');
    expect(failed.finish).toMatchObject({ status: 'failed', error: { code: 'intervention_failed', address: 'g.y' } });
    const taken = new Drive(plan, {}, [lazy('g.y')]).start().complete('g/s', { y: 1 }).withdraw('g.y');
    expect(taken.outputs).toEqual({ y: 1 });
  });
});
