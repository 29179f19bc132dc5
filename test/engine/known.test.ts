import { expect, test } from 'vitest';
import { literal } from '../../src/value/leaf.js';
import { buildPlan } from './build-plan.js';
import { Drive } from './drive.js';

const built = buildPlan({
  nodes: [
    { id: 'a', out: ['y'] },
    { id: 'b', in: { p: 'a.y' }, out: ['y'] },
  ],
  out: { y: 'b.y' },
});
const plan = { ...built, contracts: built.contracts.map(contract => ({ ...contract, cache: {} })) };
const known = (run: string, at: string, y: number) => ({ at, outputs: { y: literal(y) }, from: { run, at } });
const lookUp = (drive: Drive) => drive.last.find(command => command.kind === 'lookUp');

test('nothing is decided until the cache has answered; what it does not have is executed', () => {
  const drive = new Drive(plan).start();
  expect(drive.running).toEqual([]);
  drive.event({ kind: 'found', exec: lookUp(drive)?.exec ?? 0, known: [known('before', 'a', 1)] });
  expect([drive.statuses(), drive.inputsOf('b')]).toEqual([{ a: 'cached', b: 'running' }, { p: 1 }]);
});

test('what a fork has from its source wins over the cache', () => {
  const drive = new Drive(plan).event({ kind: 'started', inputs: {}, known: [known('source', 'a', 1)] });
  drive.event({ kind: 'found', exec: lookUp(drive)?.exec ?? 0, known: [known('before', 'a', 2)] });
  expect(drive.inputsOf('b')).toEqual({ p: 1 });
});

test('the cache is asked with the changes that came before the start, and not heard after one that comes later', () => {
  const early = { id: 'early', at: 'b/$in.p', kind: 'override', value: literal(3) };
  const drive = new Drive(plan).intervene(early).start();
  const asked = lookUp(drive);
  expect(asked).toMatchObject({ interventions: [early] });
  drive.intervene({ id: 'late', at: 'a.y', kind: 'override', value: literal(4) });
  expect(drive.last).toContainEqual({ kind: 'cancel', exec: asked?.exec });
  drive.event({ kind: 'found', exec: asked?.exec ?? 0, known: [known('before', 'b', 9)] });
  expect(drive.statuses()).toEqual({ a: 'short-circuited', b: 'running' });
});

test('a driver that takes over while the cache is asked does not wait for the answer', () => {
  expect(new Drive(plan).start().handOver().running).toEqual(['a']);
});
