import { describe, expect, test } from 'vitest';
import { createEngine, restoreEngine, type Engine } from '../../src/engine/engine.js';
import type { EngineEvent } from '../../src/engine/event.js';
import { RunRecord } from '../../src/run/record.js';
import type { Frame } from '../../src/run/run.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan, type PlanSpec } from '../engine/build-plan.js';

const CHAIN: PlanSpec = {
  in: ['n'],
  nodes: [
    { id: 'a', in: { n: '$in.n' }, out: ['n'] },
    { id: 'b', in: { n: 'a.n' }, out: ['n'] },
  ],
  out: { n: 'b.n' },
};

const input = { '$in.n': literal(1) };
const START: EngineEvent = { at: 1000, kind: 'started', inputs: input };
const value = { n: literal(2) };

function recordOf(spec: PlanSpec): { record: RunRecord; engine: Engine } {
  const engine = createEngine(buildPlan(spec));
  return { engine, record: new RunRecord('run-1', engine, 0, 990) };
}

const short = (frames: readonly Frame[]): string[] => frames.map(({ id, at, kind }) => `${id} ${kind} ${at}`.trim());

describe('frames', () => {
  test('say what an event changed, numbered within the task that delivered it', () => {
    const { record } = recordOf(CHAIN);
    record.enter(3);
    record.apply(START);
    expect(short(record.takeFrames())).toEqual(['0.3.1 run', '0.3.2 scheduled a']);
    record.enter(9);
    record.apply({ at: 2000, kind: 'completed', exec: 1, outputs: value });
    expect(short(record.takeFrames())).toEqual(['0.9.1 completed a', '0.9.2 scheduled b']);
  });

  test('of an end carry outputs, attempt, and the times the driver knows', () => {
    const { record } = recordOf(CHAIN);
    record.enter(3);
    record.apply(START);
    record.takeFrames();
    record.times.started('a', 1, 2, 1500);
    record.times.ended('a', 1, 1900);
    record.enter(9);
    record.apply({ at: 2000, kind: 'completed', exec: 1, outputs: value });
    expect(record.takeFrames()[0]).toEqual({
      id: '0.9.1',
      at: 'a',
      kind: 'completed',
      time: 1900,
      generation: 1,
      attempt: 2,
      startedAt: 1500,
      outputs: value,
    });
  });

  test('show a failed node, and what did not run because of it', () => {
    const { record } = recordOf({ ...CHAIN, onFailure: 'continue' });
    record.enter(3);
    record.apply(START);
    record.takeFrames();
    record.apply({ at: 2000, kind: 'failed', exec: 1, error: { code: 'broken', message: 'no' } });
    const frames = record.takeFrames();
    expect(short(frames)).toEqual(['0.3.3 failed a', '0.3.4 skipped b']);
    expect(frames[0]?.error).toMatchObject({ code: 'broken', address: 'a' });
  });

  test('show a sleep as a timer, with its times', () => {
    const { record } = recordOf({ in: ['n'], nodes: [{ id: 'pause', in: { value: '$in.n' }, sleep: 50 }], out: {} });
    record.enter(3);
    const commands = record.apply(START);
    expect(short(record.takeFrames())).toEqual(['0.3.1 run', '0.3.2 timer pause']);
    const timer = commands.flatMap(command => (command.kind === 'timer' ? [command.timer] : []))[0] ?? -1;
    record.apply({ at: 1050, kind: 'fired', timer });
    expect(record.view().nodes).toMatchObject([{ at: 'pause', step: 'sleep', scheduledAt: 1000, endedAt: 1050 }]);
  });

  test('show pause and resume once each', () => {
    const { record } = recordOf(CHAIN);
    record.apply(START);
    record.takeFrames();
    for (const kind of ['paused', 'paused', 'resumed', 'resumed'] as const) record.apply({ at: 1100, kind });
    expect(record.takeFrames().map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'paused paused',
      'resumed running',
    ]);
  });

  test('go on in the next link, without telling again what was done before it', () => {
    const { record, engine } = recordOf(CHAIN);
    record.apply(START);
    record.apply({ at: 2000, kind: 'completed', exec: 1, outputs: value });
    record.enter(12);
    record.takeFrames();
    record.handedOver(restoreEngine(engine.plan, engine.snapshot()), 1, 3000);
    record.enter(3);
    record.apply({ at: 3000, kind: 'continued' });
    expect(short(record.takeFrames())).toEqual(['0.12.1 link', '1.3.1 scheduled b']);
    expect(record.view()).toMatchObject({
      link: 1,
      startedAt: 990,
      nodes: [{ state: 'completed' }, { generation: 2 }],
    });
  });

  test('keep, over links, the times of nodes that are still there and of no others', () => {
    const { record, engine } = recordOf(CHAIN);
    record.apply(START);
    for (const address of ['a', 'pages[3]/fetch']) record.times.ended(address, 1, 1900);
    record.handedOver(restoreEngine(engine.plan, engine.snapshot()), 1, 3000);
    expect(record.times.of('a', 1)?.endedAt).toBe(1900);
    expect(record.times.of('pages[3]/fetch', 1)).toBeUndefined();
  });
});

describe('the view', () => {
  test('of a run that no worker has taken yet is pending', () => {
    expect(recordOf(CHAIN).record.view()).toMatchObject({ status: 'pending', startedAt: 990 });
  });

  test('has the outputs and the status that the record says the run ended with', () => {
    const { record } = recordOf(CHAIN);
    record.apply(START);
    record.ended({ status: 'completed', outputs: value, failures: [{ code: 'x', message: '' }], abandoned: [] }, 5000);
    expect(record.view()).toMatchObject({ status: 'completed_with_errors', endedAt: 5000, outputs: value });
    expect(record.takeFrames().at(-1)).toMatchObject({ kind: 'ended', status: 'completed_with_errors', time: 5000 });
  });

  test('shows no node as running after an end from outside', () => {
    const { record } = recordOf(CHAIN);
    record.apply(START);
    const error = { code: 'terminated', message: 'by hand' };
    record.ended({ status: 'failed', outputs: {}, failures: [], abandoned: [], error }, 5000);
    expect(record.view()).toMatchObject({
      status: 'failed',
      error,
      nodes: [{ state: 'cancelled' }, { state: 'waiting' }],
    });
  });

  test('shows a node held back by a pause as waiting', () => {
    const { record } = recordOf(CHAIN);
    record.apply({ at: 900, kind: 'paused' });
    record.apply(START);
    expect(record.view()).toMatchObject({ status: 'paused', nodes: [{ at: 'a', state: 'waiting', attempts: 0 }, {}] });
  });
});
