import { describe, expect, test } from 'vitest';
import * as engine from '../../src/engine/engine.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import { fedPlan } from '../../src/plan/fed.js';
import { forkOf, type Fork } from '../../src/run/fork.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan } from '../engine/build-plan.js';
import { Drive } from '../engine/drive.js';
import { checkFork } from './check-fork.js';
import { sourceOf } from './source-of.js';

const module = { ...engine, forkOf };

/**
 * In each: the executed nodes are exactly those that the oracle reaches, the source's record is the same bytes before and
 * after, nobody is asked again for what was given then, and the fork comes to what a run from nothing comes to.
 */
test('500 random graphs: one changed leaf re-executes exactly its descendants', () => {
  for (let seed = 0; seed < 400; seed += 1) checkFork(module, seed, false);
  for (let seed = 400; seed < 500; seed += 1) checkFork(module, seed, true);
  expect.assertions(0);
});

const plan = buildPlan({
  in: ['n'],
  nodes: [
    { id: 'mill', in: { n: '$in.n' }, out: ['fine', 'coarse?'] },
    { id: 'brew', in: { 'fine?': 'mill.fine', 'coarse?': 'mill.coarse' }, out: ['cup'] },
  ],
  out: { cup: 'brew.cup' },
});
const change = (at: string, kind: string, value: number, shortCircuit?: true): SentIntervention => ({
  id: `${kind} ${at} ${value}`,
  at,
  kind,
  value: literal(value),
  ...(shortCircuit && { shortCircuit }),
});

/** A run that begins as the fork says. */
function goOn({ interventions, inputs, known }: Fork): Drive {
  const drive = new Drive(plan, {}, interventions);
  return drive.event({ kind: 'started', inputs, known });
}

describe('what interventions did is done again only where it has to be', () => {
  test('an output that only an override gave is nothing to merge with', () => {
    const drive = new Drive(plan, {}, [change('mill.coarse', 'override', 7)]).start({ n: 1 });
    drive.complete('mill', { fine: 1 }).complete('brew', { cup: 1 });
    const source = sourceOf(drive.engine, { '$in.n': literal(1) });
    const fork = forkOf(source, { interventions: [change('mill.coarse', 'add', 2)] });
    expect(goOn(fork).asked.get('mill.coarse!merge')).toMatchObject({ inner: null });
  });

  test('what stood in for a step is merged with what that gives, once it is executed', () => {
    const merged = { fine: change('mill.fine', 'put', 7, true), coarse: change('mill.coarse', 'put', 8, true) };
    const drive = new Drive(plan, {}, Object.values(merged)).start({ n: 1 });
    drive.supply('mill.fine!merge', 70).supply('mill.coarse!merge', 80).complete('brew', { cup: 1 });
    const source = sourceOf(drive.engine, { '$in.n': literal(1) });
    const same = goOn(forkOf(source, { from: ['brew'] }));
    expect([same.asked.size, same.inputsOf('brew')]).toEqual([0, { fine: 70, coarse: 80 }]);
    const executed = goOn(forkOf(source, { interventions: [change('mill.fine', 'add', 2)] }));
    executed.complete('mill', { fine: 1, coarse: 3 });
    expect(executed.asked.get('mill.coarse!merge')).toMatchObject({ inner: literal(3) });
  });

  test('an id that the fork uses for something else stays its own', () => {
    const drive = new Drive(plan, {}, [{ ...change('mill.fine', 'override', 7), id: 'x' }]).start({ n: 1 });
    drive.complete('mill', { coarse: 1 }).complete('brew', { cup: 1 });
    const given = { ...change('brew/$in.coarse', 'override', 2), id: 'x' };
    const { interventions } = forkOf(sourceOf(drive.engine, {}), { interventions: [given] });
    expect(interventions).toMatchObject([{ id: 'source/x', at: 'mill.fine' }, given]);
  });
});

test('what lies inside an each is done again with it, and what a loop names by an iteration as well', () => {
  const body = {
    in: ['n', 'flag', 'outer'],
    nodes: [{ id: 'inner', in: { n: '$in.n' }, out: ['y'] }],
    out: { y: 'inner.y' },
  };
  const nested = buildPlan({
    in: ['n'],
    nodes: [
      { id: 'pages', in: { outer: '$in.n' }, scoped: { kind: 'item', body } },
      { id: 'after', in: { n: 'pages.y' }, out: ['y'] },
      { id: 'aside', in: { n: '$in.n' }, out: ['y'] },
    ],
  });
  const drive = new Drive(nested).start({ n: 1 });
  drive.event({ kind: 'ended', scope: 0, node: 0 });
  drive.complete('after', { y: 1 }).complete('aside', { y: 1 });
  const source = sourceOf(drive.engine, {});
  for (const from of ['pages', 'pages[3]/inner', 'pages/inner.y', 'pages[0]/inner/$in.n']) {
    expect(forkOf(source, { from: [from] }).known.map(({ at }) => at)).toEqual(['aside']);
  }
  expect(() => forkOf(source, { from: ['pages/iner'] })).toThrow(/there is no node "iner" \(did you mean "inner"\?\)/);
});

test('a run of a runner is refused', () => {
  const { engine: fed } = new Drive(fedPlan(plan)).start({});
  expect(() => forkOf(sourceOf(fed, {}))).toThrow(/runner/);
});
