import { describe, expect, test } from 'vitest';
import { restoreEngine } from '../../src/engine/engine.js';
import { Drive } from './drive.js';
import { chain } from './shapes.js';

/** A run that has been handed over and not yet gone on. */
function handedOver(): Drive {
  const d = new Drive(chain).start({ x: 1 }).event({ kind: 'filling' }).complete('a', { y: 2 });
  expect(d.last.at(-1)).toEqual({ kind: 'handOver' });
  return d;
}

function restored(): Drive {
  const d = handedOver();
  d.engine = restoreEngine(d.engine.plan, d.engine.snapshot());
  return d;
}

describe.each([
  ['before the snapshot is taken', handedOver],
  ['before the next driver goes on', restored],
])('between a hand-over and what comes after, %s', (_, between) => {
  test('a pause is heard: nothing starts until the run is resumed', () => {
    const d = between().event({ kind: 'paused' }).handOver();
    expect(d.engine.status).toBe('paused');
    expect(d.running).toEqual([]);
    expect(d.event({ kind: 'resumed' }).running).toEqual(['b']);
  });

  test('a run that was paused may be resumed', () => {
    const d = between().event({ kind: 'paused' }).event({ kind: 'resumed' });
    expect(d.last).toEqual([]);
    expect(d.handOver().running).toEqual(['b']);
  });

  test('a cancellation ends the run, and nothing follows', () => {
    const d = between().event({ kind: 'cancelled', reason: 'enough' });
    expect(d.finish).toMatchObject({ status: 'cancelled', error: { message: 'enough' } });
    expect(d.event({ kind: 'continued' }).last).toEqual([]);
    expect(d.event({ kind: 'resumed' }).last).toEqual([]);
  });

  test('nothing else is heard', () => {
    const d = between();
    expect(d.event({ kind: 'filling' }).last).toEqual([]);
    expect(d.event({ kind: 'fired', timer: 1 }).last).toEqual([]);
    expect(d.handOver().running).toEqual(['b']);
  });
});
